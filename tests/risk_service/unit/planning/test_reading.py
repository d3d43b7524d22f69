from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from risk_service.planning.domain import FloorUnit, Objective, PlanningProblem
from risk_service.planning.reading import FloorRule, PlanTableInvalid, cents, measures_of, problem_of, read_table

HOUSEHOLDS = """household,likelihood,members,level,township,head_65,able,effect:POST,shortfall
H1,0.5,4,RED,T1,yes,yes,,100
H2,0.2,2,,T2,no,no,0.9,300
H3,0.1,1,yellow,T1,no,yes,,0
"""
MEASURES = """measure,unit_cost,capacity,effect,needs
POST,18000,2,0.5,able
RELIEF,"3,000.50",,0.2,
"""


def problem(folder: Path, households: str = HOUSEHOLDS, measures: str = MEASURES, **asked: object) -> PlanningProblem:
    (folder / "h.csv").write_text(households, encoding="utf-8")
    (folder / "m.csv").write_text(measures, encoding="utf-8")
    frame = read_table(folder / "h.csv", "households")
    offered = measures_of(read_table(folder / "m.csv", "measures"))
    return problem_of(frame, offered, budget=10_000_00, **asked)  # type: ignore[arg-type]  # as the test asks


def test_values_are_likelihood_times_effect_times_members(tmp_path: Path) -> None:
    made = problem(tmp_path)
    assert made.values == pytest.approx(np.array([[1.0, 0.4], [0.36, 0.08], [0.05, 0.02]]))
    assert made.costs.tolist() == [[18_000_00, 3_000_50]] * 3
    assert made.eligible.tolist() == [[True, True], [False, True], [True, True]]
    assert made.first.tolist() == [True, False, False]
    assert made.capacities == (2, None)


def test_by_depth_the_shortfall_counts(tmp_path: Path) -> None:
    made = problem(tmp_path, objective=Objective.DEPTH)
    assert made.values[:, 1] == pytest.approx([40.0, 24.0, 0.0])


def test_a_floor_is_a_share_of_the_budget_by_households(tmp_path: Path) -> None:
    made = problem(tmp_path, floors=[FloorRule(column="township", share=0.5), FloorRule(column="head_65", share=0.9)])
    assert [(floor.name, floor.unit, floor.least, floor.rows.tolist()) for floor in made.floors] == [
        ("township T1", FloorUnit.CENTS, 333_333, [True, False, True]),
        ("township T2", FloorUnit.CENTS, 166_666, [False, True, False]),
        ("head_65", FloorUnit.CENTS, 300_000, [True, False, False]),
    ]


@pytest.mark.parametrize(
    ("households", "measures", "told"),
    [
        (HOUSEHOLDS.replace("0.2,2", "1.2,2"), MEASURES, "households: row 2, likelihood: a number from 0 to 1"),
        (HOUSEHOLDS.replace("0.2,2", "nan,2"), MEASURES, "row 2, likelihood"),
        (HOUSEHOLDS.replace("0.2,2", ",2"), MEASURES, "row 2, likelihood"),
        (HOUSEHOLDS.replace("H2", "H1"), MEASURES, "row 1 names a household that another row names too"),
        (HOUSEHOLDS.replace("T1,no,yes", "T1,no,perhaps"), MEASURES, "row 3, able: yes or no"),
        (HOUSEHOLDS.replace("likelihood", "p"), MEASURES, "the column likelihood is missing"),
        (HOUSEHOLDS, MEASURES.replace("18000", "-1"), "measures: row 1, unit_cost"),
        (HOUSEHOLDS, MEASURES.replace(",2,", ",2.5,"), "measures: row 1, capacity: a whole number"),
        (HOUSEHOLDS, MEASURES.replace("RELIEF", "POST"), "measures: row 2 needs a name of its own"),
        (HOUSEHOLDS, MEASURES.replace(",able", ",strong"), "the column strong is missing"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_column(tmp_path: Path, households: str, measures: str, told: str) -> None:
    with pytest.raises(PlanTableInvalid, match=told):
        problem(tmp_path, households, measures)


def test_no_message_holds_a_value_of_a_household(tmp_path: Path) -> None:
    with pytest.raises(PlanTableInvalid) as refused:
        problem(tmp_path, HOUSEHOLDS.replace("H2,0.2", "SECRET-7,9.125"))
    assert "SECRET" not in refused.value.message
    assert "9.125" not in refused.value.message


@pytest.mark.parametrize(("text", "amount"), [("200000", 20_000_000), ("1,500.50", 150_050), ("0", 0)])
def test_yuan_are_whole_cents(text: str, amount: int) -> None:
    assert cents(text, "--budget") == amount


@pytest.mark.parametrize("text", ["", "-1", "1.005", "abc", "inf", "1e30"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(PlanTableInvalid, match="--budget"):
        cents(text, "--budget")
