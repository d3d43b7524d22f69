from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from risk_service.cases.categories import (
    Income,
    MonitoringCategory,
    anybody_able_to_work,
    category_of,
    require_category,
)
from risk_service.cases.refusals import CategoryNotFound, IncomeNotKnown
from risk_service.copies.domain import HouseholdCopy, LabourCapacity, MemberCopy
from risk_service.policy.domain import IncomeBasis

TODAY = date(2021, 9, 10)


def income(per_head: str, *, members: int = 4, line: str = "6000.00") -> Income:
    return Income(
        basis=IncomeBasis.RECEIVED_12M,
        as_of=TODAY,
        total=Decimal(per_head) * members,
        member_count=members,
        line=Decimal(line),
    )


@pytest.mark.parametrize(
    ("_case", "history", "per_head", "risk", "difficulty", "expected"),
    [
        ("A13: graduated", "GRADUATED", "5800.00", True, False, MonitoringCategory.GRADUATED_UNSTABLE),
        ("A13: never registered", "NEVER_REGISTERED", "5800.00", True, False, MonitoringCategory.NEAR_POOR_AT_RISK),
        ("A13: a bill of 40,000", "NEVER_REGISTERED", "9000.00", True, True, MonitoringCategory.SUDDEN_HARDSHIP),
        ("either history", "GRADUATED", "9000.00", True, True, MonitoringCategory.SUDDEN_HARDSHIP),
        ("A13: no risk", "GRADUATED", "5800.00", False, False, None),
        ("no risk but difficulty claimed", "GRADUATED", "9000.00", False, True, None),
        ("above the line alone", "GRADUATED", "9000.00", True, False, None),
        (
            "exactly the line is inside",
            "NEVER_REGISTERED",
            "6000.00",
            True,
            False,
            MonitoringCategory.NEAR_POOR_AT_RISK,
        ),
        ("a cent above", "NEVER_REGISTERED", "6000.01", True, False, None),
        ("inside the range comes first", "GRADUATED", "5800.00", True, True, MonitoringCategory.GRADUATED_UNSTABLE),
    ],
)
def test_the_category_follows_from_history_income_and_what_a_person_found(
    _case: str, history: str, per_head: str, risk: bool, difficulty: bool, expected: MonitoringCategory | None
) -> None:
    found = category_of(
        registration_history=history, income=income(per_head), risk_confirmed=risk, serious_difficulty=difficulty
    )
    assert found is expected


def test_an_unknown_income_is_not_an_income_of_nought() -> None:
    with pytest.raises(IncomeNotKnown):
        require_category(registration_history="GRADUATED", income=None, risk_confirmed=True, serious_difficulty=False)
    found = require_category(
        registration_history="GRADUATED", income=None, risk_confirmed=True, serious_difficulty=True
    )
    assert found is MonitoringCategory.SUDDEN_HARDSHIP


def test_a_household_above_the_line_without_difficulty_is_not_proposed() -> None:
    with pytest.raises(CategoryNotFound):
        require_category(
            registration_history="GRADUATED", income=income("9000.00"), risk_confirmed=True, serious_difficulty=False
        )


def member(capacity: LabourCapacity, *, born: date | None = date(1985, 5, 5), counted: bool = True) -> MemberCopy:
    return MemberCopy(
        id=UUID(int=1),
        date_of_birth=born,
        head=False,
        labour_capacity=capacity,
        in_school=False,
        disabled=False,
        counted=counted,
        care_duties=0,
    )


@pytest.mark.parametrize(
    ("_case", "people", "expected"),
    [
        ("fully able", [member(LabourCapacity.FULL)], True),
        ("partly able beside one who is not", [member(LabourCapacity.NONE), member(LabourCapacity.PARTIAL)], True),
        ("of unknown age", [member(LabourCapacity.FULL, born=None)], True),
        ("sixteen today", [member(LabourCapacity.FULL, born=date(2005, 9, 10))], True),
        ("sixteen tomorrow", [member(LabourCapacity.FULL, born=date(2005, 9, 11))], False),
        ("not known", [member(LabourCapacity.UNKNOWN)], False),
        ("not counted", [member(LabourCapacity.FULL, counted=False)], False),
        ("nobody", [member(LabourCapacity.NONE)], False),
    ],
)
def test_who_is_able_to_work(_case: str, people: list[MemberCopy], expected: bool) -> None:
    household = HouseholdCopy(
        id=UUID(int=2),
        code="H00001",
        area_path="99/01/01/001/201/",
        registration_history="GRADUATED",
        monitoring_category="NONE",
        safe_housing=True,
        safe_water=True,
        members=tuple(people),
        support_officer_ids=(),
    )
    assert anybody_able_to_work(household, today=TODAY) is expected
