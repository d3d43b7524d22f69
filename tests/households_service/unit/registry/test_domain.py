from __future__ import annotations

from datetime import date

import pytest

from households_service.registry.domain import (
    HouseholdChangedMeanwhile,
    HouseholdRemoved,
    MalformedHouseholdCode,
    MonitoringCategory,
    NotAVillage,
    RegistrationHistory,
)
from tests.households_service.factories import household


def test_a_household_lives_in_a_village() -> None:
    with pytest.raises(NotAVillage):
        household(area_path="99/01/01/001/")


@pytest.mark.parametrize("code", ["", "x", "ab", "990101 1", "A" * 41, "A%B"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(MalformedHouseholdCode):
        household(code=code)


def test_the_loser_of_two_changes_is_told() -> None:
    family = household(version=4)

    family.expect(4)
    family.expect(None)
    with pytest.raises(HouseholdChangedMeanwhile):
        family.expect(3)


def test_an_assessment_is_the_next_version() -> None:
    assessed = household(monitoring_category=MonitoringCategory.NONE).assess(
        monitoring_category=MonitoringCategory.SUDDEN_HARDSHIP,
        registration_history=RegistrationHistory.GRADUATED,
        safe_housing=False,
        safe_water=True,
    )

    assert (assessed.version, assessed.monitored, assessed.safe_housing) == (2, True, False)


def test_a_household_that_left_changes_no_more() -> None:
    gone = household().remove(date(2020, 9, 18))

    assert gone.version == 2
    with pytest.raises(HouseholdRemoved):
        gone.changed()
