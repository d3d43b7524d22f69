"""What the search decides: for every field the subgraph that resolves it, for every jump the key it enters by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.planner.graph import FieldEdge
from gateway.planner.operation import Selection
from gateway.supergraph.fieldset import FieldSet, FieldSetEntry
from gateway.supergraph.schema import EntityKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a walk stands. `entered` tells a fetch into the entity from staying in the current fetch."""

    subgraph: str
    entered: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Jump:
    """Enters the entity in `subgraph`; each key entry comes from a place visited before.

    `key` is None for root types. `sources` pairs each key entry with the position that supplies it.
    """

    subgraph: str
    key: EntityKey | None
    sources: tuple[tuple[FieldSetEntry, Position], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FieldChoice:
    """One field, resolved at `position`. `requires` is how its inputs are gathered beforehand."""

    selection: Selection
    position: Position
    edge: FieldEdge
    children: Mapping[str, SetChoice]
    requires: SetChoice | None = None
    requires_fields: FieldSet = ()
    cost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetChoice:
    """The fields wanted of one concrete type at one place, and the jumps they need, in order."""

    type: str
    subgraph: str | None
    fields: tuple[FieldChoice, ...]
    jumps: tuple[Jump, ...]
    cost: int
