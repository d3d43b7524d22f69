"""Ages and wishes."""

from __future__ import annotations

from datetime import date

import pytest

from chassis.errors import InvalidInput
from employment_service.workers.domain import (
    Contact,
    ContactPreference,
    TooYoung,
    Wishes,
    age_on,
    masked_phone,
    require_working_age,
)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2004, 9, 18), date(2020, 9, 17), 15),
        (date(2004, 9, 18), date(2020, 9, 18), 16),
        (date(2004, 2, 29), date(2021, 2, 28), 16),
        (date(2004, 2, 29), date(2021, 3, 1), 17),
    ],
)
def test_a_year_is_completed_on_the_birthday(born: date, on: date, age: int) -> None:
    assert age_on(born, on) == age


def test_nobody_under_16_is_registered() -> None:
    with pytest.raises(TooYoung):
        require_working_age(date(2004, 9, 19), on=date(2020, 9, 18), least_age=16)
    require_working_age(date(2004, 9, 18), on=date(2020, 9, 18), least_age=16)
    with pytest.raises(InvalidInput):
        require_working_age(date(2030, 1, 1), on=date(2020, 9, 18), least_age=16)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("wage_floor_cents", -1),
        ("max_distance_km", 0.0),
        ("max_distance_km", float("nan")),
        ("max_distance_km", float("inf")),
        ("max_commute_minutes", 0),
        ("qualifications", frozenset({"driver"})),
    ],
)
def test_impossible_wishes_are_refused(field: str, value: object) -> None:
    with pytest.raises(InvalidInput):
        Wishes(**{field: value})  # type: ignore[arg-type]  # a wish by name


def test_whoever_wants_to_be_called_gives_a_number() -> None:
    with pytest.raises(InvalidInput):
        Contact(display_name="A", preference=ContactPreference.PHONE)
    with pytest.raises(InvalidInput):
        Contact(display_name="A", phone="12ab")


def test_a_masked_phone_shows_two_digits() -> None:
    assert masked_phone("13900000042") == "*********42"
