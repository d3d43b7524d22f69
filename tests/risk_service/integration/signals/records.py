"""Department records of every kind, and prices, as the households service tells of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from google.protobuf.message import Message

from chassis.timers import DueTimer
from contracts.households.v1 import events_pb2 as households
from risk_service.alerts.domain import Alert
from risk_service.policy.factors import RiskFactor
from risk_service.signals.facts.again import weigh_due
from tests.risk_service.desk import Desk, Family, cents

_numbers = count(1)


def record(
    family: Family,
    *,
    record_id: str = "",
    version: int = 1,
    on: str = "2020-09-18",
    member: int = 0,
    kind: str = "REPORT",
    corrects: str = "",
    **detail: Message,
) -> households.DepartmentRecordLinked:
    """`detail`: one of the contract's kinds, by its name."""
    ((name, told),) = detail.items()
    message = households.DepartmentRecordLinked(
        department=name.upper(),
        record_id=record_id or f"F-{next(_numbers)}",
        version=version,
        event_type=kind,
        household_id=str(family.id),
        member_id=str(family.members[member]),
        area_path=family.area_path,
        event_date=on,
        corrects_record_id=corrects,
    )
    own: Message = getattr(message, name)
    own.CopyFrom(told)
    own.SetInParent()
    return message


def school(*, enrolled: bool | None = None, cost: str | None = None) -> households.EducationDetail:
    detail = households.EducationDetail()
    if enrolled is not None:
        detail.enrolled = enrolled
    if cost is not None:
        detail.cost_after_aid.cents, detail.cost_after_aid.currency = cents(cost), "CNY"
    return detail


def work(
    *, ended: bool | None = None, started: bool | None = None, owed: int | None = None
) -> households.EmploymentRecordDetail:
    detail = households.EmploymentRecordDetail()
    if ended is not None:
        detail.employment_ended = ended
    if started is not None:
        detail.employment_started = started
    if owed is not None:
        detail.wage_arrears_months = owed
    return detail


def benefit(monthly: str, *, begins: str, ends: str = "") -> households.CivilAffairsDetail:
    detail = households.CivilAffairsDetail(benefit_code="SUBSISTENCE_ALLOWANCE", from_month=begins, to_month=ends)
    detail.monthly_amount.cents, detail.monthly_amount.currency = cents(monthly), "CNY"
    return detail


def disaster(*, lost: str | None = None, usable: bool | None = None) -> households.EmergencyDetail:
    detail = households.EmergencyDetail(disaster_id="FLOOD-1")
    if lost is not None:
        detail.loss_amount.cents, detail.loss_amount.currency = cents(lost), "CNY"
    if usable is not None:
        detail.home_usable = usable
    return detail


def accident(*, lost: str | None = None, severe: bool | None = None) -> households.AccidentDetail:
    detail = households.AccidentDetail()
    if lost is not None:
        detail.uncompensated_loss.cents, detail.uncompensated_loss.currency = cents(lost), "CNY"
    if severe is not None:
        detail.severe_injury_or_death = severe
    return detail


def price(
    area_path: str, index: str, *, record_id: str, version: int = 1, on: str = "2020-09-18", withdraws: str = ""
) -> households.AreaConditionReported:
    message = households.AreaConditionReported(
        department="AGRICULTURE",
        record_id=record_id,
        version=version,
        event_type="WITHDRAWAL" if withdraws else "PRICE_REPORT",
        area_path=area_path,
        event_date=on,
        corrects_record_id=withdraws,
        part=1,
        parts=1,
    )
    message.agriculture.commodity_code, message.agriculture.price_index = "COTTON", index
    return message


async def hear(desk: Desk, family: Family, message: households.DepartmentRecordLinked) -> None:
    await desk.hear(message, subject=family.id, area_path=family.area_path)


async def hear_price(desk: Desk, area: UUID, message: households.AreaConditionReported) -> None:
    await desk.hear(message, subject=area, area_path=message.area_path)


async def alert_of(desk: Desk, family: Family, factor: RiskFactor) -> Alert | None:
    return next((alert for alert in await desk.open_alerts(family) if alert.factor is factor), None)


async def levels(desk: Desk, family: Family) -> dict[str, str]:
    return {alert.factor.value: alert.level.name for alert in await desk.open_alerts(family)}


async def pass_until(desk: Desk, day: str) -> None:
    """The timers' work of a day, done on its morning in the sample county."""
    desk.clock.at = datetime.fromisoformat(f"{day}T00:30:00").replace(tzinfo=UTC)
    async with desk.begin() as uow:
        await weigh_due(uow, DueTimer(key="", due_at=desk.clock.at - timedelta(seconds=1)))
