"""Pass 2: the query graph. Nodes are `type@subgraph`; edges are fields, keys and the roots.

Built once per supergraph. A field edge leads to a field the subgraph can resolve by itself; a key edge
enters the same entity in another subgraph; the root types can be entered anywhere at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.planner.operation import TYPENAME
from gateway.supergraph.fieldset import FieldSet, FieldSetEntry
from gateway.supergraph.schema import EntityKey, FieldJoin, Supergraph, SuperType, TypeKind, TypeRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    type: str
    subgraph: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEdge:
    """`type` is the field's type as this subgraph has it."""

    name: str
    type: TypeRef
    requires: FieldSet = ()
    provides: FieldSet = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEdge:
    """Enters `type` in `subgraph` given the key; `key` is None for a root type, which needs nothing."""

    subgraph: str
    key: EntityKey | None


class QueryGraph:
    def __init__(self, supergraph: Supergraph) -> None:
        self.supergraph = supergraph
        self.roots = frozenset(
            name for name in (supergraph.query, supergraph.mutation, supergraph.subscription) if name
        )
        self._external_keys = frozenset(self._key_fields())
        self._fields: dict[Node, Mapping[str, FieldEdge]] = {}
        self._keys: dict[str, tuple[KeyEdge, ...]] = {}
        for each in supergraph.types.values():
            if each.kind is TypeKind.OBJECT or each.kind is TypeKind.INTERFACE:
                for subgraph in each.subgraphs:
                    node = Node(type=each.name, subgraph=subgraph)
                    self._fields[node] = dict(self._field_edges(each, subgraph))
                self._keys[each.name] = tuple(self._key_edges(each))

    def field(self, type_name: str, subgraph: str, name: str, provided: FieldSet = ()) -> FieldEdge | None:
        """The edge for a field, also when it is only `@provides`-d where the walk stands."""
        edge = self._fields.get(Node(type=type_name, subgraph=subgraph), {}).get(name)
        inside = provided_below(provided, type_name, name)
        if inside is None:
            return edge
        if edge is not None:
            return FieldEdge(name=name, type=edge.type, requires=edge.requires, provides=(*edge.provides, *inside))
        join = self._join(type_name, subgraph, name)
        return FieldEdge(name=name, type=join.type, provides=inside) if join else None

    def key_edges(self, type_name: str) -> tuple[KeyEdge, ...]:
        return self._keys.get(type_name, ())

    def possible(self, type_name: str, subgraph: str) -> frozenset[str]:
        """Concrete types a value of this type can have when it comes from this subgraph."""
        found = self.supergraph.types.get(type_name)
        if found is None or not found.abstract:
            return frozenset({type_name})
        return found.members.get(subgraph, frozenset())

    def concrete(self, type_name: str) -> list[str]:
        """Concrete types a value of this type can have, whichever subgraph it comes from."""
        found = self.supergraph.types.get(type_name)
        if found is None or not found.abstract:
            return [type_name]
        return sorted({member for members in found.members.values() for member in members})

    def is_abstract(self, type_name: str) -> bool:
        found = self.supergraph.types.get(type_name)
        return found is not None and found.abstract

    def supplies(self, fields: FieldSet, type_name: str, subgraph: str, provided: FieldSet = ()) -> bool:
        return all(self.supplies_one(entry, type_name, subgraph, provided) for entry in fields)

    def supplies_one(self, entry: FieldSetEntry, type_name: str, subgraph: str, provided: FieldSet = ()) -> bool:
        """Whether a subgraph alone can give one entry of a field set."""
        if entry.name == TYPENAME or (entry.type_condition not in (None, type_name)):
            return True
        edge = self.field(type_name, subgraph, entry.name, provided)
        if edge is None or edge.requires:
            return False
        return not entry.children or all(
            self.supplies(entry.children, concrete, subgraph, edge.provides)
            for concrete in self.possible(edge.type.named, subgraph)
        )

    def _join(self, type_name: str, subgraph: str, name: str) -> FieldJoin | None:
        found = self.supergraph.types.get(type_name)
        field = found.fields.get(name) if found else None
        return field.joins.get(subgraph) if field else None

    def _field_edges(self, owner: SuperType, subgraph: str) -> Iterator[tuple[str, FieldEdge]]:
        for field in owner.fields.values():
            join = field.joins.get(subgraph)
            if join is None:
                continue
            elsewhere = join.external or join.used_overridden
            if elsewhere and (owner.name, subgraph, field.name) not in self._external_keys:
                continue
            edge = FieldEdge(name=field.name, type=join.type, requires=join.requires, provides=join.provides)
            yield field.name, edge

    def _key_edges(self, owner: SuperType) -> Iterator[KeyEdge]:
        if owner.name in self.roots:
            for subgraph in owner.subgraphs:
                yield KeyEdge(subgraph=subgraph, key=None)
            return
        for subgraph, keys in owner.keys.items():
            for key in keys:
                if key.resolvable:
                    yield KeyEdge(subgraph=subgraph, key=key)

    def _key_fields(self) -> Iterator[tuple[str, str, str]]:
        """A field of a key is known wherever the entity is, even when it is `@external` or overridden there."""
        for each in self.supergraph.types.values():
            for subgraph, keys in each.keys.items():
                for key in keys:
                    yield from self._walk_key(key.fields, each.name, subgraph)

    def _walk_key(self, fields: FieldSet, type_name: str, subgraph: str) -> Iterator[tuple[str, str, str]]:
        for entry in fields:
            yield type_name, subgraph, entry.name
            join = self._join(type_name, subgraph, entry.name)
            if entry.children and join:
                for concrete in self.possible(join.type.named, subgraph):
                    yield from self._walk_key(entry.children, concrete, subgraph)


def provided_below(provided: FieldSet, type_name: str, name: str) -> FieldSet | None:
    """What is provided inside a provided field; None when the field is not provided at all."""
    for entry in provided:
        if entry.name == name and entry.type_condition in (None, type_name):
            return entry.children
    return None
