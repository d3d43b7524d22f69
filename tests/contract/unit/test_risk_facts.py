"""What the risk service reads from records that are not a cost alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from contracts.households.v1 import events_pb2 as households
from risk_service.signals.factors.facts import (
    AccidentLoss,
    Benefit,
    Certificate,
    Detail,
    DisasterLoss,
    HousingGrade,
    Schooling,
    Work,
)
from risk_service.signals.factors.messages import to_fact
from risk_service.signals.facts.service import is_kept
from tests.contract import book
from tests.households_service.factories import HOUSEHOLD_ID, MOTHER_ID

HEARD = datetime(2020, 9, 18, 2, tzinfo=UTC)
READ: dict[str, Detail] = {
    "DISABILITY": Certificate(level=2, change="WORSE"),
    "EDUCATION": Schooling(enrolled=True, cost=Decimal("6000.00")),
    "HOUSING_SAFETY": HousingGrade(grade="D"),
    "INCOME_DROP": Benefit(
        code="SUBSISTENCE_ALLOWANCE", begins_on=date(2020, 1, 1), ends_on=date(2021, 1, 1), monthly=Decimal("500.00")
    ),
    "UNEMPLOYMENT": Work(started=False, ended=True, arrears_months=2),
    "DISASTER": DisasterLoss(amount=Decimal("5400.00"), home_usable=False),
    "ACCIDENT": AccidentLoss(amount=Decimal("2500.00"), severe=True, home_usable=None),
}


def test_whatever_else_a_record_says_is_read_for_the_rule_of_its_own_factor() -> None:
    facts = [
        to_fact(book.example(households.DepartmentRecordLinked, case), received_at=HEARD)
        for case in ("disability", "education", "housing", "civil_affairs", "employment", "emergency", "accident")
    ]

    assert {fact.factor.value: fact.detail for fact in facts if fact and is_kept(fact)} == READ
    assert {(fact.household_id, fact.member_id, fact.version) for fact in facts if fact} == {
        (HOUSEHOLD_ID, MOTHER_ID, 1)
    }
    bill = to_fact(book.example(households.DepartmentRecordLinked), received_at=HEARD)
    assert bill is not None
    assert not is_kept(bill)
