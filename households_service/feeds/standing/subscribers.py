"""What visits found of the alerts that departments' records raised."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from chassis.ids import parse_id
from chassis.subscription import ReceivedEvent
from contracts.risk.v1 import events_pb2 as risk
from households_service.feeds.departments import Department
from households_service.feeds.standing.domain import VisitOutcome

if TYPE_CHECKING:
    from households_service.uow import HouseholdsUnitOfWork


async def take_visit(uow: HouseholdsUnitOfWork, event: ReceivedEvent) -> None:
    """A visit of before there were outcomes says nothing of a feed."""
    message = event.read(risk.VisitReported)
    outcome = outcome_of(message)
    if outcome is None:
        return
    await uow.standing.add_visit(
        parse_id(message.visit_id, field="visit_id"),
        departments_of(message),
        area_path=event.area_path,
        outcome=outcome,
        on=date.fromisoformat(message.visited_on),
    )


def outcome_of(message: risk.VisitReported) -> VisitOutcome | None:
    if message.outcome == risk.VISIT_OUTCOME_UNSPECIFIED:
        return None
    return VisitOutcome(risk.VisitOutcome.Name(message.outcome).removeprefix("VISIT_OUTCOME_"))


def departments_of(message: risk.VisitReported) -> frozenset[Department]:
    """Those that are feeds of ours."""
    known = set(Department)
    return frozenset(Department(one.department) for one in message.records if one.department in known)
