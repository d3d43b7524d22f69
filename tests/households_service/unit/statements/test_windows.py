from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households_service.statements.windows import Window, months_before, whole_months


def test_a_window_of_received_income_ends_with_last_month() -> None:
    window = Window.twelve_months_before(date(2021, 6, 15))

    assert (window.first, window.last) == (date(2020, 6, 1), date(2021, 5, 31))


def test_a_leap_day_has_its_year() -> None:
    window = Window.twelve_months_to(date(2020, 2, 29))

    assert (window.first, window.last) == (date(2019, 3, 1), date(2020, 2, 29))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        pytest.param(date(2020, 3, 31), 1, date(2020, 2, 29), id="a shorter month"),
        pytest.param(date(2020, 1, 15), 13, date(2018, 12, 15), id="over the year"),
    ],
)
def test_months_are_counted_back(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 12, 31)))
def test_an_income_without_end_has_twelve_months_in_every_window_of_received_income(day: date) -> None:
    window = Window.twelve_months_before(day)

    assert whole_months(date(1940, 1, 1), None, window) == 12
    assert (window.first.month, window.first.year) == (day.month, day.year - 1)
    assert not window.holds(day)
