"""Deferred acceptance leaves no blocking pair, and is worth at most the best for all together."""

from __future__ import annotations

import numpy as np
import pytest

from employment_service.matching.assignment import Edges, assign
from employment_service.matching.assignment.stability import (
    blocking_pairs,
    deferred_acceptance,
    price_of_stability,
)


@pytest.mark.parametrize("seed", range(20))
def test_no_pair_would_rather_go_elsewhere_together(seed: int) -> None:
    draw = np.random.default_rng(seed)
    each = draw.integers(0, 7, 200)
    vacancy = np.concatenate([draw.choice(15, size=one, replace=False) for one in each]).astype(np.int32)
    edges = Edges(
        starts=np.append(0, np.cumsum(each)).astype(np.int64),
        vacancy=vacancy,
        score=draw.integers(0, 40, len(vacancy)).astype(np.int32),
    )
    capacities, ranks = draw.integers(0, 12, 15).astype(np.int64), draw.integers(0, 40, len(vacancy)).astype(np.int32)

    found, value = deferred_acceptance(edges, capacities, ranks)

    assert blocking_pairs(edges, capacities, found, ranks).pairs == 0
    assert (np.bincount(found[found >= 0], minlength=15) <= capacities).all()
    assert value <= assign(edges, capacities).value


def test_the_textbook_market_ends_as_the_textbook_says() -> None:
    """Gale and Shapley's three by three: each gets their first wish, though every employer likes another best."""
    edges = Edges(
        starts=np.array([0, 3, 6, 9]),
        vacancy=np.array([0, 1, 2, 0, 1, 2, 0, 1, 2], dtype=np.int32),
        score=np.array([3, 2, 1, 1, 3, 2, 2, 1, 3], dtype=np.int32),
    )
    ranks = np.array([1, 2, 3, 3, 1, 2, 2, 3, 1], dtype=np.int32)

    found, value = deferred_acceptance(edges, np.ones(3, dtype=np.int64), ranks)

    assert (found.tolist(), value) == ([0, 1, 2], 9)


def test_the_best_for_all_may_be_blocked_and_that_has_its_price() -> None:
    edges = Edges(
        starts=np.array([0, 2, 4]),
        vacancy=np.array([0, 1, 0, 1], dtype=np.int32),
        score=np.array([10, 9, 10, 2], dtype=np.int32),
    )
    places, ranks = np.ones(2, dtype=np.int64), np.array([5, 0, 1, 0], dtype=np.int32)

    best = assign(edges, places)
    found, stable = deferred_acceptance(edges, places, ranks)
    blocking = blocking_pairs(edges, places, best.vacancy, ranks)

    assert (best.value, stable, found.tolist()) == (19, 12, [0, 1])
    assert (blocking.pairs, blocking.workers) == (1, 1)
    assert price_of_stability(best.value, stable) == pytest.approx(7 / 19)
