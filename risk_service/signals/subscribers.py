"""What the risk service does with the records that found their household."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from chassis.ids import new_id, parse_id
from chassis.subscription import ReceivedEvent
from contracts.common.v1.money_pb2 import Money
from contracts.households.v1.events_pb2 import DepartmentRecordLinked, DepartmentRecordUnlinked
from risk_service.copies.service import take_arrivals
from risk_service.notifications.domain import NotificationKind
from risk_service.notifications.service import tell_of_alerts
from risk_service.policy.domain import RiskFactor
from risk_service.signals.domain import UNLINKED, Signal
from risk_service.signals.factors.messages import to_fact
from risk_service.signals.facts.service import is_kept, take_in, unlinked
from risk_service.uow import RiskUnitOfWork


async def take_record(uow: RiskUnitOfWork, event: ReceivedEvent) -> None:
    """What costs a household, and whatever else a rule looks at. Weighed with the others of its transaction: see
    `settle`.
    """
    message = event.read(DepartmentRecordLinked)
    signal, fact = to_signal(message), to_fact(message, received_at=uow.now)
    if signal is not None:
        uow.arrivals.signal(signal)
    if fact is not None and is_kept(fact):
        uow.arrivals.fact(fact)


async def take_undone(uow: RiskUnitOfWork, event: ReceivedEvent) -> None:
    """A record was somebody else's after all: nothing of it counts here. The alert stays open; people are told."""
    # Weighs what came before it in the same transaction first.
    await take_arrivals(uow)
    message = event.read(DepartmentRecordUnlinked)
    record = (message.department, message.record_id)
    household_id = parse_id(message.household_id, field="household_id")
    versions = await uow.signals.versions({record})
    newest = max(versions, key=lambda signal: signal.version, default=None)
    fact = (await uow.facts.newest({record})).get(record)
    signals, tellings, factors = [], [], set()
    if newest is not None and newest.version < message.version and newest.household_id == household_id:
        signals.append(replace(newest, id=new_id(), version=message.version, kind=UNLINKED, amount=Decimal(0)))
        factors.add(newest.factor)
    if fact is not None and fact.version < message.version and fact.household_id == household_id:
        tellings.append((unlinked(fact, version=message.version),))
        factors.add(fact.factor)
    await take_in(uow, signals, tellings)
    uow.arrivals.likelihood(household_id)
    for factor in sorted(factors):
        alert = await uow.alerts.open_of(household_id, factor)
        if alert is not None:
            await tell_of_alerts(uow, [(alert, NotificationKind.RECORD_UNLINKED)])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cost:
    factor: RiskFactor
    money: Money
    on: str


def to_signal(message: DepartmentRecordLinked) -> Signal | None:
    cost = _cost_of(message)
    if cost is None:
        return None
    return Signal(
        id=new_id(),
        department=message.department,
        record_id=message.record_id,
        version=message.version,
        household_id=parse_id(message.household_id, field="household_id"),
        member_id=parse_id(message.member_id, field="member_id"),
        area_path=message.area_path,
        factor=cost.factor,
        kind=message.event_type,
        occurred_on=date.fromisoformat(cost.on),
        amount=Decimal(cost.money.cents).scaleb(-2),
        currency=cost.money.currency,
        corrects=message.corrects_record_id or None,
    )


def _cost_of(message: DepartmentRecordLinked) -> _Cost | None:
    """A record may come without its money: an enrolment costs nothing."""
    match message.WhichOneof("detail"):
        case "health_insurance":
            care = message.health_insurance
            return _Cost(
                factor=RiskFactor.ILLNESS, money=care.oop_amount, on=care.settlement_date or message.event_date
            )
        case "education" if message.education.HasField("cost_after_aid"):
            return _Cost(factor=RiskFactor.EDUCATION, money=message.education.cost_after_aid, on=message.event_date)
        case "emergency" if message.emergency.HasField("loss_amount"):
            return _Cost(factor=RiskFactor.DISASTER, money=message.emergency.loss_amount, on=message.event_date)
        case "accident" if message.accident.HasField("uncompensated_loss"):
            return _Cost(factor=RiskFactor.ACCIDENT, money=message.accident.uncompensated_loss, on=message.event_date)
        case _:
            return None
