"""A living plan over all feasible pairs of an area: the few that its prices leave worth a look, and the proof over all.

`LivingPlan` answers events on short lists. Here whoever an event concerns is given a list anew from all their pairs at
the prices, and every pair is priced again afterwards: what no list holds shows in the bound. Loading it loads numba.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from employment_service.matching.assignment.domain import Edges, Flags, Int32s, Int64s
from employment_service.matching.living.domain import Change, Event, OptionsChanged, OptionsUnsound, PlacesChanged
from employment_service.matching.living.listing import (
    edges_of_column,
    longer,
    part,
    patched,
    scores_at,
    slices,
    surplus_at,
    usable,
    with_held,
    with_more,
    with_rows,
)
from employment_service.matching.living.plan import LivingPlan
from employment_service.matching.market.kernel import Feasible
from employment_service.matching.market.pricing import best_at, edge_surplus
from employment_service.matching.market.solving import Solution

LISTED = 40
CALLED = 400
"""So many who are nearest to wanting it are shown work that got places."""
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
        edges = with_held(best_at(pairs, solution.prices, most=LISTED).edges, pairs, solution.vacancy)
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
        raised = np.flatnonzero(capacities > self._capacities)
        if len(raised):
            self._called(raised)
        events = self._listed_anew(rows) if len(rows) else []
        changed = np.flatnonzero(capacities != self._capacities)
        most = len(rows) + int(np.maximum(capacities - self._capacities, 0).sum())
        events += [PlacesChanged(vacancy=int(at), by=int(capacities[at] - self._capacities[at])) for at in changed]
        self._capacities = capacities.copy()
        first = self._answered(events)
        concerned = np.union1d(rows, np.concatenate([first.displaced, first.moved, first.gained])).astype(np.int64)
        listed = edge_surplus(self._plan.market.edges, first.prices)
        open_prices = self._open(first.prices)
        better = concerned[surplus_at(part(self._pairs, concerned), open_prices) > listed[concerned]]
        better = better[~self._plan.frozen[better]]
        last, settled = first, self._plan
        own = np.isin(np.arange(len(before)), rows)
        if len(better):
            last = self._answered(self._listed_anew(better))
            if _moved(before, last, own, first.displaced).sum() > most + len(first.displaced):
                last, self._plan = first, settled
        surplus = self._surplus(last.prices)
        score = scores_at(self._pairs, last.vacancy)
        if self._missed(surplus, score, last) > MOST_MISSED * last.value:
            raise PlanAnew("Too many would rather go where their lists do not look.")
        return LivedOn(
            vacancy=last.vacancy,
            score=score,
            prices=last.prices,
            value=last.value,
            bound=min(
                int(surplus.sum() + (capacities * last.prices).sum()),
                int(self._surplus(self._proving).sum() + (capacities * self._proving).sum()),
            ),
            displaced=first.displaced,
            moved=np.flatnonzero(_moved(before, last, own, first.displaced)).astype(np.int32),
        )

    def _surplus(self, prices: Int64s) -> Int64s:
        """The best of each over all pairs with work that has a place."""
        return surplus_at(self._pairs, self._open(prices))

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

    def _called(self, columns: Int64s) -> None:
        """Work with more places is listed by those who are nearest to wanting it: its price is about to fall."""
        plan, market = self._plan, self._plan.market
        at, prices = plan.vacancy, plan.prices
        there = np.where(at >= 0, scores_at(self._pairs, at)[: len(at)] + plan.staying - prices[at], 0)
        edges = market.edges
        for column in columns:
            score = scores_at(self._pairs, np.full(len(self._pairs.first), column, dtype=np.int32))[: len(at)]
            ahead = np.where((score > 0) & ~plan.frozen & (at != column), score - np.maximum(there, 0), 0)
            ahead[edges_of_column(edges, int(column))] = 0
            who = np.argpartition(-ahead, min(CALLED, len(ahead) - 1))[:CALLED]
            who = who[ahead[who] > 0]
            edges = with_more(edges, who, np.full(len(who), column, dtype=np.int32), score[who], len(at))
        self._plan = self._laid(usable(edges), at, prices, plan.frozen, market.capacities)

    def _listed_anew(self, rows: Int64s) -> list[Event]:
        """Room for their new lists; the events bring the scores."""
        plan, theirs = self._plan, part(self._pairs, rows)
        lists = best_at(theirs, self._open(plan.prices), most=LISTED, above=np.full(len(rows), -WORTH_A_LOOK)).edges
        market = plan.market
        count = len(self._pairs.first)
        vacancy, frozen = longer(plan.vacancy, count, -1), longer(plan.frozen, count, 0)
        edges = with_rows(market.edges, rows, lists, vacancy, count)
        self._plan = self._laid(edges, vacancy, plan.prices, frozen, market.capacities)
        return [
            OptionsChanged(worker=int(row), vacancy=lists.vacancy[own], score=lists.score[own])
            for row, own in zip(rows, slices(lists.starts), strict=True)
        ]

    def _laid(
        self, edges: Edges, vacancy: Int32s, prices: Int64s, frozen: Flags, capacities: Int64s | None = None
    ) -> LivingPlan:
        places = self._capacities if capacities is None else capacities
        return LivingPlan(edges, places, vacancy, prices, frozen=frozen, keep_points=self._keep)


def _new(rows: Int64s, count: int) -> int:
    return max(0, int(rows.max(initial=-1)) + 1 - count)


def _moved(before: Int32s, made: Change, own: Flags, displaced: Int32s) -> Flags:
    """Others than those whom the event is about, or put out."""
    moved: Flags = (before >= 0) & (before != made.vacancy) & ~own
    moved[displaced] = False
    return moved
