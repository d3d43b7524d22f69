"""What the risk service does with reports about places."""

from __future__ import annotations

from datetime import date

from chassis.ids import new_id, parse_id
from chassis.subscription import ReceivedEvent
from contracts.households.v1.events_pb2 import AreaConditionReported
from risk_service.conditions.domain import Condition
from risk_service.conditions.service import receive_condition
from risk_service.copies.service import settle
from risk_service.uow import RiskUnitOfWork


async def take_condition(uow: RiskUnitOfWork, event: ReceivedEvent) -> None:
    """Water points are heard; what agriculture reports of whole areas says nothing yet."""
    message = event.read(AreaConditionReported)
    condition = to_condition(message)
    if condition is not None:
        await settle(uow)
        served = [parse_id(household_id, field="household_ids") for household_id in message.household_ids]
        await receive_condition(uow, condition, served=served)


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
