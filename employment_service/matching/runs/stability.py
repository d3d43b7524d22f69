"""Deferred acceptance over an area's pairs, and how stable a plan is without it. Loading it loads numba.

Workers like work by its score. Employers like those who are likeliest to stay: the points behind the chance at six
months, which hold nothing of the person but the way, the care place and the work done before.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.assignment import Edges
from employment_service.matching.assignment.stability import blocking_pairs, deferred_acceptance, price_of_stability
from employment_service.matching.market.arrays import Ints, Market
from employment_service.matching.market.keeping import held_scores
from employment_service.matching.market.kernel import Feasible
from employment_service.matching.market.rules import pairs
from employment_service.matching.market.solving import Solution
from employment_service.matching.runs.domain import Stability

Int32s = NDArray[np.int32]
AT_ONCE = 500_000
"""Pairs whose points are counted together."""


def edges_of(found: Feasible) -> Edges:
    """All pairs, by worker and vacancy."""
    counts = found.options
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    at = np.arange(starts[-1]) + np.repeat(found.first - starts[:-1], counts)
    worker = np.repeat(np.arange(len(counts)), counts)
    at = at[np.lexsort((found.vacancy[at], worker))]
    return Edges(starts=starts, vacancy=found.vacancy[at].astype(np.int32), score=found.score[at].astype(np.int32))


def employer_ranks(market: Market, edges: Edges) -> Int32s:
    worker = np.repeat(np.arange(edges.workers), np.diff(edges.starts))
    ranks = np.empty(len(worker), dtype=np.int32)
    for start in range(0, len(worker), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        ranks[part] = pairs(market, worker[part], edges.vacancy[part].astype(np.int64)).points
    return ranks


def stable_plan(market: Market, kept: Feasible, capacities: Ints) -> Int32s:
    """Vacancy by worker. `kept`: the pairs, with a bonus on what was proposed before."""
    edges = edges_of(kept)
    return deferred_acceptance(edges, capacities, employer_ranks(market, edges))[0]


def in_place_of(best: Solution, found: Feasible, vacancy: Int32s) -> Solution:
    """Prices and bound stay those of the best: they tell what stability costs."""
    score = held_scores(found, vacancy)
    return replace(best, vacancy=vacancy, score=score, value=int(score.sum()))


def stability_of(
    market: Market, found: Feasible, capacities: Ints, vacancy: Int32s, *, best: int, coupled: int = 0
) -> Stability:
    """`coupled`: the value of couples, who are not among the pairs and stay in either plan."""
    edges = edges_of(found)
    ranks = employer_ranks(market, edges)
    blocking = blocking_pairs(edges, capacities, vacancy, ranks)
    _, stable = deferred_acceptance(edges, capacities, ranks)
    return Stability(
        blocking_pairs=int(blocking.pairs),
        blocking_workers=int(blocking.workers),
        stable_points=int(stable) + coupled,
        price=price_of_stability(best, int(stable) + coupled),
    )
