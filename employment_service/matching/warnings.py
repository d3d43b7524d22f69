"""What weighs a household: a level for each of its open warnings, taken from the risk service's events.

Nothing else of a warning is kept: no reason, no amount, no likelihood. It lifts what an income is worth to the
household; it never lowers anything, and a no to an offer changes nothing in it.
"""

from __future__ import annotations

from uuid import UUID

from chassis.subscription import ReceivedEvent, Subscription
from contracts.risk.v1 import events_pb2
from contracts.risk.v1.events_pb2 import AlertCleared, AlertEscalated, AlertRaised
from employment_service.uow import EmploymentUnitOfWork

HUNDREDTHS = {events_pb2.ALERT_LEVEL_YELLOW: 125, events_pb2.ALERT_LEVEL_RED: 150}


async def take_raised(uow: EmploymentUnitOfWork, event: ReceivedEvent) -> None:
    warning = event.read(AlertRaised)
    await _put(uow, warning.alert_id, warning.household_id, warning.level)


async def take_escalated(uow: EmploymentUnitOfWork, event: ReceivedEvent) -> None:
    warning = event.read(AlertEscalated)
    await _put(uow, warning.alert_id, warning.household_id, warning.level)


async def take_cleared(uow: EmploymentUnitOfWork, event: ReceivedEvent) -> None:
    await uow.matching.end_warning(UUID(event.read(AlertCleared).alert_id))


async def _put(
    uow: EmploymentUnitOfWork, alert_id: str, household_id: str, level: events_pb2.AlertLevel.ValueType
) -> None:
    if level in HUNDREDTHS:
        await uow.matching.put_warning(
            alert_id=UUID(alert_id), household_id=UUID(household_id), hundredths=HUNDREDTHS[level]
        )


RISK: Subscription[EmploymentUnitOfWork] = Subscription(
    "risk", {AlertRaised: take_raised, AlertEscalated: take_escalated, AlertCleared: take_cleared}
)
