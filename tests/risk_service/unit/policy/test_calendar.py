from __future__ import annotations

from datetime import date, timedelta

import pytest

from chassis.errors import InvalidInput
from risk_service.policy.calendar import CalendarContradictsItself, WorkingCalendar
from risk_service.policy.domain import PolicyPack
from tests.risk_service.factories import county_pack, default_pack


@pytest.mark.parametrize(
    ("_case", "day", "working_days", "expected"),
    [
        ("a Friday skips the weekend", date(2020, 9, 18), 3, date(2020, 9, 23)),
        ("a Saturday counts from Monday", date(2020, 9, 19), 3, date(2020, 9, 23)),
        ("a Sunday worked in exchange counts", date(2020, 9, 25), 1, date(2020, 9, 27)),
        ("the October holidays do not count", date(2020, 9, 30), 3, date(2020, 10, 12)),
        ("ten days reach over the holidays", date(2020, 9, 18), 10, date(2020, 10, 9)),
        ("raised on the last Sunday worked before the holidays", date(2020, 9, 27), 3, date(2020, 9, 30)),
        ("the holidays are passed over, the Saturday worked counts", date(2020, 9, 29), 3, date(2020, 10, 10)),
        ("raised inside the holidays", date(2020, 10, 4), 3, date(2020, 10, 12)),
        ("raised on the last day of the holidays", date(2020, 10, 8), 1, date(2020, 10, 9)),
        ("ten days from before the holidays", date(2020, 9, 30), 10, date(2020, 10, 21)),
        ("Saturday 1 February 2020 was taken back as a working day", date(2020, 1, 23), 1, date(2020, 2, 3)),
        ("over New Year 2021", date(2020, 12, 31), 3, date(2021, 1, 6)),
        ("over the Spring Festival 2021, whose Saturday after is worked", date(2021, 2, 10), 3, date(2021, 2, 20)),
        ("the Sunday worked before May 2021", date(2021, 4, 23), 1, date(2021, 4, 25)),
        ("the National Day 2021, whose Saturday after is worked", date(2021, 9, 30), 2, date(2021, 10, 9)),
    ],
)
def test_working_days_after_a_day(_case: str, day: date, working_days: int, expected: date) -> None:
    assert default_pack().calendar.after(day, working_days) == expected


CLOSED = {
    2020: "01-01 01-24..02-02 04-04..04-06 05-01..05-05 06-25..06-27 10-01..10-08",
    2021: "01-01..01-03 02-11..02-17 04-03..04-05 05-01..05-05 06-12..06-14 09-19..09-21 10-01..10-07",
}
WORKED = {
    2020: "01-19 04-26 05-09 06-28 09-27 10-10",
    2021: "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
}


def days(year: int, text: str) -> set[date]:
    """Days and spans of days ("05-01..05-05") of a year."""
    found: set[date] = set()
    for span in text.split():
        first, _, last = span.partition("..")
        day, end = (date.fromisoformat(f"{year}-{part}") for part in (first, last or first))
        found |= {day + timedelta(days=number) for number in range((end - day).days + 1)}
    return found


@pytest.mark.parametrize("pack", [default_pack(), county_pack()], ids=["everywhere", "county"])
@pytest.mark.parametrize("year", [2020, 2021])
def test_the_shipped_calendars_are_the_state_council_s(pack: PolicyPack, year: int) -> None:
    """Notices 国办发明电〔2019〕16号 (with the extension of 27 January 2020) and 〔2020〕27号."""
    assert {day for day in pack.calendar.closed if day.year == year} == days(year, CLOSED[year])
    assert {day for day in pack.calendar.worked if day.year == year} == days(year, WORKED[year])


@pytest.mark.parametrize("pack", [default_pack(), county_pack()], ids=["everywhere", "county"])
def test_only_weekend_days_are_worked_in_exchange(pack: PolicyPack) -> None:
    assert [day for day in sorted(pack.calendar.worked) if day.weekday() < 5] == []
    assert max(pack.calendar.closed | pack.calendar.worked) < pack.calendar.known_until


def test_zero_working_days_are_refused() -> None:
    with pytest.raises(InvalidInput, match="At least one working day"):
        default_pack().calendar.after(date(2020, 9, 18), 0)


def test_a_day_both_closed_and_worked_is_refused() -> None:
    day = frozenset({date(2020, 10, 1)})
    with pytest.raises(CalendarContradictsItself, match="2020-10-01 is both closed and worked"):
        WorkingCalendar(closed=day, worked=day, known_until=date(2021, 1, 1))
