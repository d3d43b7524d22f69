"""Checks the field sets of one subgraph against its own types and notes which fields they use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.composition.errors import Findings
from gateway.composition.subgraph import SubgraphSchema, TypeDecl
from gateway.supergraph.fieldset import FieldSet, FieldSetMalformed, parse_field_set
from gateway.supergraph.schema import TypeKind

LEAF_KINDS = frozenset({TypeKind.SCALAR, TypeKind.ENUM})


class FieldSetUses:
    """`keyed` are fields of a key (shared by nature), `used` those of any field set."""

    def __init__(self) -> None:
        self.keyed: set[tuple[str, str]] = set()
        self.used: set[tuple[str, str]] = set()


def check_field_sets(subgraph: SubgraphSchema, findings: Findings) -> FieldSetUses:
    uses = FieldSetUses()
    for each in subgraph.types.values():
        for key in each.keys:
            found = set(_walk(subgraph, each.name, key.fields, findings, code="KEY_INVALID_FIELDS", at=each.name))
            uses.used |= found
            uses.keyed |= found
        for field in each.fields.values():
            at = f"{each.name}.{field.name}"
            if field.requires is not None:
                uses.used |= set(
                    _walk(subgraph, each.name, field.requires, findings, code="REQUIRES_INVALID_FIELDS", at=at)
                )
            if field.provides is not None:
                uses.used |= set(
                    _walk(subgraph, field.type.named, field.provides, findings, code="PROVIDES_INVALID_FIELDS", at=at)
                )
        for interface in each.interfaces:
            shape = subgraph.types.get(interface)
            uses.used |= {(each.name, name) for name in (shape.fields if shape else ())}
    _check_externals(subgraph, uses, findings)
    return uses


def _check_externals(subgraph: SubgraphSchema, uses: FieldSetUses, findings: Findings) -> None:
    for each in subgraph.types.values():
        for field in each.fields.values():
            if field.external and (each.name, field.name) not in uses.used:
                findings.refuse(
                    "EXTERNAL_UNUSED",
                    f"{each.name}.{field.name}",
                    "Is @external and no @key, @requires, @provides or interface needs it.",
                    subgraph.name,
                )


def _walk(
    subgraph: SubgraphSchema, type_name: str, text: str, findings: Findings, *, code: str, at: str
) -> Iterator[tuple[str, str]]:
    try:
        entries = parse_field_set(text)
    except FieldSetMalformed as error:
        findings.refuse(code, at, error.message, subgraph.name)
        return
    problems: list[str] = []
    yield from _visit(subgraph.types, type_name, entries, problems, keys=code == "KEY_INVALID_FIELDS")
    for problem in problems:
        findings.refuse(code, at, f'Field set "{text}": {problem}', subgraph.name)


def _visit(
    types: Mapping[str, TypeDecl], type_name: str, entries: FieldSet, problems: list[str], *, keys: bool
) -> Iterator[tuple[str, str]]:
    for entry in entries:
        owner = entry.type_condition or type_name
        declared = types.get(owner)
        if declared is None:
            problems.append(f"type {owner} is not known.")
            continue
        if entry.name == "__typename":
            continue
        field = declared.fields.get(entry.name)
        if field is None:
            problems.append(f"{owner} has no field {entry.name}.")
            continue
        if keys and field.arguments:
            problems.append(f"{owner}.{entry.name} takes arguments.")
        yield owner, entry.name
        inner = types.get(field.type.named)
        leaf = inner is None or inner.kind in LEAF_KINDS
        if entry.children and leaf:
            problems.append(f"{owner}.{entry.name} has no fields of its own.")
        elif entry.children:
            yield from _visit(types, field.type.named, entry.children, problems, keys=keys)
        elif not leaf:
            problems.append(f"{owner}.{entry.name} needs a selection.")
