"""Invented facts about one family, told on their own days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

from risk_service.policy.domain import PolicyPack
from risk_service.policy.factors import AlertLevel, IncomeBasis, RiskFactor
from risk_service.signals.factors.facts import (
    AccidentLoss,
    Benefit,
    CareCost,
    Certificate,
    Detail,
    DisasterLoss,
    Fact,
    HousingGrade,
    Income,
    Person,
    Price,
    Schooling,
    Situation,
    WaterReport,
    Window,
    Work,
    newest,
)
from risk_service.signals.factors.judging import judge
from risk_service.signals.factors.verdict import Verdict
from tests.risk_service.factories import FATHER, HOUSEHOLD, MOTHER, VILLAGE, default_pack

CHILD = UUID("01890000-0000-7000-8000-0000000000a3")
POINT = UUID("01890000-0000-7000-8000-0000000000b1")
DAY = date(2020, 9, 18)
COUPLE = Situation(
    persons=(
        Person(id=MOTHER, date_of_birth=date(1985, 5, 1), able_to_work=True, in_school=False),
        Person(id=FATHER, date_of_birth=date(1983, 5, 1), able_to_work=True, in_school=False),
        Person(id=CHILD, date_of_birth=date(2008, 9, 1), able_to_work=True, in_school=True),
    )
)
ALONE = Situation(persons=(COUPLE.persons[0], COUPLE.persons[2]))
"""The mother earns, the child is at school."""


def fact(
    detail: Detail,
    *,
    record: str = "R1",
    on: date = DAY,
    version: int = 1,
    member: UUID | None = MOTHER,
    kind: str = "REPORT",
    corrects: str | None = None,
    household: UUID = HOUSEHOLD,
    received: date | None = None,
) -> Fact:
    return Fact(
        department="DEPARTMENT",
        record_id=record,
        version=version,
        household_id=household,
        member_id=member,
        area_path=VILLAGE,
        kind=kind,
        occurred_on=on,
        received_at=datetime.combine(received or on, time(2), UTC),
        corrects=corrects,
        detail=detail,
    )


def money(text: str) -> Decimal:
    return Decimal(text)


def care(amount: str) -> CareCost:
    return CareCost(amount=money(amount))


def school(cost: str | None = None, *, enrolled: bool | None = None) -> Schooling:
    return Schooling(cost=None if cost is None else money(cost), enrolled=enrolled)


def work(*, started: bool | None = None, ended: bool | None = None, owed: int | None = None) -> Work:
    return Work(started=started, ended=ended, arrears_months=owed)


def income(
    net: str,
    *,
    members: int = 4,
    gross: str | None = None,
    production: str = "0.00",
    rigid: str = "0.00",
    basis: IncomeBasis = IncomeBasis.RECEIVED_12M,
    recorded: bool = True,
) -> Income:
    return Income(
        basis=basis,
        members=members,
        net=money(net),
        gross=money(gross or net),
        production=money(production),
        rigid_expenses=money(rigid),
        recorded=recorded,
    )


def certificate(level: int, change: str = "NEW") -> Certificate:
    return Certificate(level=level, change=change)


def benefit(monthly: str, begins: date, ends: date | None = None) -> Benefit:
    return Benefit(code="SUBSISTENCE_ALLOWANCE", begins_on=begins, ends_on=ends, monthly=money(monthly))


def disaster(amount: str | None = None, *, usable: bool | None = None) -> DisasterLoss:
    return DisasterLoss(amount=None if amount is None else money(amount), home_usable=usable)


def accident(amount: str | None = None, *, severe: bool | None = None, usable: bool | None = None) -> AccidentLoss:
    return AccidentLoss(amount=None if amount is None else money(amount), severe=severe, home_usable=usable)


def price(index: str) -> Price:
    return Price(commodity="COTTON", index=money(index))


def grade(letter: str) -> HousingGrade:
    return HousingGrade(grade=letter)


def water(*, days: int | None = None, ok: bool | None = None) -> WaterReport:
    return WaterReport(point_id=POINT, outage_days=days, quality_ok=ok)


def judged(
    factor: RiskFactor,
    *facts: Fact,
    day: date = DAY,
    situation: Situation = COUPLE,
    pack: PolicyPack | None = None,
    cleared: frozenset[tuple[str, str, int]] = frozenset(),
) -> Verdict:
    window = Window(facts=newest(facts), cleared=cleared)
    return judge(factor, window, pack=pack or default_pack(), situation=situation, day=day)


def level(factor: RiskFactor, *facts: Fact, day: date = DAY, situation: Situation = COUPLE) -> AlertLevel:
    return judged(factor, *facts, day=day, situation=situation).level
