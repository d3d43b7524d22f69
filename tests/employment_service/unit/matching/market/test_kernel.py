"""The compiled loops say what the rules say, to the last point; and the best assignment over all pairs is proved."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.matching_county import county
from employment_service.matching.assignment import Edges, assign
from employment_service.matching.engine import Limits, MatchVacancy, MatchWorker, vacancy_columns, worker_columns
from employment_service.matching.market.arrays import Market, Worth
from employment_service.matching.market.builder import market_of
from employment_service.matching.market.comparing import first_come, greedy
from employment_service.matching.market.kernel import Feasible, feasible_pairs
from employment_service.matching.market.rules import every_pair
from employment_service.matching.market.solving import solve
from tests.employment_service.unit.matching.test_engine import VACANCIES, WORKERS


def same_as_the_rules(market: Market) -> Feasible:
    found = feasible_pairs(market)
    told = every_pair(market, np.arange(market.workers.count), np.arange(market.vacancies.count))
    score = np.zeros(told.score.shape, dtype=np.int32)
    seen = np.zeros(told.score.shape, dtype=np.int32)
    for row in range(market.workers.count):
        listed = slice(found.first[row], found.last[row])
        np.add.at(seen[row], found.vacancy[listed], 1)
        score[row, found.vacancy[listed]] = found.score[listed]
    np.testing.assert_array_equal(seen, (told.why_not == 0).astype(np.int32))
    np.testing.assert_array_equal(score, np.where(told.why_not == 0, told.score, 0))
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(WORKERS, max_size=6), st.lists(VACANCIES, max_size=8))
def test_the_loops_find_the_pairs_and_scores_of_the_rules(
    workers: list[MatchWorker], vacancies: list[MatchVacancy]
) -> None:
    same_as_the_rules(market_of(worker_columns(workers), vacancy_columns(vacancies), limits=Limits(), worth=Worth()))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_county_has_the_pairs_and_scores_of_the_rules(seed: int) -> None:
    found = same_as_the_rules(county(700, 150, seed=seed).market())

    assert found.count > 10_000


def test_more_codes_than_fit_one_word_are_told_apart() -> None:
    codes = [f"SKILL_{number}" for number in range(150)]
    workers = [
        MatchWorker(key=str(n), lat=39.5, lon=76.0, age=30, qualifications=frozenset(codes) - {codes[n]})
        for n in range(150)
    ]
    vacancies = [
        MatchVacancy(
            key=code, lat=39.5, lon=76.0, monthly_wage_cents=300_000, shift_from_minutes=480, shift_to_minutes=1020,
            weekly_hours=40, qualifications=frozenset({code}),
        )
        for code in codes
    ]  # fmt: skip
    found = same_as_the_rules(
        market_of(worker_columns(workers), vacancy_columns(vacancies), limits=Limits(), worth=Worth())
    )

    assert found.options.tolist() == [149] * 150


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_few_pairs_lead_to_the_optimum_over_all_pairs(seed: int) -> None:
    market = county(600, 100, seed=seed).market()
    found, places = feasible_pairs(market), market.vacancies.places
    solution = solve(found, places, gap=0.0)

    everything = assign(all_edges(found), places)
    assert solution.value == everything.value == solution.bound
    assert (np.bincount(solution.vacancy[solution.vacancy >= 0], minlength=len(places)) <= places).all()
    assert int(solution.score.sum()) == solution.value
    assert greedy(found, places).value <= solution.value
    assert first_come(found, places).value <= solution.value


def test_the_bound_can_be_added_up_again_from_the_prices() -> None:
    market = county(600, 100, seed=9).market()
    found, places = feasible_pairs(market), market.vacancies.places
    solution = solve(found, places)

    edges = all_edges(found)
    worker = np.repeat(np.arange(edges.workers), np.diff(edges.starts))
    surplus = np.zeros(edges.workers, dtype=np.int64)
    np.maximum.at(surplus, worker, edges.score - solution.prices[edges.vacancy])
    assert int(surplus.sum() + (places * solution.prices).sum()) == solution.bound
    assert solution.gap <= 0.00001


@pytest.mark.parametrize(("workers", "vacancies"), [(0, 5), (5, 0), (0, 0)])
def test_an_empty_side_places_nobody(workers: int, vacancies: int) -> None:
    whole = county(50, 20, seed=1)
    market = whole.market()
    some = Feasible(
        first=np.zeros(workers, dtype=np.int64),
        last=np.zeros(workers, dtype=np.int64),
        vacancy=np.zeros(0, dtype=np.int32),
        score=np.zeros(0, dtype=np.int16),
    )
    solution = solve(some, market.vacancies.places[:vacancies])

    assert (solution.value, solution.bound, solution.placed) == (0, 0, 0)


def test_greedy_takes_the_best_pair_first() -> None:
    some = listed([[(0, 50), (1, 40)], [(0, 60), (1, 10)], [(0, 55)]])

    assert greedy(some, np.array([1, 1])).vacancy.tolist() == [1, 0, -1]
    assert first_come(some, np.array([1, 1])).vacancy.tolist() == [0, 1, -1]
    assert (greedy(some, np.array([1, 1])).value, first_come(some, np.array([1, 1])).value) == (100, 60)


def listed(rows: list[list[tuple[int, int]]]) -> Feasible:
    ends = np.cumsum([len(row) for row in rows]).astype(np.int64)
    return Feasible(
        first=np.concatenate(([0], ends[:-1])),
        last=ends,
        vacancy=np.array([column for row in rows for column, _ in row], dtype=np.int32),
        score=np.array([score for row in rows for _, score in row], dtype=np.int16),
    )


def all_edges(found: Feasible) -> Edges:
    order = np.concatenate([np.arange(a, b) for a, b in zip(found.first, found.last, strict=True)]).astype(np.int64)
    starts = np.concatenate(([0], np.cumsum(found.options))).astype(np.int64)
    return Edges(
        starts=starts,
        vacancy=found.vacancy[order].astype(np.int32),
        score=found.score[order].astype(np.int32),
    )
