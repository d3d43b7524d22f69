"""Reading alerts, and keeping their priorities right."""

from __future__ import annotations

from uuid import UUID

from chassis.graph import Page, PageRequest
from chassis.identity import Actor
from risk_service.access import READ_ALERTS, Visibility, policy, require_area, visibility
from risk_service.alerts.domain import Alert, prioritised
from risk_service.alerts.repository import AlertFilter, AlertOrder
from risk_service.copies.domain import Reach
from risk_service.uow import RiskUnitOfWork


async def renew_priorities(uow: RiskUnitOfWork, household_id: UUID) -> None:
    known = await uow.alerts.open_of_household(household_id)
    for before, after in zip(known, prioritised(known), strict=True):
        if before.priority is not after.priority:
            await uow.alerts.put_priority(after)


async def list_alerts(
    uow: RiskUnitOfWork, actor: Actor, *, wanted: AlertFilter, order: AlertOrder, request: PageRequest
) -> Page[Alert]:
    return await uow.alerts.page(_seen(actor, wanted), wanted, order, request)


async def count_alerts(uow: RiskUnitOfWork, actor: Actor, *, wanted: AlertFilter) -> int:
    return await uow.alerts.count(_seen(actor, wanted), wanted)


def _seen(actor: Actor, wanted: AlertFilter) -> Visibility:
    """Raises Forbidden for a role that reads no alerts, and for an area that is not the caller's."""
    scope = policy.require(actor, READ_ALERTS)
    require_area(actor, scope, wanted.area_path)
    return visibility(actor, scope)


def reach_without_copy(alert: Alert) -> Reach:
    """Of a household that left the registry: its alerts stay visible by area."""
    return Reach(
        household_id=alert.household_id,
        area_path=alert.area_path,
        paired_subjects=frozenset(),
        member_ids=frozenset(),
    )
