"""What a run is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from employment_service.matching.boards import ReadyBoard
from employment_service.matching.engine import MatchWorker
from employment_service.matching.runs.domain import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """`left_out`: pairs that an offer was made for, whatever came of it. `places`: neither taken nor held.

    `least`: how many more must come to a vacancy for anybody to come. `companions`: by worker who goes with them, or
    not at all; also one who is not among the people.

    `bound`: who is left alone, because an offer to them runs or they have work.

    `before`, `prices`: what the run followed proposed and left behind; `None` and empty without one.
    """

    people: tuple[MatchWorker, ...]
    areas: tuple[str, ...]
    board: ReadyBoard
    places: tuple[int, ...]
    left_out: frozenset[tuple[str, str]]
    bound: frozenset[UUID]
    centre: tuple[float, float] | None
    before: dict[UUID, UUID] | None
    prices: dict[UUID, int]
    keep_bonus: int
    rule: Rule = Rule.BY_SURPLUS
    least: tuple[int, ...] = ()
    companions: dict[UUID, UUID] = field(default_factory=dict)
