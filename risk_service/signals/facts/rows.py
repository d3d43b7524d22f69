"""Facts as rows and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import Row

from risk_service.policy.factors import IncomeBasis
from risk_service.signals.factors.costs import NOBODY
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
    Price,
    Schooling,
    WaterReport,
    Work,
)

Kept: TypeAlias = Mapping[str, str | int | bool | None]

NAMES: Mapping[type[Detail], str] = {
    CareCost: "CARE_COST",
    Certificate: "CERTIFICATE",
    Schooling: "SCHOOLING",
    Work: "WORK",
    Benefit: "BENEFIT",
    Income: "INCOME",
    DisasterLoss: "DISASTER_LOSS",
    AccidentLoss: "ACCIDENT_LOSS",
    Price: "PRICE",
    HousingGrade: "HOUSING_GRADE",
    WaterReport: "WATER_REPORT",
}
"""How each kind is called where it is stored."""


def values_of(fact: Fact, *, superseded: bool, at: datetime) -> dict[str, object]:
    return {
        "department": fact.department,
        "record_id": fact.record_id,
        "version": fact.version,
        "household_id": None if fact.household_id == NOBODY else fact.household_id,
        "member_id": fact.member_id,
        "area_path": fact.area_path,
        "factor": fact.factor.value,
        "kind": fact.kind,
        "occurred_on": fact.occurred_on,
        "corrects": fact.corrects,
        "detail": kept(fact.detail),
        "superseded": superseded,
        "received_at": at,
    }


def fact_of(row: Row[tuple[object, ...]]) -> Fact:
    return Fact(
        department=row.department,
        record_id=row.record_id,
        version=row.version,
        household_id=row.household_id or NOBODY,
        member_id=row.member_id,
        area_path=row.area_path,
        kind=row.kind,
        occurred_on=row.occurred_on,
        received_at=row.received_at,
        corrects=row.corrects,
        detail=detail_of(row.detail),
    )


def kept(detail: Detail) -> dict[str, str | int | bool | None]:
    own = {field.name: _plain(getattr(detail, field.name)) for field in fields(detail)}
    return {"type": NAMES[type(detail)], **own}


def detail_of(found: Kept) -> Detail:
    return _READ[str(found["type"])](found)


def _plain(value: object) -> str | int | bool | None:
    match value:
        case None | bool() | int():
            return value
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
    return str(value)


def _amount(found: Kept, name: str) -> Decimal | None:
    value = found[name]
    return None if value is None else Decimal(str(value))


def _sum(found: Kept, name: str) -> Decimal:
    return Decimal(str(found[name]))


def _whole(found: Kept, name: str) -> int | None:
    value = found[name]
    return None if value is None else int(value)


def _said(found: Kept, name: str) -> bool | None:
    value = found[name]
    return None if value is None else bool(value)


def _day(found: Kept, name: str) -> date | None:
    value = found[name]
    return None if value is None else date.fromisoformat(str(value))


def _income(found: Kept) -> Income:
    return Income(
        basis=IncomeBasis(str(found["basis"])),
        members=int(found["members"] or 0),
        net=_sum(found, "net"),
        gross=_sum(found, "gross"),
        production=_sum(found, "production"),
        rigid_expenses=_sum(found, "rigid_expenses"),
        recorded=bool(found["recorded"]),
    )


_READ: Mapping[str, Callable[[Kept], Detail]] = {
    "CARE_COST": lambda one: CareCost(amount=_sum(one, "amount")),
    "CERTIFICATE": lambda one: Certificate(level=int(one["level"] or 0), change=str(one["change"])),
    "SCHOOLING": lambda one: Schooling(enrolled=_said(one, "enrolled"), cost=_amount(one, "cost")),
    "WORK": lambda one: Work(
        started=_said(one, "started"), ended=_said(one, "ended"), arrears_months=_whole(one, "arrears_months")
    ),
    "BENEFIT": lambda one: Benefit(
        code=str(one["code"]),
        begins_on=date.fromisoformat(str(one["begins_on"])),
        ends_on=_day(one, "ends_on"),
        monthly=_sum(one, "monthly"),
    ),
    "INCOME": _income,
    "DISASTER_LOSS": lambda one: DisasterLoss(amount=_amount(one, "amount"), home_usable=_said(one, "home_usable")),
    "ACCIDENT_LOSS": lambda one: AccidentLoss(
        amount=_amount(one, "amount"), severe=_said(one, "severe"), home_usable=_said(one, "home_usable")
    ),
    "PRICE": lambda one: Price(commodity=str(one["commodity"]), index=_sum(one, "index")),
    "HOUSING_GRADE": lambda one: HousingGrade(grade=str(one["grade"])),
    "WATER_REPORT": lambda one: WaterReport(
        point_id=UUID(str(one["point_id"])),
        outage_days=_whole(one, "outage_days"),
        quality_ok=_said(one, "quality_ok"),
    ),
}
