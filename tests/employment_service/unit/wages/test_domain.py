"""When a wage is due and when it is late (A36)."""

from __future__ import annotations

from datetime import date

import pytest

from employment_service.wages.domain import ArrearsLevel, Clock, due_on

CLOCK = Clock(yellow_days=15, red_days=30)


@pytest.mark.parametrize(
    ("day", "level"),
    [
        (date(2020, 10, 10), None),
        (date(2020, 10, 25), None),
        (date(2020, 10, 26), ArrearsLevel.YELLOW),
        (date(2020, 11, 9), ArrearsLevel.YELLOW),
        (date(2020, 11, 10), ArrearsLevel.RED),
        (date(2021, 3, 1), ArrearsLevel.RED),
    ],
)
def test_late_is_more_than_15_days_and_very_late_more_than_30(day: date, level: ArrearsLevel | None) -> None:
    late = CLOCK.level_on(day, due_on(date(2020, 9, 1), 10))

    assert (None if late is None else late[0]) is level


def test_a_pay_day_that_a_month_does_not_have_is_its_last_day() -> None:
    assert due_on(date(2021, 1, 1), 31) == date(2021, 2, 28)
    assert due_on(date(2020, 12, 1), 31) == date(2021, 1, 31)


def test_the_next_look_is_on_the_next_day_that_changes_something() -> None:
    due = date(2020, 10, 10)

    assert CLOCK.next_change(date(2020, 9, 12), due) == date(2020, 10, 26)
    assert CLOCK.next_change(date(2020, 10, 26), due) == date(2020, 11, 10)
    assert CLOCK.next_change(date(2020, 11, 10), due) is None
