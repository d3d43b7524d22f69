"""Invented families and their ledgers. HH-A is the household of the worked example."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from households_service.expenses.domain import ExpenseKind, RigidExpense
from households_service.ledger.domain import IncomeFact, LedgerEntry
from households_service.ledger.kinds import EntryStatus, Evidence, IncomeGroup, IncomeKind, PayerType, Rhythm
from households_service.linkage.identity_number import check_character
from households_service.members.domain import (
    LabourCapacity,
    Member,
    PersonalDetails,
    Relation,
    Residence,
)
from households_service.registry.domain import Household, MonitoringCategory, RegistrationHistory

COUNTY = "99/01/01/"
TOWNSHIP = "99/01/01/001/"
VILLAGE = "99/01/01/001/201/"
OTHER_VILLAGE = "99/01/01/001/202/"
NEXT_TOWNSHIP = "99/01/01/002/"
NEXT_VILLAGE = "99/01/01/002/201/"
STORY_DAY = date(2020, 9, 18)
STORY_MORNING = datetime(2020, 9, 18, 1, 0, tzinfo=UTC)


def uuid(number: int) -> UUID:
    return UUID(int=number)


HOUSEHOLD_ID = uuid(1)
FATHER_ID = uuid(11)
MOTHER_ID = uuid(12)


def id_number(*, born: date = date(1985, 3, 14), order: int = 1, area: str = "990101") -> str:
    """A number that fits GB 11643 and belongs to nobody."""
    digits = f"{area}{born:%Y%m%d}{order:03d}"
    return digits + check_character(digits)


def household(*, number: int = 1, area_path: str = VILLAGE, **changes: Any) -> Household:
    values: dict[str, Any] = {
        "id": uuid(number),
        "code": f"990101001201-{number:04d}",
        "area_path": area_path,
        "registration_history": RegistrationHistory.NEVER_REGISTERED,
        "monitoring_category": MonitoringCategory.NEAR_POOR_AT_RISK,
        "safe_housing": True,
        "safe_water": True,
        "registered_on": date(2019, 1, 1),
    }
    return Household(**(values | changes))


def member(*, number: int = 11, **changes: Any) -> Member:
    values: dict[str, Any] = {
        "id": uuid(number),
        "household_id": HOUSEHOLD_ID,
        "area_path": VILLAGE,
        "details": PersonalDetails(name="Invented Person"),
        "relation": Relation.HEAD,
        "date_of_birth": date(1985, 3, 14),
        "labour_capacity": LabourCapacity.FULL,
        "residence": Residence.REGISTERED_AND_LIVING,
        "in_school": False,
        "disabled": False,
        "joined_on": date(2019, 1, 1),
    }
    return Member(**(values | changes))


def fact(**changes: Any) -> IncomeFact:
    values: dict[str, Any] = {
        "group": IncomeGroup.WAGE,
        "kind": IncomeKind.PUBLIC_WELFARE_POST,
        "rhythm": Rhythm.MONTHLY,
        "amount_cents": 1_500_00,
        "period_from": date(2020, 4, 1),
        "period_to": None,
        "member_id": FATHER_ID,
        "payer_type": PayerType.GOVERNMENT,
        "evidence": Evidence.DOCUMENT,
        "confirmed_by_household": True,
        "verified_stable": True,
    }
    return IncomeFact(**(values | changes))


def entry(income: IncomeFact, *, number: int = 101, **changes: Any) -> LedgerEntry:
    values: dict[str, Any] = {
        "id": uuid(number),
        "version": 1,
        "household_id": HOUSEHOLD_ID,
        "area_path": VILLAGE,
        "fact": income,
        "status": EntryStatus.COUNTED,
        "duplicate_of": None,
        "recorded_at": STORY_MORNING,
        "recorded_by": "specialist-1",
    }
    return LedgerEntry(**(values | changes))


def expense(cents: int, *, number: int = 501, spent_on: date = STORY_DAY, **changes: Any) -> RigidExpense:
    values: dict[str, Any] = {
        "id": uuid(number),
        "version": 1,
        "household_id": HOUSEHOLD_ID,
        "area_path": VILLAGE,
        "member_id": None,
        "kind": ExpenseKind.MEDICAL,
        "amount_cents": cents,
        "spent_on": spent_on,
        "source": None,
        "recorded_at": STORY_MORNING,
        "recorded_by": "department",
    }
    return RigidExpense(**(values | changes))


POST_WAGE = fact()
COTTON = fact(
    group=IncomeGroup.PRODUCTION,
    kind=IncomeKind.CROPS,
    rhythm=Rhythm.YEARLY,
    amount_cents=6_000_00,
    period_from=date(2019, 10, 1),
    period_to=date(2019, 10, 31),
    member_id=None,
    payer_type=PayerType.BUYER,
)
DIBAO = fact(
    group=IncomeGroup.TRANSFER,
    kind=IncomeKind.SUBSISTENCE_ALLOWANCE,
    amount_cents=500_00,
    period_from=date(2018, 1, 1),
    member_id=None,
)
LAND = fact(
    group=IncomeGroup.PROPERTY,
    kind=IncomeKind.LAND_RENT,
    rhythm=Rhythm.YEARLY,
    amount_cents=2_400_00,
    period_from=date(2020, 1, 15),
    period_to=date(2020, 1, 15),
    member_id=None,
    payer_type=PayerType.TENANT,
)
SECOND_WAGE = fact(
    kind=IncomeKind.LOCAL_JOB,
    period_to=date(2020, 12, 31),
    payer_type=PayerType.EMPLOYER,
    evidence=Evidence.SAID_BY_HOUSEHOLD,
)


def canonical_facts() -> tuple[IncomeFact, ...]:
    """Post 1,500 a month since April 2020, cotton 6,000 in October 2019, dibao 500 a month, land 2,400 a year."""
    return (POST_WAGE, COTTON, DIBAO, LAND)


def canonical_ledger() -> list[LedgerEntry]:
    return [entry(income, number=101 + place) for place, income in enumerate(canonical_facts())]
