"""A normalised operation: no fragments, one list of fields per concrete type, conditions kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.planner.conditions import ALWAYS, When
from gateway.supergraph.schema import TypeRef

TYPENAME = "__typename"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Selection:
    """One field. `internal` fields are needed by the plan, not wanted by the client.

    `occurrences` is where it stands among its neighbours, and when: a field that is written twice stands in
    the answer where the first occurrence that holds put it.
    """

    response_key: str
    name: str
    type: TypeRef
    arguments: str = ""
    variables: frozenset[str] = frozenset()
    when: When = ALWAYS
    child: SelectionTree | None = None
    internal: bool = False
    occurrences: tuple[tuple[int, When], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SelectionTree:
    """What is wanted of a value of type `parent`: the fields for each concrete type it may have.

    Trees are shared: the same syntax under several concrete types is one object, so that passes can
    remember what they found by identity.
    """

    parent: str
    abstract: bool
    by_type: Mapping[str, tuple[Selection, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableUse:
    """A variable of the client: its declaration is handed to subgraphs as it was written."""

    name: str
    declaration: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NormalOperation:
    """`root` is of a root type. Introspection fields stand in it without children: they are not fetched."""

    kind: str
    name: str | None
    root: SelectionTree
    variables: Mapping[str, VariableUse]
