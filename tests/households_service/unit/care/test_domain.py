from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from households_service.care.domain import (
    CareDuty,
    CareDutyEnded,
    CareEndsBeforeItBegins,
    CareKind,
    CarePlaceNotAVillage,
)
from tests.households_service.factories import HOUSEHOLD_ID, MOTHER_ID, OTHER_VILLAGE, VILLAGE, uuid


def duty(**changes: Any) -> CareDuty:
    values: dict[str, Any] = {
        "id": uuid(900),
        "member_id": MOTHER_ID,
        "household_id": HOUSEHOLD_ID,
        "area_path": VILLAGE,
        "kind": CareKind.ELDER,
        "care_area_path": OTHER_VILLAGE,
        "valid_from": date(2020, 9, 20),
    }
    return CareDuty(**(values | changes))


def test_a_duty_may_lie_in_another_village_and_ends_on_a_day() -> None:
    ended = duty().end(date(2020, 10, 1))

    assert ended.holds_on(date(2020, 9, 30)) is True
    assert ended.holds_on(date(2020, 10, 1)) is False
    with pytest.raises(CareDutyEnded):
        ended.end(date(2020, 10, 2))


def test_a_duty_does_not_end_before_it_begins() -> None:
    with pytest.raises(CareEndsBeforeItBegins):
        duty().end(date(2020, 9, 19))


def test_care_is_needed_in_a_village() -> None:
    with pytest.raises(CarePlaceNotAVillage):
        duty(care_area_path="99/01/01/")
