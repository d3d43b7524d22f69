"""Plans that a process keeps alive between events: one at a time, and never trusted without the database's stamps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

from employment_service.matching.boards import ReadyBoard
from employment_service.matching.engine import MatchWorker
from employment_service.matching.market.arrays import Flags, Ints
from employment_service.matching.repository import Change
from employment_service.matching.repository import Stamp as BoardStamp
from employment_service.matching.runs.domain import Totals
from employment_service.matching.runs.stamps import Stamp

if TYPE_CHECKING:
    from employment_service.matching.living.over_pairs import LivingPairs
    from employment_service.matching.market.audit import Grouping
    from employment_service.matching.runs.joining import Joined

MOST_PAIRS = 16_000_000
"""Some 64 MB; the plan of a larger area is made anew each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """Read before what they stand for, so that whatever changed meanwhile is read once more and not missed.

    `frame`: what holds for everybody alike, the policy, the day, what chances are fitted to; and where areas lie.
    """

    frame: tuple[object, ...]
    board: BoardStamp
    people: dict[int, Stamp]


@dataclass(slots=True, kw_only=True)
class Alive:
    """`keys`: by row who it is; `active`: still in the run. `gains`: cents a month of what is proposed, 0 without."""

    plan: LivingPairs
    keys: list[UUID]
    active: Flags
    caring: Flags
    gains: Ints
    groups: tuple[Grouping, ...]
    joined: Joined
    closed: Ints
    centre: tuple[float, float] | None


@dataclass(slots=True, kw_only=True)
class KeptPlan:
    """The plan of one run, with what it was made from."""

    run_id: UUID
    area_path: str
    stamps: Stamps
    postings: dict[UUID, Change]
    board: ReadyBoard
    buckets: dict[UUID, int]
    """Of everybody who looks for work, free or not."""
    people: dict[UUID, MatchWorker]
    """Those in the run."""
    areas: dict[UUID, str]
    bound: frozenset[UUID]
    left_out: dict[UUID, frozenset[str]]
    companions: dict[UUID, UUID]
    totals: Totals
    alive: Alive


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What changed since. `fresh`: people as they are by now, of whom something changed; `areas`: theirs.

    `gone`: in the run and not free any more. `places`: by column of the kept board, 0 where the work is gone.
    """

    stamps: Stamps
    postings: dict[UUID, Change]
    buckets: dict[UUID, int]
    fresh: tuple[MatchWorker, ...]
    areas: tuple[str, ...]
    gone: tuple[UUID, ...]
    bound: frozenset[UUID]
    left_out: dict[UUID, frozenset[str]]
    places: tuple[int, ...]
    least: tuple[int, ...]
    published: tuple[bool, ...]


def followed_by(kept: KeptPlan, news: News, *, run_id: UUID, totals: Totals) -> KeptPlan:
    """As it is after an event that its plan has lived through."""
    gone = set(news.gone)
    fresh = {UUID(person.key): person for person in news.fresh}
    areas = dict(zip(fresh, news.areas, strict=True))
    return replace(
        kept,
        run_id=run_id,
        stamps=news.stamps,
        postings=news.postings,
        buckets=news.buckets,
        people={who: person for who, person in kept.people.items() if who not in gone} | fresh,
        areas=kept.areas | areas,
        bound=news.bound,
        left_out=kept.left_out | news.left_out,
        totals=totals,
    )


@dataclass(slots=True)
class Plans:
    """One for a process. Whoever works with a plan takes it, and puts back what it became."""

    _kept: dict[str, KeptPlan] = field(default_factory=dict)

    def take(self, area_path: str, run_id: UUID) -> KeptPlan | None:
        """Only where it is the plan of this very run."""
        kept = self._kept.pop(area_path, None)
        return kept if kept is not None and kept.run_id == run_id else None

    def put(self, kept: KeptPlan) -> None:
        self._kept = {kept.area_path: kept}
