"""What the risk service does with reports about places."""

from __future__ import annotations

from datetime import date, datetime

from chassis.ids import new_id, parse_id
from chassis.subscription import ReceivedEvent
from contracts.households.v1.events_pb2 import AreaConditionReported
from risk_service.conditions.domain import Condition
from risk_service.conditions.service import receive_condition
from risk_service.copies.service import take_arrivals
from risk_service.signals.factors.costs import NOBODY
from risk_service.signals.factors.facts import Fact
from risk_service.signals.factors.messages import to_facts
from risk_service.signals.facts.service import receive_of_area
from risk_service.uow import RiskUnitOfWork


async def take_condition(uow: RiskUnitOfWork, event: ReceivedEvent) -> None:
    """A supply point warns whom it serves, a price whoever lives of the product in the area."""
    message = event.read(AreaConditionReported)
    condition, price = to_condition(message), to_price(message, received_at=uow.now)
    if condition is not None:
        await take_arrivals(uow)
        served = [parse_id(household_id, field="household_ids") for household_id in message.household_ids]
        await receive_condition(uow, condition, served=served)
    if price is not None:
        await take_arrivals(uow)
        await receive_of_area(uow, price)


def to_price(message: AreaConditionReported, *, received_at: datetime) -> Fact | None:
    """Of the whole area: of the household NOBODY. Raises FactMalformed."""
    if message.WhichOneof("detail") != "agriculture":
        return None
    (fact,) = to_facts(message, households=[NOBODY], received_at=received_at)
    return fact


def to_condition(message: AreaConditionReported) -> Condition | None:
    if message.WhichOneof("detail") != "water" or not message.point_id:
        return None
    detail = message.water
    return Condition(
        id=new_id(),
        department=message.department,
        record_id=message.record_id,
        version=message.version,
        point_id=parse_id(message.point_id, field="point_id"),
        area_path=message.area_path,
        kind=message.event_type,
        occurred_on=date.fromisoformat(message.event_date),
        corrects=message.corrects_record_id or None,
        outage_days=detail.outage_days if detail.HasField("outage_days") else None,
        quality_ok=detail.quality_ok if detail.HasField("quality_ok") else None,
    )
