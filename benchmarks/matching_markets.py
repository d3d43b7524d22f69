"""Invented markets for the matching benchmarks: places with coordinates, skills, wages and long tails of capacities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from employment_service.compiled import compiled
from employment_service.matching.assignment import Edges

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LISTED = 35
"""The best so many of each worker: what a bare edge list holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeMarket:
    edges: Edges
    capacities: Ints
    groups: NDArray[np.int32]


@compiled
def _best(  # noqa: PLR0917 - one loop, with its arrays
    workers: Floats, vacancies: Floats, reach: Floats, skill: Ints, needs: Ints, own: Floats, draw: np.random.Generator
) -> tuple[Ints, NDArray[np.int32], NDArray[np.int32]]:
    starts = np.zeros(len(reach) + 1, np.int64)
    found, points = np.empty(len(reach) * LISTED, np.int32), np.empty(len(reach) * LISTED, np.int32)
    row = np.empty(len(needs), np.int64)
    for who in range(len(reach)):
        size = 0
        for vacancy in range(len(needs)):
            away = np.hypot(workers[0, who] - vacancies[0, vacancy], workers[1, who] - vacancies[1, vacancy])
            if away <= reach[who] and needs[vacancy] <= skill[who]:
                score = 4000 + own[vacancy] * 4000 - away * 30 + 2000 * draw.random()
                row[size] = max(1, int(score)) * 65536 + vacancy
                size += 1
        best = np.sort(row[:size])[::-1][:LISTED]
        for number in range(len(best)):
            found[starts[who] + number], points[starts[who] + number] = best[number] % 65536, best[number] // 65536
        starts[who + 1] = starts[who] + len(best)
    return starts, found[: starts[-1]].copy(), points[: starts[-1]].copy()


def edge_market(workers: int, vacancies: int, *, seed: int, ratio: float = 0.9, couples: float = 0.0) -> EdgeMarket:
    """`ratio`: places a worker. Three in ten must stay near, the rest travel up to 50 km; wages are shared liking.

    `couples`: such a part of the workers, the first, live two and two at one place, and go equally far.
    """
    draw = np.random.default_rng(seed)
    side = 100 * np.sqrt(workers / 20_000)
    weight = 1 + 5 * draw.pareto(1.5, vacancies)
    home = draw.uniform(0, side, (2, workers))
    work = draw.uniform(0, side, (2, vacancies))
    reach = np.where(draw.random(workers) < 0.3, 15.0, 50.0)
    paired = int(workers * couples) // 2 * 2
    home[:, 1:paired:2], reach[1:paired:2] = home[:, 0:paired:2], reach[0:paired:2]
    skill, needs = draw.integers(0, 5, workers), draw.integers(0, 5, vacancies)
    starts, vacancy, score = _best(home, work, reach, skill, needs, draw.beta(2, 4, vacancies), draw)
    groups = np.full(workers, -1, dtype=np.int32)
    groups[:paired] = np.arange(paired) // 2
    return EdgeMarket(
        edges=Edges(starts=starts, vacancy=vacancy, score=score),
        capacities=np.maximum(1, np.rint(weight * ratio * workers / weight.sum())).astype(np.int64),
        groups=groups,
    )
