from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households_service.linkage.normal.dates import read_date, read_dates
from households_service.linkage.normal.numbers import number, phone, postcode, postcode_area
from households_service.linkage.normal.places import place


@given(day=st.dates(), form=st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%Y年%m月%d日", "%d %B %Y"]))
def test_a_date_is_read_in_every_usual_form(day: date, form: str) -> None:
    if day.year < 1500 or day.year > 2099:
        return
    assert read_date(day.strftime(form)) == (day.year, day.month, day.day)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1950", (1950, 0, 0)),
        ("1950.0", (1950, 0, 0)),
        ("1950-04", (1950, 4, 0)),
        ("195004", (1950, 4, 0)),
        ("04/1950", (1950, 4, 0)),
        ("03041950", (1950, 4, 3)),
        ("3.4.85", (1985, 4, 3)),
        ("3.4.05", (2005, 4, 3)),
        ("Feb 3rd, 1850", (1850, 2, 3)),
        ("12 août 1901", (1901, 8, 12)),
        ("circa 1850", (1850, 0, 0)),
        ("c1850", (1850, 0, 0)),
        ("15MAR1850", (1850, 3, 15)),
        ("15-Mar-85", (1985, 3, 15)),
        ("1850-??-??", (1850, 0, 0)),
        ("Jan 50", (1950, 1, 0)),
        ("Jan 5", (0, 1, 5)),
        ("1850-00-00", (1850, 0, 0)),
        ("1950-04-03T00:00:00", (1950, 4, 3)),
        ("1950/4/3 12:30", (1950, 4, 3)),
        ("19371339", (1937, 13, 39)),
        ("１９５０－０４－０３", (1950, 4, 3)),
        ("", (0, 0, 0)),
        ("unknown", (0, 0, 0)),
        ("n/a", (0, 0, 0)),
    ],
)
def test_what_is_told_of_a_date_is_kept(text: str, parts: tuple[int, int, int]) -> None:
    assert read_date(text) == parts


def test_dates_are_read_in_the_order_said() -> None:
    american = read_dates(["04/03/1950", "12/31/1950"], day_first=False)
    assert american.month.tolist() == [4, 12]
    assert american.day.tolist() == [3, 31]
    european = read_dates(["04/03/1950", "25/04/1950", ""], day_first=True)
    assert european.month.tolist() == [3, 4, 0]
    assert european.year.tolist() == [1950, 1950, 0]


@given(text=st.text(max_size=30))
def test_any_text_is_a_date_or_none(text: str) -> None:
    year, month, day = read_date(text)
    assert 0 <= year <= 9999
    assert 0 <= month <= 99
    assert 0 <= day <= 99


def test_days_between_dates() -> None:
    days = read_dates(["1970-01-01", "1970-03-01", "1970", ""]).days()
    assert days[:2].tolist() == [0, 59]
    assert days[2] == 195
    assert days[3] == -(2**31)


def test_a_phone_is_its_last_nine_digits() -> None:
    assert phone("+86 138-0000 1234") == phone("13800001234") == "800001234"
    assert phone("0998-2345678转12") == phone("09982345678")
    assert phone("12345") == ""
    assert phone("0000000000") == ""


def test_postcodes_and_numbers_lose_their_layout() -> None:
    assert postcode("SW9 9ZZ ") == "sw99zz"
    assert postcode_area("sw99zz") == "sw9"
    assert postcode("2600.0") == "2600"
    assert postcode_area("2600") == "26"
    assert number(" 012 B") == "12b"
    assert number("0") == "0"


def test_places_are_written_out() -> None:
    assert place("Mt. Zephyr") == "mount zephyr"
    assert place("12 Main St.") == "12 main street"
    assert place("St Elsewhere") == "saint elsewhere"
