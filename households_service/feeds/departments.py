"""Who sends, and what a record can tell of."""

from __future__ import annotations

from enum import StrEnum

from households_service.feeds.refusals import DepartmentUnknown


class Department(StrEnum):
    """Ten feeds, twelve senders: traffic, fire and court send victim relief records of one schema."""

    HEALTH_INSURANCE = "HEALTH_INSURANCE"
    DISABILITY_FEDERATION = "DISABILITY_FEDERATION"
    EDUCATION = "EDUCATION"
    HOUSING = "HOUSING"
    WATER = "WATER"
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS"
    HUMAN_RESOURCES = "HUMAN_RESOURCES"
    EMERGENCY_MANAGEMENT = "EMERGENCY_MANAGEMENT"
    AGRICULTURE = "AGRICULTURE"
    TRAFFIC = "TRAFFIC"
    FIRE = "FIRE"
    COURT = "COURT"


class EventType(StrEnum):
    SETTLEMENT = "SETTLEMENT"
    REIMBURSEMENT = "REIMBURSEMENT"
    """Money paid back on an earlier record: negative, and it names the record it corrects."""
    WITHDRAWAL = "WITHDRAWAL"
    """The record it names was sent in error: as if it had never come, but for its trace."""
    CERTIFICATE = "CERTIFICATE"
    ENROLMENT = "ENROLMENT"
    SCHOOL_COST = "SCHOOL_COST"
    INSPECTION = "INSPECTION"
    OUTAGE = "OUTAGE"
    QUALITY_TEST = "QUALITY_TEST"
    BENEFIT = "BENEFIT"
    EMPLOYMENT_CHANGE = "EMPLOYMENT_CHANGE"
    WAGE_ARREARS = "WAGE_ARREARS"
    DISASTER_LOSS = "DISASTER_LOSS"
    PRICE_REPORT = "PRICE_REPORT"
    TRAFFIC_ACCIDENT = "TRAFFIC_ACCIDENT"
    FIRE_DAMAGE = "FIRE_DAMAGE"
    JUDICIAL_RELIEF = "JUDICIAL_RELIEF"


CORRECTING = frozenset({EventType.REIMBURSEMENT, EventType.WITHDRAWAL})
"""Events that speak of an earlier record and name it in `corrects`."""


def department_of(text: str) -> Department:
    try:
        return Department(text)
    except ValueError:
        known = ", ".join(Department)
        raise DepartmentUnknown(
            f"No feed is known for this department; the feeds are {known}.", field="department"
        ) from None
