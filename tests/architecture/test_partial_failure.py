"""A service that is away takes its own fields with it and nothing of the others' (read from the supergraph).

GraphQL hands a null that may not be one up to the next place where it may. A field that another service fills, or an
entity that another service fills, must therefore be such a place: else the whole household is lost with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    ConstDirectiveNode,
    EnumValueNode,
    FieldDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    StringValueNode,
    TypeNode,
    parse,
)

ROOT = Path(__file__).resolve().parents[2]
# Entities that more than one service can resolve, and the one that keeps them.
OWNERS = {"Area": "HOUSEHOLDS", "Household": "HOUSEHOLDS", "Member": "HOUSEHOLDS", "Officer": "HOUSEHOLDS"}
ROOTS = {"Query", "Mutation", "Subscription"}

Objects = dict[str, ObjectTypeDefinitionNode]


def objects_of(sdl: str) -> Objects:
    document = parse(sdl, no_location=True)
    return {each.name.value: each for each in document.definitions if isinstance(each, ObjectTypeDefinitionNode)}


def marks(node: ObjectTypeDefinitionNode | FieldDefinitionNode, name: str) -> list[ConstDirectiveNode]:
    return [each for each in node.directives or () if each.name.value == name]


def graph_of(mark: ConstDirectiveNode) -> str | None:
    for argument in mark.arguments or ():
        if argument.name.value == "graph" and isinstance(argument.value, EnumValueNode):
            return argument.value.value
    return None


def keys_of(node: ObjectTypeDefinitionNode) -> dict[str, set[str]]:
    """The key fields of an entity by the graphs that can resolve it."""
    found: dict[str, set[str]] = {}
    for mark in marks(node, "join__type"):
        given = {argument.name.value: argument.value for argument in mark.arguments or ()}
        key, graph = given.get("key"), graph_of(mark)
        if isinstance(key, StringValueNode) and graph is not None and "resolvable" not in given:
            found.setdefault(graph, set()).update(key.value.split())
    return found


def owners_in(objects: Objects) -> dict[str, str]:
    """The owner of every entity; of those that only one graph resolves, that graph."""
    found: dict[str, str] = {}
    for name, node in objects.items():
        graphs = set(keys_of(node))
        if graphs:
            found[name] = OWNERS[name] if name in OWNERS else next(iter(graphs)) if len(graphs) == 1 else "?"
    return found


def fields_of(objects: Objects) -> Iterator[tuple[str, FieldDefinitionNode, set[str]]]:
    """(type, field, the graphs that fill it)."""
    for name, node in objects.items():
        everywhere = {graph for mark in marks(node, "join__type") if (graph := graph_of(mark))}
        for field in node.fields or ():
            own = {graph for mark in marks(field, "join__field") if (graph := graph_of(mark))}
            yield name, field, own or everywhere


def named(kind: TypeNode) -> str:
    while isinstance(kind, NonNullTypeNode | ListTypeNode):
        kind = kind.type
    assert isinstance(kind, NamedTypeNode)
    return kind.name.value


def may_be_null(kind: TypeNode) -> bool:
    """Whether a null of the named type is kept inside the field: the field itself, or an item of its list."""
    if not isinstance(kind, NonNullTypeNode):
        return True
    return isinstance(kind.type, ListTypeNode) and may_be_null(kind.type.type)


def lost_with_another(sdl: str) -> list[str]:
    objects = objects_of(sdl)
    owners = owners_in(objects)
    found: list[str] = []
    for name, field, graphs in fields_of(objects):
        place = f"{name}.{field.name.value}"
        owner = owners.get(name)
        if owner is not None and owner not in graphs and isinstance(field.type, NonNullTypeNode):
            found.append(f"{place}: added to an entity of {owner}, so it must be nullable")
        kept_by = owners.get(named(field.type))
        if name not in ROOTS and kept_by is not None and kept_by not in graphs and not may_be_null(field.type):
            found.append(f"{place}: speaks of an entity of {kept_by}, so it must be nullable")
    return found


@pytest.fixture(scope="module")
def supergraph() -> str:
    return (ROOT / "gateway" / "supergraph.graphql").read_text(encoding="utf-8")


def test_every_entity_that_several_services_resolve_has_an_owner(supergraph: str) -> None:
    owners = owners_in(objects_of(supergraph))

    assert [name for name, owner in owners.items() if owner == "?"] == []
    assert {name: owners[name] for name in ("Household", "Member", "Alert", "Placement")} == {
        "Household": "HOUSEHOLDS",
        "Member": "HOUSEHOLDS",
        "Alert": "RISK",
        "Placement": "EMPLOYMENT",
    }


def test_what_another_service_adds_or_fills_may_be_null(supergraph: str) -> None:
    assert lost_with_another(supergraph) == []


def test_a_field_that_may_not_be_null_would_be_noticed(supergraph: str) -> None:
    """The gate itself."""
    assert "  watchUntil: Date @join__field(graph: RISK)" in supergraph
    changed = supergraph.replace(
        "  watchUntil: Date @join__field(graph: RISK)", "  watchUntil: Date! @join__field(graph: RISK)"
    )

    assert lost_with_another(changed) == [
        "Household.watchUntil: added to an entity of HOUSEHOLDS, so it must be nullable"
    ]
