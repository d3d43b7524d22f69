"""The best assignment over all feasible pairs, through few of them.

Prices from a market of a tenth of the workers say which forty pairs of each worker matter; the assignment over these
gives better prices; then every feasible pair is priced anew, those that would have been preferred are added, and so on
until the bound that the prices prove over all pairs (weak duality) lies within `gap` of the value reached. Cutting to
the best by score instead loses a sixth of the value: everybody lists the same vacancies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.assignment import Edges, assign
from employment_service.matching.market.kernel import Feasible
from employment_service.matching.market.pricing import best_at, edge_surplus, joined, of_workers, wanted_at

Ints = NDArray[np.int64]
Int32s = NDArray[np.int32]

GAP = 0.00001
LISTED = 40
ADDED = 20
SAMPLE = 10
SAMPLE_LISTED = 200
LEAST_SAMPLE = 200
MOST_ROUNDS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    edges: int
    value: int
    bound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """`vacancy` (workers,): -1 where unplaced; `score` (workers,): 0 there. `bound`: no assignment over any feasible
    pairs is worth more; who holds the prices can add it up again.
    """

    vacancy: Int32s
    score: Int32s
    prices: Ints
    value: int
    bound: int
    rounds: tuple[Round, ...]

    @property
    def placed(self) -> int:
        return int((self.vacancy >= 0).sum())

    @property
    def gap(self) -> float:
        return (self.bound - self.value) / max(self.value, 1)


def solve(
    pairs: Feasible,
    capacities: Ints,
    *,
    prices: Ints | None = None,
    gap: float = GAP,
    seed: int = 0,
    tell: Callable[[Round], None] = lambda _: None,
) -> Solution:
    """`prices`: those of an earlier run, in place of a sample market. Capacities: places by vacancy."""
    if prices is None:
        prices = sample_prices(pairs, capacities, seed=seed)
    edges = best_at(pairs, prices, most=LISTED).edges
    rounds: list[Round] = []
    least_bound, best_prices = np.iinfo(np.int64).max, prices
    held: Int32s | None = None
    while True:
        found = assign(edges, capacities, prices=prices, held=held)
        prices, held = found.prices, found.vacancy
        own = edge_surplus(edges, prices)
        priced = best_at(pairs, prices, most=ADDED, above=own)
        bound = int(np.maximum(own, priced.surplus).sum() + (capacities * prices).sum())
        if bound < least_bound:
            least_bound, best_prices = bound, prices
        rounds.append(Round(edges=len(edges.vacancy), value=found.value, bound=least_bound))
        tell(rounds[-1])
        missing = len(priced.edges.vacancy)
        if least_bound - found.value <= gap * found.value or not missing or len(rounds) >= MOST_ROUNDS:
            return Solution(
                vacancy=found.vacancy,
                score=scores_of(edges, found.vacancy),
                prices=best_prices,
                value=found.value,
                bound=least_bound,
                rounds=tuple(rounds),
            )
        edges = joined(edges, priced.edges)


def sample_prices(pairs: Feasible, capacities: Ints, *, seed: int = 0) -> Ints:
    """Prices of a market with a tenth of the workers and of each vacancy's places (rounded so that the sum holds)."""
    workers, random = len(pairs.first), np.random.default_rng(seed)
    chosen = np.sort(random.choice(workers, workers // SAMPLE, replace=False)) if workers else np.zeros(0, np.int64)
    if len(chosen) < LEAST_SAMPLE:
        return np.zeros(len(capacities), dtype=np.int64)
    shuffled = random.permutation(len(capacities))
    summed = np.floor(np.cumsum(capacities[shuffled]) / SAMPLE + random.random())
    places = np.zeros(len(capacities), dtype=np.int64)
    places[shuffled] = np.diff(summed, prepend=np.floor(random.random())).astype(np.int64).clip(min=0)
    places[capacities == 0] = 0
    edges = of_workers(pairs, chosen, most=SAMPLE_LISTED)
    found = assign(edges, places)
    surplus = edge_surplus(_open(edges, places), found.prices)
    return np.where(places > 0, found.prices, wanted_at(edges, surplus, len(capacities)))


def _open(edges: Edges, places: Ints) -> Edges:
    """Without the edges of vacancies that have no place."""
    kept = places[edges.vacancy] > 0
    before = np.concatenate(([0], np.cumsum(kept))).astype(np.int64)
    return Edges(starts=before[edges.starts], vacancy=edges.vacancy[kept], score=edges.score[kept])


def scores_of(edges: Edges, vacancy: Int32s) -> Int32s:
    """By worker the score of the edge taken, 0 where none is."""
    worker = np.repeat(np.arange(edges.workers), np.diff(edges.starts))
    used = edges.vacancy == vacancy[worker]
    scores = np.zeros(edges.workers, dtype=np.int32)
    scores[worker[used]] = edges.score[used]
    return scores
