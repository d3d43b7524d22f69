from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from contracts.common.v1.money_pb2 import Money
from contracts.households.v1 import events_pb2 as messages
from risk_service.policy.factors import AlertLevel, IncomeBasis, RiskFactor
from risk_service.signals.factors.facts import (
    AccidentLoss,
    Benefit,
    CareCost,
    Certificate,
    Detail,
    DisasterLoss,
    FactMalformed,
    HousingGrade,
    Income,
    Price,
    Schooling,
    WaterReport,
    Work,
)
from risk_service.signals.factors.messages import to_fact, to_facts, to_incomes
from tests.risk_service.factories import HOUSEHOLD, MOTHER, VILLAGE
from tests.risk_service.unit.signals.telling import POINT, level

RECEIVED = datetime(2020, 9, 18, 2, tzinfo=UTC)


def record(**detail: Any) -> messages.DepartmentRecordLinked:
    return messages.DepartmentRecordLinked(
        department="DEPARTMENT",
        record_id="R1",
        version=1,
        event_type="REPORT",
        household_id=str(HOUSEHOLD),
        member_id=str(MOTHER),
        area_path=VILLAGE,
        event_date="2020-09-18",
        **detail,
    )


def yuan(cents: int) -> Money:
    return Money(cents=cents, currency="CNY")


@pytest.mark.parametrize(
    ("message", "expected", "on"),
    [
        (
            record(
                health_insurance=messages.HealthInsuranceDetail(
                    oop_amount=yuan(1_031_818), settlement_date="2020-09-17"
                )
            ),
            CareCost(amount=Decimal("10318.18")),
            date(2020, 9, 17),
        ),
        (
            record(disability=messages.DisabilityDetail(level=2, issued_on="2020-09-01", change="WORSE")),
            Certificate(level=2, change="WORSE"),
            date(2020, 9, 1),
        ),
        (
            record(education=messages.EducationDetail(enrolled=False)),
            Schooling(enrolled=False, cost=None),
            date(2020, 9, 18),
        ),
        (
            record(education=messages.EducationDetail(cost_after_aid=yuan(500_001))),
            Schooling(enrolled=None, cost=Decimal("5000.01")),
            date(2020, 9, 18),
        ),
        (
            record(housing=messages.HousingDetail(grade="D", inspected_on="2020-08-30")),
            HousingGrade(grade="D"),
            date(2020, 8, 30),
        ),
        (
            record(
                civil_affairs=messages.CivilAffairsDetail(
                    benefit_code="DIBAO", from_month="2020-01", to_month="2020-12", monthly_amount=yuan(50_000)
                )
            ),
            Benefit(code="DIBAO", begins_on=date(2020, 1, 1), ends_on=date(2021, 1, 1), monthly=Decimal("500.00")),
            date(2020, 9, 18),
        ),
        (
            record(employment=messages.EmploymentRecordDetail(employment_ended=True, month="2020-09")),
            Work(started=None, ended=True, arrears_months=None),
            date(2020, 9, 18),
        ),
        (
            record(employment=messages.EmploymentRecordDetail(wage_arrears_months=0, month="2020-09")),
            Work(started=None, ended=None, arrears_months=0),
            date(2020, 9, 18),
        ),
        (
            record(emergency=messages.EmergencyDetail(disaster_id="D", home_usable=False)),
            DisasterLoss(amount=None, home_usable=False),
            date(2020, 9, 18),
        ),
        (
            record(accident=messages.AccidentDetail(uncompensated_loss=yuan(1), severe_injury_or_death=True)),
            AccidentLoss(amount=Decimal("0.01"), severe=True, home_usable=None),
            date(2020, 9, 18),
        ),
    ],
)
def test_each_departments_record_becomes_a_fact(
    message: messages.DepartmentRecordLinked, expected: Detail, on: date
) -> None:
    fact = to_fact(message, received_at=RECEIVED)
    assert fact is not None
    assert (fact.detail, fact.occurred_on, fact.household_id, fact.member_id) == (expected, on, HOUSEHOLD, MOTHER)


def test_a_record_without_a_detail_is_no_fact() -> None:
    assert to_fact(record(), received_at=RECEIVED) is None


def area(**detail: Any) -> messages.AreaConditionReported:
    return messages.AreaConditionReported(
        department="WATER",
        record_id="R1",
        version=1,
        event_type="OUTAGE",
        area_path=VILLAGE,
        event_date="2020-09-18",
        **detail,
    )


def test_a25_what_a_point_serves_is_told_to_each_household() -> None:
    homes = [UUID(int=number) for number in range(1, 31)]
    message = area(point_id=str(POINT), water=messages.WaterDetail(supply_point_id="WP", outage_days=7))
    facts = to_facts(message, households=homes, received_at=RECEIVED)
    assert [(one.household_id, one.detail) for one in facts] == [
        (home, WaterReport(point_id=POINT, outage_days=7, quality_ok=None)) for home in homes
    ]
    assert {level(RiskFactor.WATER_SAFETY, one) for one in facts} == {AlertLevel.RED}


def test_a_price_is_told_to_the_area_and_must_be_a_number() -> None:
    message = area(agriculture=messages.AgricultureDetail(commodity_code="COTTON", price_index="79.5"))
    (fact,) = to_facts(message, households=[HOUSEHOLD], received_at=RECEIVED)
    assert fact.detail == Price(commodity="COTTON", index=Decimal("79.5"))
    for wrong in ("", "low", "NaN", "-1"):
        message.agriculture.price_index = wrong
        with pytest.raises(FactMalformed):
            to_facts(message, households=[HOUSEHOLD], received_at=RECEIVED)


def test_an_income_statement_is_one_fact_a_basis() -> None:
    statement = messages.IncomeStatement(
        household_id=str(HOUSEHOLD), as_of="2020-09-18", member_count=4, currency="CNY"
    )
    statement.bases.add(
        basis=messages.INCOME_BASIS_RUN_RATE_12M,
        wage_cents=1_800_000,
        production_cents=600_000,
        property_cents=240_000,
        transfer_cents=600_000,
        net_cents=3_240_000,
        rigid_expenses_cents=1_031_818,
    )
    (fact,) = to_incomes(statement, area_path=VILLAGE, version=7, received_at=RECEIVED)
    assert fact.detail == Income(
        basis=IncomeBasis.RUN_RATE_12M,
        members=4,
        net=Decimal("32400.00"),
        gross=Decimal("32400.00"),
        production=Decimal("6000.00"),
        rigid_expenses=Decimal("10318.18"),
        recorded=True,
    )


def test_what_takes_a_record_back_need_not_say_what_it_said() -> None:
    benefit = record(civil_affairs=messages.CivilAffairsDetail())
    benefit.event_type, benefit.corrects_record_id = "WITHDRAWAL", "R0"
    taken = to_fact(benefit, received_at=RECEIVED)
    assert taken is not None
    assert (taken.kind, taken.corrects) == ("WITHDRAWAL", "R0")
    price = messages.AreaConditionReported(
        department="AGRICULTURE", event_type="WITHDRAWAL", area_path=VILLAGE, event_date="2020-09-18"
    )
    price.agriculture.commodity_code = "COTTON"
    (fact,) = to_facts(price, households=[HOUSEHOLD], received_at=RECEIVED)
    assert fact.kind == "WITHDRAWAL"
    price.event_type = "PRICE_REPORT"
    with pytest.raises(FactMalformed):
        to_facts(price, households=[HOUSEHOLD], received_at=RECEIVED)
