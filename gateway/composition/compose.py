"""Composes subgraphs into one supergraph SDL.

Follows Federation v2's merging rules: outputs widen, inputs narrow, only `@shareable` fields may have
several resolvers, and every field must be reachable from the roots. Left for later, and refused by name:
`@interfaceObject`, progressive `@override`, Federation v1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from graphql import validate_schema

from gateway.composition.errors import CompositionFailed, Findings
from gateway.composition.fields import FieldMerge, merge_fields
from gateway.composition.fieldsets import check_field_sets
from gateway.composition.inputs import Declared, EnumUses, merge_enum, merge_input_object
from gateway.composition.marks import merge_marks
from gateway.composition.printing import (
    HEADER_LINKS,
    INACCESSIBLE_DIRECTIVE,
    INACCESSIBLE_LINK,
    JOIN_DIRECTIVES,
    MACHINE_TYPES,
    TAG_DIRECTIVE,
    TAG_LINK,
    definition,
    join_directive,
    quote,
)
from gateway.composition.reading import read_subgraph
from gateway.composition.references import Hierarchy
from gateway.composition.satisfiability import check_satisfiable
from gateway.composition.subgraph import SubgraphSchema, SubgraphSource, TypeDecl
from gateway.composition.visibility import check_visibility
from gateway.supergraph.reader import read_supergraph
from gateway.supergraph.schema import TypeKind

BUILT_IN_SCALARS = frozenset({"Int", "Float", "String", "Boolean", "ID"})
ROOTS = ("Query", "Mutation", "Subscription")


def compose(sources: Iterable[SubgraphSource]) -> str:
    """Supergraph SDL, the same text for the same subgraphs in any order.

    Raises `CompositionFailed` with every error found.
    """
    findings = Findings()
    ordered = sorted(sources, key=lambda source: source.name)
    subgraphs = [read_subgraph(source, findings) for source in ordered]
    findings.raise_if_any()
    text = _merge(subgraphs, findings)
    findings.raise_if_any()
    try:
        supergraph = read_supergraph(text)
    except TypeError as error:
        findings.refuse("INVALID_GRAPHQL", "", str(error))
        raise CompositionFailed(findings.errors) from error
    for problem in validate_schema(supergraph.api):
        findings.refuse("INVALID_GRAPHQL", "", problem.message)
    findings.raise_if_any()
    check_satisfiable(supergraph, findings)
    findings.raise_if_any()
    return text


def _merge(subgraphs: Sequence[SubgraphSchema], findings: Findings) -> str:
    names = graph_names(subgraph.name for subgraph in subgraphs)
    declared = _by_type(subgraphs)
    if "Query" not in declared:
        findings.refuse("NO_QUERIES", "Query", "No subgraph has a query.")
    merge = FieldMerge(
        hierarchy=Hierarchy(subgraphs),
        graph_names=names,
        uses={subgraph.name: check_field_sets(subgraph, findings) for subgraph in subgraphs},
        findings=findings,
    )
    uses = EnumUses(subgraphs)
    blocks = [
        _merge_type(name, declared[name], merge, uses) for name in sorted(declared) if name not in BUILT_IN_SCALARS
    ]
    check_visibility(declared, findings)
    return _document(subgraphs, names, declared, [block for block in blocks if block])


def graph_names(subgraphs: Iterable[str]) -> dict[str, str]:
    """Values of `join__Graph`: upper case, a number after a name that would clash."""
    names: dict[str, str] = {}
    for subgraph in subgraphs:
        name = re.sub(r"[^A-Z0-9_]", "_", subgraph.upper())
        name = f"_{name}" if name[:1].isdigit() else name
        taken = sum(1 for other in names.values() if other == name or other.startswith(f"{name}_"))
        names[subgraph] = f"{name}_{taken + 1}" if name in names.values() else name
    return names


def _by_type(subgraphs: Iterable[SubgraphSchema]) -> dict[str, dict[str, TypeDecl]]:
    declared: dict[str, dict[str, TypeDecl]] = {}
    for subgraph in subgraphs:
        for each in subgraph.types.values():
            declared.setdefault(each.name, {})[subgraph.name] = each
    return declared


def _merge_type(name: str, declared: Declared, merge: FieldMerge, uses: EnumUses) -> str:
    kinds = {each.kind for each in declared.values()}
    if len(kinds) > 1:
        described = ", ".join(f"{each.kind.value} in {subgraph}" for subgraph, each in declared.items())
        merge.findings.refuse("TYPE_KIND_MISMATCH", name, f"Is {described}.", *declared)
        return ""
    kind = kinds.pop()
    joins = _type_joins(declared, merge.graph_names)
    marks = merge_marks(each.marks for each in declared.values())
    if kind is TypeKind.INPUT:
        return merge_input_object(name, declared, joins, merge.graph_names, merge.findings)
    if kind is TypeKind.ENUM:
        return merge_enum(name, declared, joins, merge.graph_names, merge.findings, uses=uses)
    if kind is TypeKind.SCALAR:
        specified = next((each.specified_by for each in declared.values() if each.specified_by), None)
        extra = [f"@specifiedBy(url: {quote(specified)})"] if specified else []
        return definition(f"scalar {name}", marks, [*joins, *extra], None)
    if kind is TypeKind.UNION:
        members = [
            join_directive("join__unionMember", {"graph": merge.graph_names[subgraph], "member": quote(member)})
            for subgraph, each in declared.items()
            for member in each.members
        ]
        every = dict.fromkeys(member for each in declared.values() for member in each.members)
        return definition(f"union {name}", marks, [*joins, *members], None, "\n  = " + " | ".join(every))
    interfaces = dict.fromkeys(interface for each in declared.values() for interface in each.interfaces)
    implements = [
        join_directive("join__implements", {"graph": merge.graph_names[subgraph], "interface": quote(interface)})
        for subgraph, each in declared.items()
        for interface in each.interfaces
    ]
    head = f"{'type' if kind is TypeKind.OBJECT else 'interface'} {name}"
    if interfaces:
        head += " implements " + " & ".join(interfaces)
    return definition(head, marks, [*implements, *joins], merge_fields(name, declared, merge))


def _type_joins(declared: Declared, names: Mapping[str, str]) -> list[str]:
    joins: list[str] = []
    for subgraph, each in declared.items():
        keys: list[tuple[str | None, str | None]] = [
            (quote(key.fields), None if key.resolvable else "false") for key in each.keys
        ]
        joins.extend(
            join_directive("join__type", {"graph": names[subgraph], "key": fields, "resolvable": resolvable})
            for fields, resolvable in keys or [(None, None)]
        )
    return joins


def _document(
    subgraphs: Sequence[SubgraphSchema],
    names: Mapping[str, str],
    declared: Mapping[str, Declared],
    blocks: Sequence[str],
) -> str:
    body = "\n\n".join(blocks)
    hides, tags = "@inaccessible" in body, "@tag(" in body
    links = [*HEADER_LINKS, *([INACCESSIBLE_LINK] if hides else []), *([TAG_LINK] if tags else [])]
    roots = "\n".join(f"  {root.lower()}: {root}" for root in ROOTS if root in declared)
    schema = "schema\n" + "\n".join(f"  {link}" for link in links) + "\n{\n" + roots + "\n}"
    directives = [
        *JOIN_DIRECTIVES,
        *([INACCESSIBLE_DIRECTIVE] if hides else []),
        *([TAG_DIRECTIVE] if tags else []),
    ]
    graphs = "\n".join(
        f"  {names[each.name]} @join__graph(name: {quote(each.name)}, url: {quote(each.url)})" for each in subgraphs
    )
    graph_enum = "enum join__Graph {\n" + graphs + "\n}"
    return "\n\n".join([schema, *directives, graph_enum, *MACHINE_TYPES, body]) + "\n"
