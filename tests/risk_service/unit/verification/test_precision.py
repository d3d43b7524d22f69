from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_service.verification.precision.domain import (
    LEAST,
    PeriodNotMonths,
    Subject,
    Tally,
    require_months,
    told,
    withheld,
)


def tally(name: str, true_risk: int, none: int, wrong: int) -> Tally:
    return Tally(
        subject=Subject(department=name),
        households=true_risk + none + wrong,
        true_risk=true_risk,
        no_lasting_risk=none,
        wrong_data=wrong,
    )


def test_precision_is_the_share_of_visits_that_found_a_true_risk() -> None:
    (found,) = told([tally("HEALTH_INSURANCE", 30, 50, 20)])
    assert (found.visits, found.true_risk, found.no_lasting_risk, found.wrong_data) == (100, 30, 50, 20)
    assert found.share == 0.3


@pytest.mark.parametrize(
    ("_case", "counts", "expected"),
    [
        ("all large", [30, 50, 20], [False, False, False]),
        ("none at all", [30, 0, 20], [False, False, False]),
        ("one small takes the next along", [30, 50, 9], [True, False, True]),
        ("two small that are small together", [30, 5, 4], [True, True, True]),
        ("two small that are enough together", [30, 5, 6], [False, True, True]),
        ("ten may be told", [10, 10], [False, False]),
        ("a lone small one", [3], [True]),
        ("small beside nought", [9, 0], [True, False]),
    ],
)
def test_small_cells_are_withheld_with_what_would_give_them_away(
    _case: str, counts: Sequence[int], expected: list[bool]
) -> None:
    assert withheld(counts) == expected


def test_a_group_below_ten_households_tells_nothing_and_takes_the_smallest_other_along() -> None:
    found = told([tally("A", 3, 2, 1), tally("B", 20, 20, 20), tally("C", 10, 10, 10)])
    assert [row.visits for row in found] == [None, 60, None]
    assert [row.share for row in found] == [None, 1 / 3, None]


@given(st.lists(st.integers(0, 40), max_size=8))
def test_whatever_is_withheld_cannot_be_told_by_subtraction(counts: list[int]) -> None:
    hidden = withheld(counts)
    assert all(cell for count, cell in zip(counts, hidden, strict=True) if 0 < count < LEAST)
    together = sum(count for count, cell in zip(counts, hidden, strict=True) if cell)
    if any(hidden) and sum(count > 0 for count in counts) > sum(hidden):
        assert together >= LEAST
        assert sum(hidden) > 1


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2020, 9, 2), date(2020, 10, 1)),
        (date(2020, 9, 1), date(2020, 10, 2)),
        (date(2020, 9, 1), date(2020, 9, 1)),
        (date(2020, 10, 1), date(2020, 9, 1)),
    ],
)
def test_only_whole_months_are_told_of(since: date, until: date) -> None:
    with pytest.raises(PeriodNotMonths):
        require_months(since, until)
    require_months(date(2020, 9, 1), date(2020, 10, 1))
