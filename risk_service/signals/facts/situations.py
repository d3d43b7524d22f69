"""Who lives in a household, as far as a rule looks at it."""

from __future__ import annotations

from risk_service.copies.domain import HouseholdCopy, LabourCapacity
from risk_service.signals.factors.facts import Person, Situation


def situation_of(household: HouseholdCopy) -> Situation:
    """Whose labour capacity is not known is taken for able."""
    return Situation(
        persons=tuple(
            Person(
                id=one.id,
                date_of_birth=one.date_of_birth,
                able_to_work=one.labour_capacity is not LabourCapacity.NONE,
                in_school=one.in_school,
            )
            for one in household.members
        )
    )
