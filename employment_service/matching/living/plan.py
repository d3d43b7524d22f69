"""`LivingPlan`: one event, one answer, with at most one other person moved for each whom the event concerns.

Staying counts for some points beside the score. With that the plan is optimal before and after each event, by shortest
chains of moves from kept prices; when an answer would move too many, staying counts for more until it does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from employment_service.matching.assignment.domain import (
    LARGEST_SCORE,
    UNPLACED,
    Edges,
    Flags,
    Int32s,
    Int64s,
    refuse_unless_fitting,
    refuse_unless_sound,
)
from employment_service.matching.assignment.filling import fill_open
from employment_service.matching.assignment.placing import place_waiting, release_inexact
from employment_service.matching.assignment.state import highest_calls, weigh
from employment_service.matching.living.applying import apply
from employment_service.matching.living.domain import KEEP_POINTS, Change, Event
from employment_service.matching.living.editing import add_for_staying, seated, settle_staying, value_of
from employment_service.matching.living.laying import lay, restore, snapshot
from employment_service.matching.living.staying import count_for_staying

FIRST_HELD = 2
"""So often those whom an answer would move in vain are held where they are; then everybody is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    edges: Edges
    capacities: Int64s


@dataclass(frozen=True, slots=True, kw_only=True)
class _Touched:
    """By an event itself; `others` (workers,): those it is not about."""

    displaced: tuple[int, ...]
    others: Flags
    concerned: int


class LivingPlan:
    """Holds arrays that it changes; one writer at a time."""

    def __init__(
        self,
        edges: Edges,
        capacities: Int64s,
        vacancy: Int32s,
        prices: Int64s,
        *,
        frozen: Flags | None = None,
        keep_points: int = KEEP_POINTS,
    ) -> None:
        """`vacancy` (workers,), `prices` (vacancies,): as `assign` gave them, or as they were stored."""
        refuse_unless_sound(edges, capacities)
        refuse_unless_fitting(edges, capacities, prices, vacancy)
        top = int(edges.score.max()) if len(edges.score) else 0
        self._usual = min(keep_points, (LARGEST_SCORE - top) // 4)
        self._most = min(top + 1, LARGEST_SCORE - top - 2 * self._usual)
        still = np.zeros(edges.workers, dtype=np.bool_) if frozen is None else frozen & (vacancy != UNPLACED)
        self._laid = lay(edges, capacities, vacancy, prices, still, np.zeros(edges.workers, dtype=np.int32))
        placed = seated(self._laid.state.seats)
        add_for_staying(self._laid.state, self._laid.callers, placed, self._usual)
        self._laid.added[placed] = self._usual
        self._queue = np.empty(edges.workers + 1, dtype=np.int32)
        before = self.vacancy
        self._solve(release_inexact(self._laid.state, self._queue))
        count_for_staying(self._laid, before, self._usual)

    @property
    def vacancy(self) -> Int32s:
        """Where everybody is, frozen people too; -1: nowhere."""
        laid = self._laid
        return np.where(laid.frozen, laid.place, laid.state.seats.at)

    @property
    def prices(self) -> Int64s:
        return self._laid.state.places.price.copy()

    @property
    def frozen(self) -> Flags:
        return self._laid.frozen.copy()

    @property
    def staying(self) -> Int32s:
        """What staying counts for beside the score, by worker; 0 for whoever has no place or is frozen."""
        return self._laid.added.copy()

    @property
    def value(self) -> int:
        base = self._laid.edges
        return int(value_of(base.starts, base.vacancy, base.score, self.vacancy))

    @property
    def market(self) -> Market:
        """As it is by now, frozen people and their places included; a score below 0: not an option any more."""
        return Market(edges=self._laid.edges, capacities=self._laid.capacities.copy())

    def answer(self, *events: Event) -> Change:
        """What has to change, done. Refused events leave the plan as it was."""
        kept, before = snapshot(self._laid), self.vacancy
        still = np.zeros(len(before), dtype=np.bool_)
        for attempt in range(FIRST_HELD + 2):
            try:
                touched = self._attempt(events, np.flatnonzero(still).astype(np.int32))
            except Exception:
                self._laid = restore(kept)
                raise
            moved = touched.others & (self.vacancy != before) & (before != UNPLACED)
            if moved.sum() <= touched.concerned or attempt > FIRST_HELD:
                break
            self._laid = restore(kept)
            still |= moved | (attempt == FIRST_HELD)
        laid, after = self._laid, self.vacancy
        value, bound = weigh(laid.state.lists, laid.state.places.capacity, laid.state.seats.at, laid.state.places.price)
        count_for_staying(laid, before, self._usual)
        if still.any():
            settle_staying(laid.state, laid.callers, still & (before == after), laid.added, self._usual)
        return Change(
            vacancy=after,
            prices=self.prices,
            value=self.value,
            certified=bool(value == bound),
            displaced=np.array(sorted(touched.displaced), dtype=np.int32),
            moved=np.flatnonzero(moved).astype(np.int32),
            gained=np.flatnonzero(touched.others & (after != before) & (before == UNPLACED)).astype(np.int32),
            concerned=touched.concerned,
        )

    def _attempt(self, events: tuple[Event, ...], still: Int32s) -> _Touched:
        """`still`: those for whom staying counts more than any score."""
        placed = still[self._laid.state.seats.at[still] != UNPLACED]
        add_for_staying(self._laid.state, self._laid.callers, placed, self._most)
        self._laid.added[placed] += self._most
        displaced: list[int] = []
        own: set[int] = set()
        concerned = 0
        for event in events:
            self._laid, out, who, count = apply(self._laid, event)
            displaced += out
            own |= {*out, *who}
            concerned += count
        waiting = [who for who in sorted(own) if not self._laid.frozen[who] and self._laid.state.seats.at[who] < 0]
        self._queue[: len(waiting)] = waiting
        self._solve(len(waiting))
        others = np.ones(len(self._laid.frozen), dtype=np.bool_)
        others[list(own)] = False
        return _Touched(displaced=tuple(displaced), others=others, concerned=concerned)

    def _solve(self, waiting: int) -> None:
        state, callers = self._laid.state, self._laid.callers
        place_waiting(state, self._queue, waiting)
        fill_open(state, callers)
        highest_calls(state, callers)
