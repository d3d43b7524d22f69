"""Field sets as selections, so that `@requires` inputs are planned like any other fields."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.planner.graph import QueryGraph
from gateway.planner.operation import TYPENAME, Selection, SelectionTree
from gateway.supergraph.fieldset import FieldSet
from gateway.supergraph.schema import SuperType, TypeKind, TypeRef


def requirement_selections(graph: QueryGraph, type_name: str, fields: FieldSet) -> tuple[Selection, ...]:
    """One internal selection per entry that applies to the concrete type."""
    types = graph.supergraph.types
    found: dict[tuple[str, str], Selection] = {}
    for entry in fields:
        if entry.type_condition is not None and not _applies(types, entry.type_condition, type_name):
            continue
        if entry.name == TYPENAME:
            continue
        ref = types[type_name].fields[entry.name].type
        child = None
        if entry.children:
            inner = types[ref.named]
            child = SelectionTree(
                parent=inner.name,
                abstract=inner.abstract,
                by_type={
                    each: requirement_selections(graph, each, entry.children) for each in sorted(_concrete(inner))
                },
            )
        found[entry.name, entry.arguments] = Selection(
            response_key=entry.name,
            name=entry.name,
            type=TypeRef(text=ref.text),
            arguments=entry.arguments,
            child=child,
            internal=True,
        )
    return tuple(found.values())


def _concrete(found: SuperType) -> frozenset[str]:
    if found.kind is TypeKind.OBJECT:
        return frozenset({found.name})
    return frozenset(member for members in found.members.values() for member in members)


def _applies(types: Mapping[str, SuperType], condition: str, type_name: str) -> bool:
    return condition == type_name or type_name in _concrete(types[condition])
