"""A run of an area's labour market: what it proposes, what it proves, and whom it moves. Pure.

A proposal is a line in a list. It becomes an offer only where a person makes one, and work only where the worker says
yes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, NotFound


class MatchingRunNotFound(NotFound):
    code = "MATCHING_RUN_NOT_FOUND"


class NobodyToMatch(Conflict):
    code = "NOBODY_TO_MATCH"


class Way(StrEnum):
    """How the same places could be given away."""

    THIS_RUN = "THIS_RUN"
    BEST_PAIR_FIRST = "BEST_PAIR_FIRST"
    FIRST_COME = "FIRST_COME"


class Cause(StrEnum):
    """Why a run follows another."""

    ASKED = "ASKED"
    VACANCY_CLOSED = "VACANCY_CLOSED"
    CARE_CHANGED = "CARE_CHANGED"
    WISHES_CHANGED = "WISHES_CHANGED"
    """Of a worker who says so: what they want, whether they look for work, or whom they go with."""
    OFFER_ENDED = "OFFER_ENDED"
    """Its time ran out, whatever had been answered; never the answer itself."""
    PLACES_CHANGED = "PLACES_CHANGED"


class Rule(StrEnum):
    """Whose wishes a run follows. BY_SURPLUS: what is worth most for all together. DEFERRED_ACCEPTANCE: where employers
    really rank, workers ask in the order of their scores and employers keep whom they rank highest.
    """

    BY_SURPLUS = "BY_SURPLUS"
    DEFERRED_ACCEPTANCE = "DEFERRED_ACCEPTANCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """A pair blocks when the worker would rather go there and the employer would rather have them, or has a place left.

    `stable_points`: of the best assignment for workers that no pair blocks. `price`: share of the best value that it
    gives up.
    """

    blocking_pairs: int
    blocking_workers: int
    stable_points: int
    price: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    way: Way
    points: int
    placed: int
    carers_placed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCell:
    """`None`: fewer than ten people, or what would give them away."""

    group: str
    label: str
    workers: int | None
    placed_share: float | None
    mean_gain_cents: int | None
    mean_options: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditScenario:
    objective: str
    without: str
    placed: int
    mean_gain_cents: int
    cells: tuple[AuditCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """`bound`: no assignment over any of the `pairs` is worth more points. `bound_now`: workers whom the run leaves
    alone, because an offer to them runs or they have work. `displaced`: whose proposed work is gone; `moved`: others
    who are proposed something else than before.
    """

    workers: int
    bound_now: int
    carers: int
    vacancies: int
    places: int
    pairs: int
    points: int
    bound: int
    placed: int
    rounds: int
    displaced: int
    moved: int
    compared: tuple[Compared, ...]
    rule: Rule = Rule.BY_SURPLUS
    stability: Stability | None = None
    """`None`: too many pairs to rank beside the plan, or a run of a time before this was told."""
    couples: int = 0
    couples_placed: int = 0
    waiting: int = 0
    """Workers whose companion is not in the run, and who are proposed nothing alone."""
    batches: int = 0
    """Vacancies that still need more than one to come."""
    batches_too_few: int = 0
    seconds: float = 0.0
    """Of computing: finding the plan, with its proof; 0 where it was not noted yet."""
    lived_on: bool = False
    """From the plan of the run before, changed only where the event asks for it; else everything was made anew."""

    @property
    def gap(self) -> float:
        return max(self.bound - self.points, 0) / self.points if self.points else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`number` counts from 1 in the order of the workers' ids. Without `vacancy_id` nothing is proposed.

    `price`: what a place there is worth to whoever else wants it. `moved_from`: what the run before proposed instead.
    `companion_id`: who goes with them: the same work is proposed to both, or nothing to either.
    """

    number: int
    worker_id: UUID
    area_path: str
    vacancy_id: UUID | None
    moved_from: UUID | None
    options: int
    score: int
    price: int
    stable: float
    gain_cents: int
    weight: float
    way_cents: int
    care_cents: int
    km: float | None
    companion_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePrice:
    """The one state that a run leaves behind. `least`: how many more must come for anybody to come; `too_few`: not so
    many would, and nobody is proposed it.
    """

    vacancy_id: UUID
    places: int
    proposed: int
    price: int
    least: int = 0
    too_few: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingRun:
    """`follows`: the run whose prices and proposals this one began with."""

    id: UUID
    area_path: str
    as_of: date
    requested_by: str
    made_at: datetime
    follows: UUID | None
    cause: Cause | None
    keep_bonus: int
    policy_version: str
    totals: Totals
    audit: tuple[AuditScenario, ...]
