"""Typed model of a supergraph: every type and field with what each subgraph says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from graphql import GraphQLSchema

from gateway.supergraph.fieldset import FieldSet


class TypeKind(StrEnum):
    OBJECT = "OBJECT"
    INTERFACE = "INTERFACE"
    UNION = "UNION"
    ENUM = "ENUM"
    SCALAR = "SCALAR"
    INPUT = "INPUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgraphRef:
    """`url` is the address written at composition; deployments override it by settings."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRef:
    """A printed type such as `[Household!]!` and the named type inside."""

    text: str

    @property
    def named(self) -> str:
        return self.text.replace("[", "").replace("]", "").replace("!", "")

    @property
    def list_depth(self) -> int:
        return self.text.count("[")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityKey:
    """A key of a type in one subgraph. Only a resolvable key can be jumped to."""

    text: str
    fields: FieldSet
    resolvable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldJoin:
    """What one subgraph says of a field. `type` is its own type where it differs from the merged one."""

    type: TypeRef
    external: bool = False
    requires: FieldSet = ()
    provides: FieldSet = ()
    override: str | None = None
    used_overridden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperField:
    name: str
    type: TypeRef
    joins: Mapping[str, FieldJoin]
    """By subgraph name; holds only subgraphs that know the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperType:
    name: str
    kind: TypeKind
    keys: Mapping[str, tuple[EntityKey, ...]]
    """By subgraph name; a subgraph that knows the type without a key has an empty tuple."""
    fields: Mapping[str, SuperField]
    interfaces: Mapping[str, frozenset[str]]
    """Interfaces the type implements, by subgraph."""
    members: Mapping[str, frozenset[str]]
    """Members of a union by subgraph; for an interface the object types that implement it there."""

    @property
    def subgraphs(self) -> tuple[str, ...]:
        return tuple(self.keys)

    @property
    def abstract(self) -> bool:
        return self.kind in (TypeKind.INTERFACE, TypeKind.UNION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supergraph:
    subgraphs: Mapping[str, SubgraphRef]
    types: Mapping[str, SuperType]
    query: str
    mutation: str | None
    subscription: str | None
    api: GraphQLSchema
    """What clients see: no join or link vocabulary, nothing `@inaccessible`."""
