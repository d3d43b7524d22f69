"""Merging of the fields of objects and interfaces: sharing, external, override, type widening."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.composition.errors import Findings
from gateway.composition.fieldsets import FieldSetUses
from gateway.composition.inputs import Declared, merge_arguments, print_arguments
from gateway.composition.marks import merge_marks
from gateway.composition.printing import join_directive, member_line, quote
from gateway.composition.references import Hierarchy, merge_output
from gateway.composition.subgraph import FieldDecl
from gateway.supergraph.schema import TypeKind, TypeRef


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMerge:
    """What merging fields needs to know of the whole."""

    hierarchy: Hierarchy
    graph_names: Mapping[str, str]
    """Subgraph name to its value of `join__Graph`."""
    uses: Mapping[str, FieldSetUses]
    findings: Findings


def merge_fields(type_name: str, declared: Declared, merge: FieldMerge) -> list[str]:
    """Printed field lines, in the order fields first appear."""
    names = dict.fromkeys(name for each in declared.values() for name in each.fields)
    lines = []
    for name in names:
        having = {subgraph: each.fields[name] for subgraph, each in declared.items() if name in each.fields}
        line = _merge_field(f"{type_name}.{name}", having, declared, merge)
        if line:
            lines.append(line)
    return lines


def _merge_field(at: str, having: Mapping[str, FieldDecl], declared: Declared, merge: FieldMerge) -> str:
    type_name, _, name = at.partition(".")
    overridden = _overridden(at, having, merge.findings)
    resolving = [subgraph for subgraph, field in having.items() if not field.external and subgraph not in overridden]
    if not resolving:
        merge.findings.refuse(
            "EXTERNAL_MISSING_ON_BASE", at, "Is @external everywhere: no subgraph resolves it.", *having
        )
        return ""
    is_object = all(each.kind is TypeKind.OBJECT for each in declared.values())
    if is_object and len(resolving) > 1:
        unshared = [
            subgraph
            for subgraph in resolving
            if not having[subgraph].shareable and (type_name, name) not in merge.uses[subgraph].keyed
        ]
        if unshared:
            merge.findings.refuse(
                "INVALID_FIELD_SHARING",
                at,
                f"Is resolved by {', '.join(resolving)} and not @shareable in {', '.join(unshared)}.",
                *resolving,
            )
    ref = merge_output([having[subgraph].type for subgraph in resolving], merge.hierarchy)
    if ref is None:
        merge.findings.refuse(
            "FIELD_TYPE_MISMATCH",
            at,
            "Has types that do not fit: "
            + ", ".join(f"{having[subgraph].type.text} in {subgraph}" for subgraph in resolving),
            *resolving,
        )
        return ""
    for subgraph, field in having.items():
        if field.external and field.type.named != ref.named:
            merge.findings.refuse(
                "EXTERNAL_TYPE_MISMATCH",
                at,
                f"Is {ref.text} but declared @external as {field.type.text}.",
                subgraph,
            )
    arguments = merge_arguments(at, {each: having[each] for each in resolving}, merge.findings)
    joins = _field_joins(at, having, overridden, ref, merge, owners=set(declared))
    marks = merge_marks(having[each].marks for each in sorted(having, key=lambda each: each not in resolving))
    return member_line(f"{name}{print_arguments(arguments)}: {ref.text}", marks, joins)


def _overridden(at: str, having: Mapping[str, FieldDecl], findings: Findings) -> set[str]:
    sources: dict[str, str] = {}
    for subgraph, field in having.items():
        if field.override is None:
            continue
        if field.override == subgraph:
            findings.refuse("OVERRIDE_FROM_SELF_ERROR", at, "Overrides itself.", subgraph)
        elif field.override in sources:
            findings.refuse(
                "OVERRIDE_SOURCE_HAS_OVERRIDE",
                at,
                f"Is taken from {field.override} twice.",
                sources[field.override],
                subgraph,
            )
        elif field.override in having and having[field.override].override is not None:
            findings.refuse(
                "OVERRIDE_SOURCE_HAS_OVERRIDE",
                at,
                f"Is taken from {field.override}, which overrides it too.",
                field.override,
                subgraph,
            )
        else:
            sources[field.override] = subgraph
    return {source for source in sources if source in having}


def _field_joins(
    at: str,
    having: Mapping[str, FieldDecl],
    overridden: set[str],
    merged: TypeRef,
    merge: FieldMerge,
    *,
    owners: set[str],
) -> list[str]:
    """None at all when every subgraph that has the type says the same plain thing."""
    type_name, _, name = at.partition(".")
    plain = set(having) == owners and not any(
        field.external
        or field.requires is not None
        or field.provides is not None
        or field.override is not None
        or field.type != merged
        for field in having.values()
    )
    if plain:
        return []
    joins = []
    for subgraph, field in having.items():
        if subgraph in overridden and (type_name, name) not in merge.uses[subgraph].used:
            continue
        joins.append(
            join_directive(
                "join__field",
                {
                    "graph": merge.graph_names[subgraph],
                    "type": quote(field.type.text) if field.type != merged else None,
                    "external": "true" if field.external else None,
                    "requires": quote(field.requires) if field.requires is not None else None,
                    "provides": quote(field.provides) if field.provides is not None else None,
                    "override": quote(field.override) if field.override is not None else None,
                    "usedOverridden": "true" if subgraph in overridden else None,
                },
            )
        )
    return joins
