"""A living plan over all pairs, and couples and batches over all pairs: against every possibility of small markets."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from employment_service.matching.living.grouping import solve_joint
from employment_service.matching.living.listing import options_at
from employment_service.matching.living.over_pairs import LivingPairs, PlanAnew
from employment_service.matching.market.kernel import Feasible
from employment_service.matching.market.solving import solve

Table = NDArray[np.int64]


def pairs_of(table: Table) -> Feasible:
    """Scores by worker and vacancy; 0: not possible."""
    counts = (table > 0).sum(axis=1)
    ends = np.cumsum(counts)
    who, where = np.nonzero(table > 0)
    return Feasible(
        first=(ends - counts).astype(np.int64),
        last=ends.astype(np.int64),
        vacancy=where.astype(np.uint16),
        score=table[who, where].astype(np.int16),
    )


def drawn(seed: int, workers: int, vacancies: int) -> tuple[Table, Table]:
    random = np.random.default_rng(seed)
    table = random.integers(1, 100, (workers, vacancies)) * (random.random((workers, vacancies)) < 0.7)
    return table.astype(np.int64), random.integers(0, 3, vacancies).astype(np.int64)


def best_together(table: Table, places: Table, couple: tuple[int, int], least: Table) -> int:
    """By trying everything."""
    best = 0
    for chosen in product(range(-1, len(places)), repeat=len(table)):
        at = np.array(chosen)
        counts = np.bincount(at[at >= 0], minlength=len(places))
        scores = [table[who, where] for who, where in enumerate(chosen) if where >= 0]
        whole = at[couple[0]] == at[couple[1]] and not ((counts > 0) & (counts < least)).any()
        if whole and (counts <= places).all() and all(scores):
            best = max(best, int(sum(scores)))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_couples_and_batches_over_all_pairs_keep_their_rules_and_never_pass_their_bound(seed: int) -> None:
    table, places = drawn(seed, 5, 3)
    least = np.array([0, 2, 0], dtype=np.int64)
    groups = np.array([0, 0, -1, -1, -1], dtype=np.int32)
    made = solve_joint(pairs_of(table), places, groups=groups, least=least).solution
    at = made.vacancy
    counts = np.bincount(at[at >= 0], minlength=3)
    assert at[0] == at[1]
    assert (counts <= places).all()
    assert not ((counts > 0) & (counts < least)).any()
    assert made.value == sum(int(table[who, where]) for who, where in enumerate(at) if where >= 0)
    best = best_together(table, places, (0, 1), least)
    assert made.bound >= best >= made.value
    assert made.value >= 0.8 * best


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_over_all_pairs_lives_on_beside_one_made_anew(seed: int) -> None:
    random = np.random.default_rng(seed)
    table = (random.integers(1, 5_000, (60, 12)) * (random.random((60, 12)) < 0.6)).astype(np.int64)
    places = random.integers(1, 6, 12).astype(np.int64)
    plan = LivingPairs(
        pairs_of(table), places, solve(pairs_of(table), places), keep_points=50, frozen=np.zeros(60, dtype=np.bool_)
    )
    for step in range(8):
        rows = np.zeros(0, dtype=np.int64)
        places = places.copy()
        if step % 2:
            places[step] = 0 if step % 4 == 1 else places[step] + 2
        else:
            rows = np.array([step, len(table)], dtype=np.int64)
            fresh = (random.integers(1, 5_000, (2, 12)) * (random.random((2, 12)) < 0.6)).astype(np.int64)
            table = np.concatenate([table, fresh[1:]])
            table[step] = fresh[0]
        made = plan.answer(rows, pairs_of(table[rows]), places)
        placed = np.flatnonzero(made.vacancy >= 0)
        assert (np.bincount(made.vacancy[placed], minlength=12) <= places).all()
        assert made.value == int(table[placed, made.vacancy[placed]].sum())
        assert (table[placed, made.vacancy[placed]] > 0).all()
        assert options_at(plan.pairs, places > 0).tolist() == (table[:, places > 0] > 0).sum(axis=1).tolist()
        anew = solve(pairs_of(table), places)
        assert made.value <= anew.value <= made.bound
        assert made.value >= anew.value - 50 * len(table)


def test_whoever_goes_with_a_companion_is_moved_by_no_event() -> None:
    table = np.array([[90, 10], [80, 20], [70, 30]], dtype=np.int64)
    places = np.array([2, 1], dtype=np.int64)
    frozen = np.array([True, True, False])
    plan = LivingPairs(pairs_of(table), places, solve(pairs_of(table), places), keep_points=5, frozen=frozen)
    with pytest.raises(PlanAnew):
        plan.answer(np.zeros(0, dtype=np.int64), pairs_of(table[:0]), np.array([0, 1], dtype=np.int64))
