"""Bare problems made to be hard for an auction: ours beside OR-tools' min-cost flow, which the value must equal.

Ties, price wars, chains and scores of every scale. The bar is to be ahead; how far differs by shape.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.bars import Bars
from benchmarks.matching_edges import apart, save
from benchmarks.matching_markets import EdgeMarket
from employment_service.matching.assignment import Edges

Ints = NDArray[np.int64]
QUICK = ("near-ties", "one-score-a-worker", "chain")


def _market(vacancy: Ints, score: Ints, capacities: Ints) -> EdgeMarket:
    workers, listed = vacancy.shape
    edges = Edges(
        starts=np.arange(workers + 1, dtype=np.int64) * listed,
        vacancy=vacancy.reshape(-1).astype(np.int32),
        score=np.broadcast_to(score, vacancy.shape).reshape(-1).astype(np.int32),
    )
    return EdgeMarket(edges=edges, capacities=capacities, groups=np.full(workers, -1, dtype=np.int32))


def _lists(draw: np.random.Generator, workers: int, vacancies: int, listed: int) -> Ints:
    return np.sort(draw.integers(0, vacancies - listed + 1, (workers, listed)), axis=1) + np.arange(listed)


def near_ties(draw: np.random.Generator) -> EdgeMarket:
    vacancy = _lists(draw, 20_000, 2_000, 40)
    return _market(vacancy, 10**9 + draw.integers(0, 2, vacancy.shape), np.full(2_000, 9))


def one_score_a_worker(draw: np.random.Generator) -> EdgeMarket:
    vacancy = _lists(draw, 50_000, 3_000, 35)
    return _market(vacancy, np.arange(50_000)[:, None] % 9_973 + 1, np.full(3_000, 15))


def one_wish(draw: np.random.Generator) -> EdgeMarket:
    vacancy = _lists(draw, 50_000, 3_000, 35)
    return _market(
        vacancy, np.where(vacancy < 20, 10**6, 0) + 5_000 + draw.integers(0, 3, vacancy.shape), np.full(3_000, 15)
    )


def powers_of_two(draw: np.random.Generator) -> EdgeMarket:
    vacancy = _lists(draw, 20_000, 2_000, 40)
    return _market(vacancy, 2 ** draw.integers(0, 31, vacancy.shape), draw.integers(0, 19, 2_000))


def products(draw: np.random.Generator) -> EdgeMarket:  # noqa: ARG001 - nothing is drawn
    each = np.arange(1_000)
    return _market(np.tile(each, (1_500, 1)), np.outer(np.arange(1, 1_501), each + 1), np.ones(1_000, dtype=np.int64))


def chain(draw: np.random.Generator) -> EdgeMarket:  # noqa: ARG001 - as above
    each = np.arange(100_000)
    places = np.append(np.ones(100_000, dtype=np.int64), 0)
    return _market(np.stack([each, each + 1], axis=1), np.array([[1_000, 1_001]]), places)


def three_pairs_each(draw: np.random.Generator) -> EdgeMarket:
    vacancy = _lists(draw, 300_000, 300_000, 3)
    return _market(vacancy, draw.integers(1, 10_001, vacancy.shape), np.ones(300_000, dtype=np.int64))


SHAPES: dict[str, Callable[[np.random.Generator], EdgeMarket]] = {
    "near-ties": near_ties,
    "one-score-a-worker": one_score_a_worker,
    "one-wish": one_wish,
    "powers-of-two": powers_of_two,
    "products": products,
    "chain": chain,
    "three-pairs-each": three_pairs_each,
}


def run(bars: Bars, *, quick: bool) -> None:
    for name, made in SHAPES.items():
        if quick and name not in QUICK:
            continue
        market = made(np.random.default_rng(1))
        with tempfile.NamedTemporaryFile(suffix=".npz") as file:
            save(file.name, market)
            ours, flow = apart("ours", file.name), apart("or-tools", file.name)
        note = f"{len(market.edges.vacancy):,} edges"
        short = max(ours.bound - ours.value, abs(flow.value - ours.value))
        bars.at_most(f"{name} certificate, and differs from or-tools", short, 0, digits=0, unit=" points", note=note)
        seconds = {"or-tools-s": flow.cpu, "ours-s": ours.cpu}
        bars.at_least(f"{name} times less CPU than or-tools", flow.cpu / ours.cpu, 1.0, digits=1, peers=seconds)
