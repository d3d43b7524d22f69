"""Couples go to one vacancy or nowhere; batches open for enough people or not at all."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from employment_service.matching.assignment import Edges
from employment_service.matching.living.batches import BatchesUnsound, assign_batches
from employment_service.matching.living.together import GroupsUnsound, assign_together

Ints = NDArray[np.int64]


def edges_of(*lists: dict[int, int]) -> Edges:
    return Edges(
        starts=np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64),
        vacancy=np.array([vacancy for one in lists for vacancy in one], dtype=np.int32),
        score=np.array([score for one in lists for score in one.values()], dtype=np.int32),
    )


def tiny(seed: int) -> tuple[list[dict[int, int]], Ints, NDArray[np.int32]]:
    draw = np.random.default_rng(seed)
    lists = [
        {int(v): int(draw.integers(1, 50)) for v in draw.choice(3, size=int(draw.integers(1, 4)), replace=False)}
        for _ in range(6)
    ]
    return lists, draw.integers(0, 4, 3).astype(np.int64), np.array([0, 0, 1, 1, -1, -1], dtype=np.int32)


def best_by_hand(lists: list[dict[int, int]], capacities: Ints, groups: NDArray[np.int32], least: Ints) -> int:
    best = 0
    for at in product(*[[-1, *one] for one in lists]):
        counts = np.bincount(np.array([one for one in at if one >= 0], dtype=np.int64), minlength=len(capacities))
        together = all(
            at[one] == at[other] for one in range(6) for other in range(6) if groups[one] == groups[other] >= 0
        )
        if together and (counts <= capacities).all() and ((counts == 0) | (counts >= least)).all():
            best = max(best, sum(lists[who][one] for who, one in enumerate(at) if one >= 0))
    return best


@pytest.mark.parametrize("seed", range(25))
def test_tiny_markets_with_couples_lie_between_their_bound_and_what_can_be_found_by_hand(seed: int) -> None:
    lists, capacities, groups = tiny(seed)

    made = assign_together(edges_of(*lists), capacities, groups)

    best = best_by_hand(lists, capacities, groups, np.zeros(3, dtype=np.int64))
    assert made.value <= best <= made.bound
    assert made.value >= 0.7 * best
    assert made.vacancy[0] == made.vacancy[1]
    assert made.vacancy[2] == made.vacancy[3]
    assert (np.bincount(made.vacancy[made.vacancy >= 0], minlength=3) <= capacities).all()


@pytest.mark.parametrize("seed", range(25))
def test_tiny_markets_with_batches_lie_between_their_bound_and_what_can_be_found_by_hand(seed: int) -> None:
    lists, capacities, _ = tiny(seed)
    least = np.array([2, 0, 3], dtype=np.int64)

    made = assign_batches(edges_of(*lists), capacities, least)

    best = best_by_hand(lists, capacities, np.full(6, -1, dtype=np.int32), least)
    counts = np.bincount(made.vacancy[made.vacancy >= 0], minlength=3)
    assert made.value <= best <= made.bound
    assert made.value >= 0.7 * best
    assert ((counts == 0) | (counts >= least)).all()
    assert (counts <= capacities).all()


def test_a_couple_takes_two_places_or_none() -> None:
    edges = edges_of({0: 50}, {0: 50}, {0: 60})

    assert assign_together(edges, np.array([1]), np.array([0, 0, -1], dtype=np.int32)).vacancy.tolist() == [-1, -1, 0]
    assert assign_together(edges, np.array([2]), np.array([0, 0, -1], dtype=np.int32)).vacancy.tolist() == [0, 0, -1]


def test_three_relatives_stay_together() -> None:
    edges = edges_of({0: 9, 1: 5}, {0: 9, 1: 5}, {0: 9, 1: 5})

    made = assign_together(edges, np.array([2, 3]), np.zeros(3, dtype=np.int32))

    assert made.vacancy.tolist() == [1, 1, 1]
    assert (made.value, made.bound) == (15, 15)


def test_a_batch_is_opened_where_that_is_worth_more_than_closing_it() -> None:
    """Worker 1 would rather be elsewhere by 1 point; without them nobody could go to vacancy 0."""
    made = assign_batches(edges_of({0: 10}, {0: 4, 1: 5}), np.array([2, 1]), np.array([2, 0]))

    assert (made.vacancy.tolist(), made.value, made.opened, made.closed) == ([0, 0], 14, (0,), ())


def test_a_batch_that_too_few_could_reach_is_closed() -> None:
    made = assign_batches(edges_of({0: 10}, {1: 5}), np.array([5, 1]), np.array([2, 0]))

    assert (made.vacancy.tolist(), made.opened, made.closed) == ([-1, 1], (), (0,))


def test_what_does_not_fit_is_refused() -> None:
    edges = edges_of({0: 2**30}, {0: 1})

    with pytest.raises(GroupsUnsound):
        assign_together(edges, np.array([2]), np.zeros(5, dtype=np.int32))
    with pytest.raises(GroupsUnsound):
        assign_together(edges, np.array([2]), np.zeros(2, dtype=np.int32))
    with pytest.raises(BatchesUnsound):
        assign_batches(edges, np.array([2]), np.array([-1]))
