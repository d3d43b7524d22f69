from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_service.planning.domain import NOBODY, Floor, FloorUnit, PlanningProblem, cost_of, reached, value_of
from risk_service.planning.engine import plan
from risk_service.planning.rounding import meets
from risk_service.planning.worth import bound_at, worth


def problem_of(seed: int, households: int, *, measures: int = 3, tight: float = 1.0) -> PlanningProblem:
    draw = np.random.default_rng(seed)
    size = (households, measures)
    likelihood = draw.beta(1.2, 6.0, households)
    return PlanningProblem(
        measures=tuple(f"M{number}" for number in range(measures)),
        values=likelihood[:, None] * draw.uniform(0.05, 0.6, size) * draw.integers(1, 7, households)[:, None],
        costs=draw.integers(500, 20_000, size) * 100,
        eligible=draw.random(size) < 0.7,
        likelihood=likelihood,
        first=draw.random(households) < 0.05,
        budget=households * 90_000,
        capacities=tuple(int(households * tight * share) for share in draw.uniform(0.05, 0.3, measures)),
    )


def best_of_all(problem: PlanningProblem) -> float:
    """By trying every plan there is."""
    best = -1.0
    for choice in product(range(-1, len(problem.measures)), repeat=problem.households):
        chosen = np.array(choice, dtype=np.int64)
        if meets(problem, problem.asked, chosen):
            best = max(best, value_of(problem, chosen))
    return best


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_a_small_plan_is_the_best_of_all_plans(seed: int) -> None:
    problem = replace(problem_of(seed, 6, measures=2), first=np.zeros(6, dtype=np.bool_))
    made = plan(problem)
    assert made.value == pytest.approx(best_of_all(problem), abs=1e-9)
    assert made.gap <= 1e-6


@pytest.mark.parametrize("tight", [1.0, 0.1])
def test_a_sifted_plan_holds_every_constraint_and_misses_at_most_a_ten_thousandth(tight: float) -> None:
    problem = problem_of(1, 12_000, measures=8, tight=tight)
    made = plan(problem)
    assert meets(problem, problem.asked, made.chosen)
    assert made.gap <= 1e-4
    assert made.cost == cost_of(problem, made.chosen) <= problem.budget
    assert made.first_left_out == 0


def test_the_bound_is_one_by_weak_duality_at_the_prices_told() -> None:
    problem = problem_of(2, 12_000, measures=8)
    made = plan(problem)
    assert bound_at(problem, problem.asked, made.prices, worth(problem, made.prices)) == pytest.approx(made.bound)


def test_the_price_of_money_is_what_more_money_averts() -> None:
    problem = problem_of(3, 5_000, measures=4)
    made, richer = plan(problem), plan(replace(problem, budget=problem.budget + 1_000_000))
    assert richer.value - made.value == pytest.approx(made.prices.budget * 1_000_000, rel=0.05)


@pytest.mark.parametrize("tight", [1.0, 0.2])
def test_prices_lie_between_what_more_averts_and_what_less_loses(tight: float) -> None:
    """Finite differences of the relaxation's optimum, which is concave, on both sides of money and of each capacity."""
    nobody_first = np.zeros(4_000, dtype=np.bool_)
    problem = replace(problem_of(11, 4_000, tight=tight), first=nobody_first)
    prices, here = plan(problem).prices, _relaxed(problem)
    slack, step = 1e-5 * here, problem.budget // 100
    more, less = (_relaxed(replace(problem, budget=problem.budget + sign * step)) for sign in (1, -1))
    assert more - here <= prices.budget * step + slack
    assert here - less >= prices.budget * step - slack
    for number, capacity in enumerate(problem.capacities):
        assert capacity is not None
        wider, tighter = (_relaxed(_with_places(problem, number, capacity + sign * 20)) for sign in (1, -1))
        assert wider - here <= prices.capacities[number] * 20 + slack
        assert here - tighter >= prices.capacities[number] * 20 - slack


def _relaxed(problem: PlanningProblem) -> float:
    return plan(problem).bound


def _with_places(problem: PlanningProblem, number: int, places: int) -> PlanningProblem:
    capacities = list(problem.capacities)
    capacities[number] = max(0, places)
    return replace(problem, capacities=tuple(capacities))


@pytest.mark.parametrize("measure", [0, 1, 2])
def test_the_price_of_places_is_what_more_places_avert(measure: int) -> None:
    problem = problem_of(3, 5_000, tight=0.3)
    made, more = plan(problem), 10
    capacity = problem.capacities[measure]
    assert capacity is not None
    wider = plan(_with_places(problem, measure, capacity + more))
    assert made.prices.capacities[measure] > 0
    assert wider.value - made.value == pytest.approx(made.prices.capacities[measure] * more, rel=0.05)


def test_the_same_problem_gives_the_same_plan() -> None:
    problem = problem_of(4, 5_000)
    assert (plan(problem).chosen == plan(problem).chosen).all()
    assert problem.fingerprint == problem_of(4, 5_000).fingerprint
    assert problem.fingerprint != replace(problem, budget=problem.budget + 1).fingerprint


def test_a_red_household_comes_before_one_where_the_money_would_avert_more() -> None:
    problem = PlanningProblem(
        measures=("RELIEF",),
        values=np.array([[0.1], [2.0]]),
        costs=np.array([[300_000], [300_000]]),
        eligible=np.array([[True], [True]]),
        likelihood=np.array([0.1, 0.9]),
        first=np.array([True, False]),
        budget=300_000,
        capacities=(None,),
    )
    made = plan(problem)
    assert made.chosen.tolist() == [0, NOBODY]
    assert made.prices.first == pytest.approx(1.9)


def test_red_households_for_whom_there_is_no_money_are_told_of() -> None:
    problem = PlanningProblem(
        measures=("RELIEF",),
        values=np.array([[0.5], [0.4], [0.3], [0.2]]),
        costs=np.full((4, 1), 100_000),
        eligible=np.array([[True], [True], [True], [False]]),
        likelihood=np.array([0.5, 0.4, 0.3, 0.2]),
        first=np.ones(4, dtype=np.bool_),
        budget=200_000,
        capacities=(None,),
    )
    made = plan(problem)
    assert made.chosen.tolist() == [0, 0, NOBODY, NOBODY]
    assert made.first_left_out == 1


def test_a_floor_is_kept_and_one_that_cannot_be_is_kept_as_far_as_it_goes() -> None:
    far = np.arange(2_000) % 4 == 0
    problem = problem_of(5, 2_000)
    problem = replace(problem, values=problem.values * np.where(far, 0.01, 1.0)[:, None])
    floor = Floor(name="far", rows=far, unit=FloorUnit.CENTS, least=problem.budget // 3)
    without, kept = plan(problem), plan(replace(problem, floors=(floor,)))
    assert reached(problem, floor, without.chosen) < floor.least <= reached(problem, floor, kept.chosen)
    assert kept.prices.floors[0] > 0
    assert kept.value < without.value

    three = np.arange(2_000) < 3
    wanted = Floor(name="three", rows=three, unit=FloorUnit.HOUSEHOLDS, least=5)
    made = plan(replace(problem, floors=(wanted,), eligible=np.ones_like(problem.eligible)))
    assert reached(problem, wanted, made.chosen) == 3
    assert made.short_of_floors == (2,)


@pytest.mark.parametrize("budget", [0, 99])
def test_without_money_nobody_is_offered_what_costs(budget: int) -> None:
    made = plan(replace(problem_of(6, 50), budget=budget))
    assert (made.helped, made.cost, made.value) == (0, 0, 0.0)


def test_nobody_to_help_is_an_empty_plan() -> None:
    made = plan(problem_of(7, 0))
    assert (made.helped, made.bound, made.gap) == (0, 0.0, 0.0)


def test_with_more_of_everything_than_needed_each_gets_what_does_most() -> None:
    problem = replace(problem_of(8, 4_000), budget=10**12, capacities=(None, None, None))
    made = plan(problem)
    best = np.where(problem.eligible, problem.values, -1.0).max(axis=1)
    assert made.value == pytest.approx(best[best > 0].sum())
    assert made.prices.budget == 0


@pytest.mark.parametrize(("budget", "capacity", "money", "place"), [(6_000, None, 0.1, 0.0), (9_000, 2, 0.0, 300.0)])
def test_where_whole_packages_fill_it_exactly_a_price_is_what_one_more_averts(
    budget: int, capacity: int | None, money: float, place: float
) -> None:
    """Not what one less would lose: that is 400."""
    likelihood = np.array([0.5, 0.4, 0.3, 0.2])
    made = plan(
        PlanningProblem(
            measures=("RELIEF",),
            values=likelihood[:, None] * 1000,
            costs=np.full((4, 1), 3_000),
            eligible=np.ones((4, 1), dtype=np.bool_),
            likelihood=likelihood,
            first=np.zeros(4, dtype=np.bool_),
            budget=budget,
            capacities=(capacity,),
        )
    )
    assert made.chosen.tolist() == [0, 0, NOBODY, NOBODY]
    assert made.prices.budget == pytest.approx(money)
    assert made.prices.capacities.tolist() == pytest.approx([place])
    assert made.value == made.bound == pytest.approx(900.0)
