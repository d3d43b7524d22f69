from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import InvalidInput
from risk_service.scoring.facts import Fact, known_by, values_on
from tests.risk_service.panels import declared

DAY = date(2024, 6, 1)


def _fact(value: float | None, begins: date, known: date, feature: str = "children", ends: date | None = None) -> Fact:
    return Fact(feature=feature, value=value, begins=begins, known_on=known, ends=ends)


def _children(*facts: Fact) -> float:
    return values_on(declared(), facts, DAY)[1]


def test_the_latest_fact_counts_and_of_one_time_the_later_known() -> None:
    first = _fact(1.0, date(2024, 1, 1), date(2024, 1, 2))
    later = _fact(2.0, date(2024, 3, 1), date(2024, 3, 2))
    corrected = _fact(3.0, date(2024, 3, 1), date(2024, 5, 2))
    assert _children(later, first) == 2.0
    assert _children(corrected, later, first) == 3.0


def test_what_became_known_later_does_not_count() -> None:
    assert math.isnan(_children(_fact(2.0, date(2024, 1, 1), date(2024, 6, 2))))
    assert _children(_fact(2.0, date(2024, 1, 1), DAY)) == 2.0


def test_what_speaks_of_later_has_ended_or_was_taken_back_does_not_count() -> None:
    held = _fact(1.0, date(2024, 1, 1), date(2024, 1, 2))
    assert _children(held, _fact(9.0, date(2024, 7, 1), date(2024, 1, 2))) == 1.0
    assert math.isnan(_children(_fact(1.0, date(2024, 1, 1), date(2024, 1, 2), ends=DAY)))
    assert math.isnan(_children(held, _fact(None, date(2024, 2, 1), date(2024, 2, 1))))


def test_a_fact_that_is_not_declared_is_refused() -> None:
    with pytest.raises(InvalidInput):
        _children(_fact(1.0, DAY, DAY, feature="resignations"))
    with pytest.raises(InvalidInput):
        _children(_fact(math.nan, DAY, DAY))


@given(
    facts=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 28), st.integers(1, 28)), max_size=8),
    late=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 28)), max_size=5),
)
def test_facts_known_after_the_day_leave_the_values_as_they_are(
    facts: list[tuple[int, int, int]], late: list[tuple[int, int]]
) -> None:
    early = [_fact(float(value), date(2024, 4, day), date(2024, 5, known)) for value, day, known in facts]
    after = [_fact(float(value), date(2024, 4, day), date(2024, 6, 2)) for value, day in late]
    before, now = values_on(declared(), early, DAY), values_on(declared(), early + after, DAY)
    assert np.array_equal(before, now, equal_nan=True)


def test_a_cell_known_after_its_row_or_at_no_known_time_is_missing() -> None:
    found = known_by(np.array([1.0, 2.0, 3.0]), np.array([5.0, 7.0, math.nan]), np.array([5.0, 6.0, 9.0]))
    assert found[0] == 1.0
    assert np.isnan(found[1:]).all()
