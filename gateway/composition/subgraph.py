"""One subgraph's schema as composition sees it: plain values, Federation directives resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.supergraph.schema import TypeKind, TypeRef


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgraphSource:
    """What is composed: a name, the address routers use unless told otherwise, and the published SDL."""

    name: str
    url: str
    sdl: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What an element of any kind can carry."""

    description: str | None = None
    deprecated: str | None = None
    """Reason; None when not deprecated."""
    inaccessible: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InputDecl:
    """An argument or a field of an input object. `default` is printed GraphQL."""

    name: str
    type: TypeRef
    marks: Marks
    default: str | None = None

    @property
    def required(self) -> bool:
        return self.type.text.endswith("!") and self.default is None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDecl:
    name: str
    type: TypeRef
    marks: Marks
    arguments: Mapping[str, InputDecl] = field(default_factory=dict)
    external: bool = False
    shareable: bool = False
    requires: str | None = None
    provides: str | None = None
    override: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDecl:
    fields: str
    resolvable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeDecl:
    name: str
    kind: TypeKind
    marks: Marks
    keys: tuple[KeyDecl, ...] = ()
    fields: Mapping[str, FieldDecl] = field(default_factory=dict)
    inputs: Mapping[str, InputDecl] = field(default_factory=dict)
    values: Mapping[str, Marks] = field(default_factory=dict)
    members: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    specified_by: str | None = None
    one_of: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgraphSchema:
    name: str
    url: str
    types: Mapping[str, TypeDecl]
