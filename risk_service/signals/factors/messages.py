"""Other services' events as facts the rules can weigh."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from chassis.ids import parse_id
from contracts.common.v1.money_pb2 import Money
from contracts.households.v1 import events_pb2 as messages
from risk_service.policy.factors import IncomeBasis
from risk_service.signals.domain import WITHDRAWAL
from risk_service.signals.factors.facts import (
    AccidentLoss,
    Benefit,
    CareCost,
    Certificate,
    Detail,
    DisasterLoss,
    Fact,
    FactMalformed,
    HousingGrade,
    Income,
    Price,
    Schooling,
    WaterReport,
    Work,
)

LEDGER = "HOUSEHOLD_LEDGER"
"""Where income statements come from; no department of that name sends records."""


def to_fact(message: messages.DepartmentRecordLinked, *, received_at: datetime) -> Fact | None:
    """A department's record about a member; None where it says nothing a rule looks at. Raises FactMalformed."""
    found = _detail_of(message)
    if found is None:
        return None
    detail, day = found
    return Fact(
        department=message.department,
        record_id=message.record_id,
        version=message.version,
        household_id=parse_id(message.household_id, field="household_id"),
        member_id=parse_id(message.member_id, field="member_id"),
        area_path=message.area_path,
        kind=message.event_type,
        occurred_on=_day(day or message.event_date, "event_date"),
        received_at=received_at,
        corrects=message.corrects_record_id or None,
        detail=detail,
    )


def to_facts(
    message: messages.AreaConditionReported, *, households: Collection[UUID], received_at: datetime
) -> tuple[Fact, ...]:
    """One for each household it concerns: whom a supply point serves, or who lives in the area."""
    detail: Detail
    match message.WhichOneof("detail"):
        case "water" if message.point_id:
            detail = WaterReport(
                point_id=parse_id(message.point_id, field="point_id"),
                outage_days=message.water.outage_days if message.water.HasField("outage_days") else None,
                quality_ok=message.water.quality_ok if message.water.HasField("quality_ok") else None,
            )
        case "agriculture":
            detail = Price(commodity=message.agriculture.commodity_code, index=_index(message))
        case _:
            return ()
    return tuple(
        Fact(
            department=message.department,
            record_id=message.record_id,
            version=message.version,
            household_id=household_id,
            member_id=None,
            area_path=message.area_path,
            kind=message.event_type,
            occurred_on=_day(message.event_date, "event_date"),
            received_at=received_at,
            corrects=message.corrects_record_id or None,
            detail=detail,
        )
        for household_id in sorted(households)
    )


def to_incomes(
    statement: messages.IncomeStatement, *, area_path: str, version: int, received_at: datetime
) -> tuple[Fact, ...]:
    """One for each basis. `version`: the number of the household's event; of one day the newest counts."""
    return tuple(
        Fact(
            department=LEDGER,
            record_id=f"{statement.household_id} {statement.as_of} {basis}",
            version=version,
            household_id=parse_id(statement.household_id, field="household_id"),
            member_id=None,
            area_path=area_path,
            kind="STATEMENT",
            occurred_on=_day(statement.as_of, "as_of"),
            received_at=received_at,
            corrects=None,
            detail=_income(totals, basis, statement.member_count),
        )
        for totals in statement.bases
        if (basis := _basis(totals)) is not None
    )


def _detail_of(message: messages.DepartmentRecordLinked) -> tuple[Detail, str] | None:
    """With the day it speaks of; "" where that is the event's own."""
    found: tuple[Detail, str] | None = None
    match message.WhichOneof("detail"):
        case "health_insurance":
            found = (
                CareCost(amount=_amount(message.health_insurance.oop_amount)),
                message.health_insurance.settlement_date,
            )
        case "disability":
            certificate = message.disability
            found = Certificate(level=certificate.level, change=certificate.change), certificate.issued_on
        case "education":
            found = _schooling(message.education), ""
        case "housing":
            found = HousingGrade(grade=message.housing.grade), message.housing.inspected_on
        case "civil_affairs":
            found = _benefit(message.civil_affairs, message.event_date), ""
        case "employment":
            found = _work(message.employment), ""
        case "emergency":
            found = _disaster(message.emergency), ""
        case "accident":
            found = _accident(message.accident), ""
    return found


def _schooling(detail: messages.EducationDetail) -> Schooling:
    return Schooling(
        enrolled=detail.enrolled if detail.HasField("enrolled") else None,
        cost=_amount(detail.cost_after_aid) if detail.HasField("cost_after_aid") else None,
    )


def _benefit(detail: messages.CivilAffairsDetail, event_date: str) -> Benefit:
    """Months are whole: one that is paid until September ends on 1 October. What takes a record back may say none."""
    ends = _day(f"{detail.to_month}-01", "to_month") if detail.to_month else None
    if ends is not None:
        ends = date(ends.year + ends.month // 12, ends.month % 12 + 1, 1)
    return Benefit(
        code=detail.benefit_code,
        begins_on=_day(f"{detail.from_month}-01", "from_month")
        if detail.from_month
        else _day(event_date, "event_date"),
        ends_on=ends,
        monthly=_amount(detail.monthly_amount),
    )


def _work(detail: messages.EmploymentRecordDetail) -> Work:
    return Work(
        started=detail.employment_started if detail.HasField("employment_started") else None,
        ended=detail.employment_ended if detail.HasField("employment_ended") else None,
        arrears_months=detail.wage_arrears_months if detail.HasField("wage_arrears_months") else None,
    )


def _disaster(detail: messages.EmergencyDetail) -> DisasterLoss:
    return DisasterLoss(
        amount=_amount(detail.loss_amount) if detail.HasField("loss_amount") else None,
        home_usable=detail.home_usable if detail.HasField("home_usable") else None,
    )


def _accident(detail: messages.AccidentDetail) -> AccidentLoss:
    """Whether the home can be used is not told of accidents."""
    return AccidentLoss(
        amount=_amount(detail.uncompensated_loss) if detail.HasField("uncompensated_loss") else None,
        severe=detail.severe_injury_or_death if detail.HasField("severe_injury_or_death") else None,
        home_usable=None,
    )


def _income(totals: messages.BasisTotals, basis: IncomeBasis, members: int) -> Income:
    parts = (totals.wage_cents, totals.production_cents, totals.property_cents, totals.transfer_cents)
    return Income(
        basis=basis,
        members=members,
        net=_yuan(totals.net_cents),
        gross=_yuan(sum(parts)),
        production=_yuan(totals.production_cents),
        rigid_expenses=_yuan(totals.rigid_expenses_cents),
        recorded=any((*parts, totals.production_cost_cents)),
    )


def _basis(totals: messages.BasisTotals) -> IncomeBasis | None:
    name = messages.IncomeBasis.Name(totals.basis).removeprefix("INCOME_BASIS_")
    return next((one for one in IncomeBasis if one.value == name), None)


def _amount(money: Money) -> Decimal:
    return _yuan(money.cents)


def _yuan(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _index(message: messages.AreaConditionReported) -> Decimal:
    """What takes a report back may say none."""
    text = message.agriculture.price_index
    if not text and message.event_type == WITHDRAWAL:
        return Decimal(100)
    try:
        index = Decimal(text)
    except InvalidOperation:
        raise FactMalformed("The price index is not a number.", field="price_index") from None
    if not index.is_finite() or index < 0:
        raise FactMalformed("The price index is not a number from 0 on.", field="price_index")
    return index


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FactMalformed(f"{field} is not a date.", field=field) from None
