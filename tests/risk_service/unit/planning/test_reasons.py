from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from risk_service.planning.comparing import rank_by_risk, threshold_only
from risk_service.planning.domain import NOBODY, PlanningProblem
from risk_service.planning.engine import plan
from risk_service.planning.reasons import Reason, reasons_of


def problem() -> PlanningProblem:
    """A dear post for one and cheap relief, money for the post and one relief or for seven reliefs."""
    return PlanningProblem(
        measures=("POST", "RELIEF"),
        values=np.array([[2.0, 0.5], [1.9, 0.6], [0.0, 0.4], [0.0, 0.01], [0.0, 0.0]]),
        costs=np.array([[600_000, 100_000]] * 5),
        eligible=np.array([[True, True], [True, True], [False, True], [False, True], [False, False]]),
        likelihood=np.array([0.9, 0.8, 0.3, 0.1, 0.5]),
        first=np.array([False, False, False, True, False]),
        budget=900_000,
        capacities=(1, None),
    )


def test_each_household_is_told_why() -> None:
    made = plan(problem())
    told = reasons_of(made)
    assert made.chosen.tolist() == [0, 1, 1, 1, NOBODY]
    assert told.reason == [Reason.WORTH_IT, Reason.WORTH_IT, Reason.WORTH_IT, Reason.WORTH_IT, Reason.NO_MEASURE]
    poor = plan(replace(problem(), budget=700_000))
    assert poor.chosen.tolist() == [0, NOBODY, NOBODY, 1, NOBODY]
    assert reasons_of(poor).reason[3] is Reason.RED_FIRST
    assert reasons_of(poor).reason[2] is Reason.INDIVISIBLE


def test_a_place_that_others_need_more_is_a_reason_of_its_own() -> None:
    made = plan(
        PlanningProblem(
            measures=("TRAINING",),
            values=np.array([[2.0], [1.0]]),
            costs=np.array([[1_000], [1_000]]),
            eligible=np.ones((2, 1), dtype=np.bool_),
            likelihood=np.array([0.9, 0.8]),
            first=np.zeros(2, dtype=np.bool_),
            budget=1_000_000,
            capacities=(1,),
        )
    )
    assert reasons_of(made).reason == [Reason.WORTH_IT, Reason.PLACES]


def test_simpler_ways_keep_to_the_money_and_avert_no_more() -> None:
    made = plan(problem())
    ranked, warned = rank_by_risk(problem()), threshold_only(problem())
    assert ranked.value == pytest.approx(2.0 + 0.6 + 0.4 + 0.01)
    assert (ranked.helped, ranked.cost) == (4, 900_000)
    assert (warned.value, warned.helped, warned.cost) == (0.01, 1, 100_000)
    assert made.value >= ranked.value
