"""A living plan over all feasible pairs of an area: the few that its prices leave worth a look, and the proof over all.

`LivingPlan` answers events on short lists. Here whoever an event concerns is given a list anew from all their pairs at
the prices, and every pair is priced again afterwards: what no list holds shows in the bound. Loading it loads numba.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from employment_service.matching.assignment.compiled import compiled
from employment_service.matching.assignment.domain import Edges, Flags, Int32s, Int64s
from employment_service.matching.living.domain import Change, Event, OptionsChanged, OptionsUnsound, PlacesChanged
from employment_service.matching.living.plan import LivingPlan
from employment_service.matching.market.kernel import Feasible
from employment_service.matching.market.pricing import best_at, edge_surplus
from employment_service.matching.market.scan import Columns, Scores
from employment_service.matching.market.solving import Solution

LISTED = 40
NEVER = 2**20
"""The price of what has no place: above any score."""
WORTH_A_LOOK = 2**15
MOST_MISSED = 0.0005
"""Where pairs that no list holds could add more than this share of the value, the plan is to be made anew."""


class PlanAnew(Exception):
    """The event cannot be answered from the plan as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LivedOn:
    """Workers by row. `score`, `value`, `bound`: of the pairs themselves, without what staying counts for."""

    vacancy: Int32s
    score: Int32s
    prices: Int64s
    value: int
    bound: int
    displaced: Int32s
    moved: Int32s


class LivingPairs:
    """One writer at a time. After `PlanAnew` it is of no more use."""

    def __init__(
        self, pairs: Feasible, capacities: Int64s, solution: Solution, *, keep_points: int, frozen: Flags
    ) -> None:
        """`frozen` (workers,): who stays whatever happens, as both of a couple do."""
        self._pairs, self._capacities, self._keep = pairs, capacities.copy(), keep_points
        self._proving = solution.prices.copy()
        edges = _with_held(best_at(pairs, solution.prices, most=LISTED).edges, pairs, solution.vacancy)
        self._plan = self._laid(edges, solution.vacancy, solution.prices, frozen)

    @property
    def pairs(self) -> Feasible:
        return self._pairs

    @property
    def vacancy(self) -> Int32s:
        return self._plan.vacancy

    def answer(self, rows: Int64s, lists: Feasible, capacities: Int64s) -> LivedOn:
        """`rows`, ascending: whose pairs are `lists` from now on; numbers from the present count on are new people.

        Raises PlanAnew.
        """
        frozen = self._plan.frozen
        if frozen[rows[rows < len(frozen)]].any():
            raise PlanAnew("Somebody who goes with a companion is concerned.")
        before = np.concatenate([self._plan.vacancy, np.full(_new(rows, len(frozen)), -1, dtype=np.int32)])
        self._pairs = patched(self._pairs, rows, lists)
        events = self._listed_anew(rows) if len(rows) else []
        changed = np.flatnonzero(capacities != self._capacities)
        events += [PlacesChanged(vacancy=int(at), by=int(capacities[at] - self._capacities[at])) for at in changed]
        self._capacities = capacities.copy()
        first = self._answered(events)
        surplus = self._surplus(first.prices)
        concerned = np.union1d(rows, np.concatenate([first.displaced, first.moved, first.gained])).astype(np.int64)
        listed = edge_surplus(self._plan.market.edges, first.prices)
        better = concerned[surplus[concerned] > listed[concerned]]
        better = better[~self._plan.frozen[better]]
        last = first
        if len(better):
            last = self._answered(self._listed_anew(better))
            surplus = self._surplus(last.prices)
        score = scores_at(self._pairs, last.vacancy)
        if self._missed(surplus, score, last) > MOST_MISSED * last.value:
            raise PlanAnew("Too many would rather go where their lists do not look.")
        own = np.isin(np.arange(len(before)), rows)
        displaced = np.union1d(first.displaced, last.displaced)
        moved = (before >= 0) & (before != last.vacancy) & ~own
        moved[displaced] = False
        return LivedOn(
            vacancy=last.vacancy,
            score=score,
            prices=last.prices,
            value=last.value,
            bound=min(
                int(surplus.sum() + (capacities * last.prices).sum()),
                int(self._surplus(self._proving).sum() + (capacities * self._proving).sum()),
            ),
            displaced=displaced.astype(np.int32),
            moved=np.flatnonzero(moved).astype(np.int32),
        )

    def _surplus(self, prices: Int64s) -> Int64s:
        """The best of each over all pairs with work that has a place."""
        return best_at(self._pairs, self._open(prices), most=1).surplus

    def _open(self, prices: Int64s) -> Int64s:
        return np.where(self._capacities > 0, prices, NEVER)

    def _missed(self, surplus: Int64s, score: Int32s, made: Change) -> int:
        """What unlisted pairs could add at most: by worker, what the best of all is ahead of where they stay."""
        there = np.where(made.vacancy >= 0, score + self._plan.staying - made.prices[made.vacancy], 0)
        ahead = np.maximum(surplus - np.maximum(there, 0), 0)
        return int(ahead[~self._plan.frozen].sum())

    def _answered(self, events: list[Event]) -> Change:
        frozen = self._plan.frozen
        try:
            change = self._plan.answer(*events)
        except OptionsUnsound as unsound:
            raise PlanAnew(str(unsound)) from unsound
        if not change.certified or frozen[change.displaced].any():
            raise PlanAnew("Somebody who goes with a companion has to move.")
        return change

    def _listed_anew(self, rows: Int64s) -> list[Event]:
        """Room for their new lists; the events bring the scores."""
        plan, part = self._plan, _part(self._pairs, rows)
        lists = best_at(part, self._open(plan.prices), most=LISTED, above=np.full(len(rows), -WORTH_A_LOOK)).edges
        market = plan.market
        count = len(self._pairs.first)
        vacancy, frozen = _longer(plan.vacancy, count, -1), _longer(plan.frozen, count, 0)
        edges = _with_rows(market.edges, rows, lists, vacancy, count)
        self._plan = self._laid(edges, vacancy, plan.prices, frozen, market.capacities)
        return [
            OptionsChanged(worker=int(row), vacancy=lists.vacancy[own], score=lists.score[own])
            for row, own in zip(rows, _slices(lists.starts), strict=True)
        ]

    def _laid(
        self, edges: Edges, vacancy: Int32s, prices: Int64s, frozen: Flags, capacities: Int64s | None = None
    ) -> LivingPlan:
        places = self._capacities if capacities is None else capacities
        return LivingPlan(edges, places, vacancy, prices, frozen=frozen, keep_points=self._keep)


def patched(pairs: Feasible, rows: Int64s, lists: Feasible) -> Feasible:
    """With other pairs of some rows, or of new ones behind; they lie at the end, and what they had is left unused."""
    if not len(rows):
        return pairs
    count = max(len(pairs.first), int(rows.max()) + 1)
    first, last = _longer(pairs.first, count, 0), _longer(pairs.last, count, 0)
    first[rows], last[rows] = lists.first + len(pairs.vacancy), lists.last + len(pairs.vacancy)
    columns: Columns = np.concatenate([pairs.vacancy, lists.vacancy.astype(pairs.vacancy.dtype)])
    return Feasible(first=first, last=last, vacancy=columns, score=np.concatenate([pairs.score, lists.score]))


def options_at(pairs: Feasible, open_now: Flags) -> Int64s:
    """By worker how many of their vacancies have a place."""
    found = np.zeros(len(pairs.first), dtype=np.int64)
    _count(pairs.first, pairs.last, pairs.vacancy, open_now, found)
    return found


def scores_at(pairs: Feasible, vacancy: Int32s) -> Int32s:
    """By worker the score of the pair with this vacancy, 0 where there is none."""
    found = np.zeros(len(vacancy), dtype=np.int32)
    _held(pairs.first, pairs.last, pairs.vacancy, pairs.score, vacancy, found)
    return found


@compiled
def _held(  # noqa: PLR0917 - one loop, with its arrays
    first: Int64s, last: Int64s, columns: Columns, score: Scores, vacancy: Int32s, found: Int32s
) -> None:
    for who in range(len(vacancy)):
        if vacancy[who] >= 0:
            for at in range(first[who], last[who]):
                if columns[at] == vacancy[who]:
                    found[who] = score[at]


@compiled
def _count(first: Int64s, last: Int64s, vacancy: Columns, open_now: Flags, found: Int64s) -> None:
    for who in range(len(first)):
        for at in range(first[who], last[who]):
            found[who] += open_now[vacancy[at]]


def _part(pairs: Feasible, rows: Int64s) -> Feasible:
    return replace(pairs, first=pairs.first[rows], last=pairs.last[rows])


def _new(rows: Int64s, count: int) -> int:
    return max(0, int(rows.max(initial=-1)) + 1 - count)


def _longer(array: np.ndarray, count: int, fill: int) -> np.ndarray:
    return np.concatenate([array, np.full(count - len(array), fill, dtype=array.dtype)])


def _slices(starts: Int64s) -> list[slice]:
    return [slice(int(start), int(end)) for start, end in pairwise(starts)]


def _with_held(edges: Edges, pairs: Feasible, vacancy: Int32s) -> Edges:
    """Whoever goes to a vacancy has it listed: couples and batches are where no price alone would put them."""
    who = np.repeat(np.arange(edges.workers), np.diff(edges.starts))
    listed = np.zeros(edges.workers, dtype=np.bool_)
    listed[who[edges.vacancy == vacancy[who]]] = True
    missing = np.flatnonzero((vacancy >= 0) & ~listed)
    if not len(missing):
        return edges
    at = edges.starts[missing + 1]
    scores = scores_at(_part(pairs, missing), vacancy[missing])
    more = np.zeros(edges.workers, dtype=np.int64)
    more[missing] = 1
    return Edges(
        starts=edges.starts + np.concatenate(([0], np.cumsum(more))),
        vacancy=np.insert(edges.vacancy, at, vacancy[missing]).astype(np.int32),
        score=np.insert(edges.score, at, scores).astype(np.int32),
    )


def _with_rows(edges: Edges, rows: Int64s, lists: Edges, vacancy: Int32s, count: int) -> Edges:
    """Edges that may be used, and for these rows room for their lists, worth nothing yet, beside where they are."""
    lengths = _longer(np.diff(edges.starts), count, 0)
    who = np.repeat(np.arange(count), lengths)
    changed = np.zeros(count, dtype=np.bool_)
    changed[rows] = True
    kept = (edges.score >= 0) & (~changed[who] | (edges.vacancy == vacancy[who]))
    whose = np.repeat(rows, np.diff(lists.starts))
    fresh = lists.vacancy != vacancy[whose]
    worker = np.concatenate([who[kept], whose[fresh]])
    order = np.argsort(worker, kind="stable")
    return Edges(
        starts=np.concatenate(([0], np.cumsum(np.bincount(worker, minlength=count)))).astype(np.int64),
        vacancy=np.concatenate([edges.vacancy[kept], lists.vacancy[fresh]])[order].astype(np.int32),
        score=np.concatenate([edges.score[kept], np.zeros(int(fresh.sum()), dtype=np.int32)])[order].astype(np.int32),
    )
