"""Assignments are exact, certified by prices, and start from wherever they are told to."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from employment_service.matching.assignment import Assignment, Edges, assign
from employment_service.matching.assignment.comparing import first_come, greedy
from employment_service.matching.assignment.domain import (
    EdgesOutOfOrder,
    NegativePlaces,
    NegativeScore,
    StartDoesNotFit,
)
from employment_service.matching.assignment.program import solve_program
from employment_service.matching.assignment.state import lists_of, weigh

ORACLE = Path(__file__).parents[2] / "min_cost_flow.py"
Ints = NDArray[np.int64]
KINDS = ("few points", "hundreds", "thousands", "a million and a bit", "all equal")


def edges_of(*lists: dict[int, int]) -> Edges:
    """One dictionary a worker: score by vacancy."""
    return Edges(
        starts=np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64),
        vacancy=np.array([vacancy for one in lists for vacancy in one], dtype=np.int32),
        score=np.array([score for one in lists for score in one.values()], dtype=np.int32),
    )


def places(*capacities: int) -> Ints:
    return np.array(capacities, dtype=np.int64)


def drawn(seed: int, *, workers: int = 40, vacancies: int = 15) -> tuple[Edges, Ints]:
    """Every kind of score with scarce, ample and absent places, and workers without any edge."""
    draw = np.random.default_rng(seed)
    count, kinds = int(draw.integers(0, workers)), int(draw.integers(1, vacancies))
    each = np.minimum(draw.integers(0, 8, count), kinds)
    lists = [draw.choice(kinds, size=one, replace=False) for one in each]
    vacancy = np.concatenate([np.zeros(0, dtype=np.int32), *lists]).astype(np.int32)
    kind = KINDS[seed % len(KINDS)]
    score = draw.integers(0, {"few points": 3, "hundreds": 100, "thousands": 10_001}.get(kind, 5), len(vacancy))
    score = {"a million and a bit": 1_000_000 + score, "all equal": np.full(len(vacancy), 7)}.get(kind, score)
    return (
        Edges(starts=np.append(0, np.cumsum(each)).astype(np.int64), vacancy=vacancy, score=score.astype(np.int32)),
        draw.integers(0, (2, 4, 20)[seed // 5 % 3], kinds).astype(np.int64),
    )


def assert_sound(edges: Edges, capacities: Ints, made: Assignment) -> None:
    """Nobody sits where they cannot, and whoever adds up value and bound again gets the same."""
    taken = np.bincount(made.vacancy[made.vacancy >= 0], minlength=len(capacities))
    assert (taken <= capacities).all()
    assert (made.prices >= 0).all()
    value, bound = 0, int((capacities * made.prices).sum())
    for who in range(edges.workers):
        mine = slice(int(edges.starts[who]), int(edges.starts[who + 1]))
        options = dict(zip(edges.vacancy[mine].tolist(), edges.score[mine].tolist(), strict=True))
        at = int(made.vacancy[who])
        assert at == -1 or at in options
        value += options.get(at, 0)
        bound += max([0, *(score - int(made.prices[vacancy]) for vacancy, score in options.items())])
    assert made.value == value
    assert made.bound == bound


def test_a_thousand_random_markets_agree_with_min_cost_flow() -> None:
    problems = [drawn(seed) for seed in range(1000)]
    told = subprocess.run(
        [sys.executable, str(ORACLE)],
        input=pickle.dumps([(one.starts, one.vacancy, one.score, capacities) for one, capacities in problems]),
        capture_output=True,
        check=True,
    )
    made = [assign(edges, capacities) for edges, capacities in problems]

    assert [one.value for one in made] == json.loads(told.stdout)
    assert all(one.certified for one in made)
    for (edges, capacities), one in zip(problems, made, strict=True):
        assert_sound(edges, capacities, one)


@pytest.mark.parametrize("seed", range(30))
def test_a_start_from_other_prices_or_people_changes_no_value(seed: int) -> None:
    edges, capacities = drawn(seed)
    draw = np.random.default_rng(seed)
    best = assign(edges, capacities)
    prices = draw.integers(0, 2_000_000, len(capacities))
    held = draw.integers(-1, len(capacities), edges.workers).astype(np.int32)

    for start in (
        assign(edges, capacities, prices=prices),
        assign(edges, capacities, held=held),
        assign(edges, capacities, prices=prices, held=held),
        assign(edges, capacities, prices=best.prices, held=best.vacancy),
    ):
        assert (start.value, start.bound) == (best.value, best.value)
        assert_sound(edges, capacities, start)


def test_from_the_optimum_nobody_moves() -> None:
    edges, capacities = drawn(7)
    best = assign(edges, capacities)

    again = assign(edges, capacities, prices=best.prices, held=best.vacancy)

    assert again.vacancy.tolist() == best.vacancy.tolist()


@pytest.mark.parametrize("seed", range(20))
def test_the_linear_program_agrees(seed: int) -> None:
    edges, capacities = drawn(seed)
    vacancy, prices = solve_program(edges, capacities)

    value, bound = weigh(lists_of(edges), capacities, vacancy, prices)

    assert value == bound == assign(edges, capacities).value


def test_the_scarce_place_goes_to_whoever_loses_most_without_it() -> None:
    made = assign(edges_of({0: 10, 1: 9}, {0: 10, 1: 2}), places(1, 1))

    assert made.vacancy.tolist() == [1, 0]
    assert (made.value, made.bound) == (19, 19)


def test_prices_are_what_one_place_more_is_worth() -> None:
    edges = edges_of({0: 10}, {0: 8}, {0: 5})

    made = assign(edges, places(2))
    more = assign(edges, places(3))

    assert made.vacancy.tolist() == [0, 0, -1]
    assert 5 <= made.prices[0] <= 8
    assert more.value - made.value <= made.prices[0]


def test_a_vacancy_without_places_has_the_price_of_its_first() -> None:
    made = assign(edges_of({0: 10, 1: 4}, {0: 7}), places(0, 1))

    assert made.vacancy.tolist() == [1, -1]
    assert made.prices.tolist() == [7, 0]
    assert made.certified


@pytest.mark.parametrize(
    ("_case", "edges", "capacities", "value"),
    [
        ("nobody and nothing", edges_of(), places(), 0),
        ("nobody", edges_of(), places(3), 0),
        ("no vacancy", edges_of({}, {}), places(), 0),
        ("no edges", edges_of({}, {}), places(3), 0),
        ("no places at all", edges_of({0: 5}, {0: 6}), places(0), 0),
        ("worth nothing", edges_of({0: 0}, {0: 0}), places(2), 0),
        ("more places than people could ever be", edges_of({0: 5, 1: 6}, {0: 6}), places(2**62, 2**62), 12),
        ("the largest scores there are", edges_of({0: 2**31 - 1}, {0: 2**31 - 1, 1: 1}), places(1, 1), 2**31),
        ("one vacancy for all", edges_of(*({0: score} for score in range(100))), places(10), 945),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_odd_markets(_case: str, edges: Edges, capacities: Ints, value: int) -> None:
    made = assign(edges, capacities)

    assert made.value == value
    assert made.certified


def test_everybody_equal_fills_every_place() -> None:
    draw = np.random.default_rng(0)
    edges = edges_of(*({int(v): 500 for v in draw.choice(40, size=12, replace=False)} for _ in range(600)))

    made = assign(edges, np.full(40, 11, dtype=np.int64))

    assert made.placed == 440
    assert made.certified


@pytest.mark.parametrize(
    ("_case", "edges", "capacities", "refusal"),
    [
        ("a score below nothing", edges_of({0: -1}), places(1), NegativeScore),
        ("fewer than no places", edges_of({0: 1}), places(-1), NegativePlaces),
        ("a vacancy that is not there", edges_of({3: 1}), places(1), EdgesOutOfOrder),
        (
            "lists that fall",
            Edges(starts=places(0, 2, 1), vacancy=np.zeros(1, np.int32), score=np.ones(1, np.int32)),
            places(1),
            EdgesOutOfOrder,
        ),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_what_is_no_market_is_refused(_case: str, edges: Edges, capacities: Ints, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        assign(edges, capacities)


def test_a_start_of_another_market_is_refused() -> None:
    with pytest.raises(StartDoesNotFit):
        assign(edges_of({0: 1}), places(1), prices=places(1, 2))
    with pytest.raises(StartDoesNotFit):
        assign(edges_of({0: 1}), places(1), held=np.array([4], dtype=np.int32))


def test_simpler_ways_reach_less() -> None:
    edges, capacities = edges_of({0: 10, 1: 9}, {0: 10, 1: 2}, {1: 1}), places(1, 1)

    vacancy, value = first_come(edges, capacities)
    other, amount = greedy(edges, capacities)

    assert (vacancy.tolist(), value) == ([0, 1, -1], 12)
    assert (other.tolist(), amount) == ([0, 1, -1], 12)
    assert assign(edges, capacities).value == 19
