from __future__ import annotations

import math
from datetime import date
from uuid import UUID

from risk_service.monitoring.outcomes import became
from risk_service.monitoring.vintages import month_end_after, month_ends, numbered, townships


def test_days_are_the_ends_of_months_that_are_over() -> None:
    assert month_ends(date(2019, 11, 30), date(2020, 7, 1), 3) == [
        date(2019, 12, 31),
        date(2020, 3, 31),
        date(2020, 6, 30),
    ]
    assert month_ends(date(2020, 2, 1), date(2020, 4, 30), 1) == [date(2020, 2, 29), date(2020, 3, 31)]
    assert month_ends(date(2020, 2, 1), date(2020, 11, 30), 12) == []
    assert [month_end_after(date(2019, 11, 30), months) for months in (3, 12)] == [
        date(2020, 2, 29),
        date(2020, 11, 30),
    ]


def test_a_household_fell_back_by_its_income_in_the_end_or_by_a_confirmed_case() -> None:
    assert [became(0.0, confirmed=False), became(-0.2, confirmed=False), became(0.1, confirmed=False)] == [
        True,
        True,
        False,
    ]
    assert [became(0.1, confirmed=True), became(math.nan, confirmed=True), became(math.nan, confirmed=False)] == [
        True,
        True,
        None,
    ]


def test_households_are_numbered_in_an_order_that_tells_nothing_of_them() -> None:
    ids = [UUID(int=number) for number in range(1, 200)]
    found = numbered([*ids, *ids])
    assert sorted(found.values()) == list(range(1, 200))
    assert [found[one] for one in ids] != list(range(1, 200))
    assert numbered(reversed(ids)) == found


def test_a_township_of_few_households_is_not_told() -> None:
    many = [(UUID(int=number), f"99/01/01/001/{200 + number % 3}/") for number in range(10)]
    few = [(UUID(int=100 + number), "99/01/01/002/201/") for number in range(9)]
    found = townships([*many, *few, *few])
    assert {found[path] for _, path in many} == {"99/01/01/001/"}
    assert found["99/01/01/002/201/"] is None
