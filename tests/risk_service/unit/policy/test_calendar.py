from __future__ import annotations

from datetime import date

import pytest

from chassis.errors import InvalidInput
from risk_service.policy.calendar import CalendarContradictsItself, WorkingCalendar
from tests.risk_service.factories import default_pack


@pytest.mark.parametrize(
    ("_case", "day", "working_days", "expected"),
    [
        ("a Friday skips the weekend", date(2020, 9, 18), 3, date(2020, 9, 23)),
        ("a Saturday counts from Monday", date(2020, 9, 19), 3, date(2020, 9, 23)),
        ("a Sunday worked in exchange counts", date(2020, 9, 25), 1, date(2020, 9, 27)),
        ("the October holidays do not count", date(2020, 9, 30), 3, date(2020, 10, 12)),
        ("ten days reach over the holidays", date(2020, 9, 18), 10, date(2020, 10, 9)),
    ],
)
def test_working_days_after_a_day(_case: str, day: date, working_days: int, expected: date) -> None:
    assert default_pack().calendar.after(day, working_days) == expected


def test_zero_working_days_are_refused() -> None:
    with pytest.raises(InvalidInput, match="At least one working day"):
        default_pack().calendar.after(date(2020, 9, 18), 0)


def test_a_day_both_closed_and_worked_is_refused() -> None:
    day = frozenset({date(2020, 10, 1)})
    with pytest.raises(CalendarContradictsItself, match="2020-10-01 is both closed and worked"):
        WorkingCalendar(closed=day, worked=day, known_until=date(2021, 1, 1))
