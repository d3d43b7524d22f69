"""Deferred acceptance (Gale and Shapley 1962), and how stable an assignment is without it.

A pair blocks when the worker would rather go to the vacancy, and the vacancy has a place left or somebody whom its
employer ranks lower. Stability matters where employers really rank; a plan that is best for all together is seldom
stable, and a stable one is worth less: that is the price of stability.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from employment_service.compiled import compiled
from employment_service.matching.assignment.domain import UNPLACED, Edges, Int32s, Int64s
from employment_service.matching.assignment.state import Lists, lists_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocking:
    """`workers`: those in at least one blocking pair."""

    pairs: int
    workers: int


def deferred_acceptance(edges: Edges, capacities: Int64s, ranks: Int32s) -> tuple[Int32s, int]:
    """The stable assignment that is best for every worker at once; for workers it is safe to say what they like.

    Workers like vacancies by score. `ranks` (edges,): how an employer likes the worker of an edge, more is better.
    Equal ones in the order of the edges and of the workers. Vacancy by worker, and the value in scores.
    """
    worker = np.repeat(np.arange(edges.workers, dtype=np.int64), np.diff(edges.starts))
    liked = np.lexsort((np.arange(len(worker)), -edges.score.astype(np.int64), worker))
    return _propose(lists_of(edges), liked, ranks, capacities)


def blocking_pairs(edges: Edges, capacities: Int64s, vacancy: Int32s, ranks: Int32s) -> Blocking:
    pairs, workers = _blocking(lists_of(edges), capacities, vacancy, ranks)
    return Blocking(pairs=pairs, workers=workers)


def price_of_stability(best: int, stable: int) -> float:
    """Share of the best value that a stable assignment gives up."""
    return (best - stable) / best if best else 0.0


@compiled
def _below(rank: Int64s, holder: Int32s, one: int, other: int) -> bool:
    """Whether the first of two places is held by whom the employer likes less; of equals, the later worker."""
    return bool(rank[one] < rank[other] or (rank[one] == rank[other] and holder[one] > holder[other]))


@compiled
def _sink(rank: Int64s, holder: Int32s, start: int, size: int) -> None:
    spot = 0
    while True:
        below = 2 * spot + 1
        if below >= size:
            return
        if below + 1 < size and _below(rank, holder, start + below + 1, start + below):
            below += 1
        if not _below(rank, holder, start + below, start + spot):
            return
        one, other = start + spot, start + below
        rank[one], rank[other] = rank[other], rank[one]
        holder[one], holder[other] = holder[other], holder[one]
        spot = below


@compiled
def _rise(rank: Int64s, holder: Int32s, start: int, spot: int) -> None:
    while spot > 0 and _below(rank, holder, start + spot, start + ((spot - 1) >> 1)):
        one, other = start + spot, start + ((spot - 1) >> 1)
        rank[one], rank[other] = rank[other], rank[one]
        holder[one], holder[other] = holder[other], holder[one]
        spot = (spot - 1) >> 1


@compiled
def _propose(lists: Lists, liked: Int64s, ranks: Int32s, capacities: Int64s) -> tuple[Int32s, int]:
    workers, vacancies = len(lists.starts) - 1, len(capacities)
    wanted = np.zeros(vacancies, np.int64)
    for vacancy in lists.vacancy:
        wanted[vacancy] += 1
    start = np.zeros(vacancies + 1, np.int64)
    for vacancy in range(vacancies):
        start[vacancy + 1] = start[vacancy] + min(capacities[vacancy], wanted[vacancy])
    rank, holder = np.empty(start[-1], np.int64), np.empty(start[-1], np.int32)
    size, asked = np.zeros(vacancies, np.int64), lists.starts[:-1].copy()
    at, gain = np.full(workers, UNPLACED, np.int32), np.zeros(workers, np.int64)
    for first in range(workers):
        who = first
        while who >= 0 and asked[who] < lists.starts[who + 1]:
            edge = liked[asked[who]]
            asked[who] += 1
            vacancy = lists.vacancy[edge]
            if capacities[vacancy] == 0:
                continue
            top = start[vacancy]
            if size[vacancy] < capacities[vacancy]:
                rank[top + size[vacancy]], holder[top + size[vacancy]] = ranks[edge], who
                at[who], gain[who] = vacancy, lists.score[edge]
                _rise(rank, holder, top, size[vacancy])
                size[vacancy] += 1
                who = -1
            elif ranks[edge] > rank[top] or (ranks[edge] == rank[top] and who < holder[top]):
                out = holder[top]
                rank[top], holder[top] = ranks[edge], who
                at[who], gain[who] = vacancy, lists.score[edge]
                at[out], gain[out] = UNPLACED, 0
                _sink(rank, holder, top, size[vacancy])
                who = out
    return at, gain.sum()


@compiled
def _blocking(lists: Lists, capacities: Int64s, at: Int32s, ranks: Int32s) -> tuple[int, int]:
    workers = len(lists.starts) - 1
    size, lowest = np.zeros(len(capacities), np.int64), np.full(len(capacities), 2**62, np.int64)
    gain = np.full(workers, -1, np.int64)
    for who in range(workers):
        for edge in range(lists.starts[who], lists.starts[who + 1]):
            if lists.vacancy[edge] == at[who]:
                size[at[who]] += 1
                lowest[at[who]] = min(lowest[at[who]], ranks[edge])
                gain[who] = lists.score[edge]
    pairs, blocked = 0, 0
    for who in range(workers):
        before = pairs
        for edge in range(lists.starts[who], lists.starts[who + 1]):
            vacancy = lists.vacancy[edge]
            if lists.score[edge] > gain[who] and vacancy != at[who]:
                pairs += size[vacancy] < capacities[vacancy] or (
                    capacities[vacancy] > 0 and ranks[edge] > lowest[vacancy]
                )
        blocked += pairs > before
    return pairs, blocked
