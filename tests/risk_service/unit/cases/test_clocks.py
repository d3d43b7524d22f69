from __future__ import annotations

from datetime import date

import pytest

from chassis.errors import InvalidInput
from risk_service.cases.clocks import CaseClocks, clocks_of, months_after
from tests.risk_service.factories import default_pack

CLOCKS = CaseClocks()


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2021, 3, 10), 6, date(2021, 9, 10)),
        (date(2020, 8, 31), 6, date(2021, 2, 28)),
        (date(2019, 8, 31), 6, date(2020, 2, 29)),
        (date(2020, 12, 1), 1, date(2021, 1, 1)),
        (date(2020, 6, 15), 0, date(2020, 6, 15)),
        (date(2020, 11, 30), 13, date(2021, 12, 30)),
    ],
)
def test_months_end_on_the_same_day_or_the_month_s_last(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


def test_the_published_clocks_run_from_the_clue() -> None:
    assert CLOCKS.decision_due(date(2020, 9, 18)) == date(2020, 10, 3)
    assert CLOCKS.notice_over(date(2020, 9, 24)) == date(2020, 9, 29)
    assert CLOCKS.first_measure_due(date(2021, 3, 1)) == date(2021, 3, 31)
    assert CLOCKS.resolvable_from(date(2021, 3, 10)) == date(2021, 9, 10)
    assert CLOCKS.watch_until(date(2021, 9, 10)) == date(2021, 12, 9)


def test_the_watch_is_the_policy_s() -> None:
    assert clocks_of(default_pack()).watch_days == 90


@pytest.mark.parametrize("wrong", [{"notice_full_days": 15}, {"watch_days": -1}, {"first_measure_days": 0}])
def test_clocks_that_cannot_run_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidInput):
        CaseClocks(**wrong)
