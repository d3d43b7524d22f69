"""Which cases a caller sees."""

from __future__ import annotations

from uuid import UUID

from chassis.graph import Page, PageRequest
from chassis.identity import Actor
from risk_service.access import READ_CASES, Visibility, policy, require_area, visibility
from risk_service.cases.domain import MonitoringCase
from risk_service.cases.repository import CaseFilter
from risk_service.copies.domain import HouseholdNotFound
from risk_service.copies.reach import reach_of
from risk_service.sight import covers
from risk_service.uow import RiskUnitOfWork


async def list_cases(
    uow: RiskUnitOfWork, actor: Actor, *, wanted: CaseFilter, request: PageRequest
) -> Page[MonitoringCase]:
    return await uow.cases.page(_seen(actor, wanted), wanted, request)


async def count_cases(uow: RiskUnitOfWork, actor: Actor, *, wanted: CaseFilter) -> int:
    return await uow.cases.count(_seen(actor, wanted), wanted)


async def read_case(uow: RiskUnitOfWork, actor: Actor, *, case_id: UUID) -> MonitoringCase | None:
    """None for a case that is not there, or not for this caller."""
    scope = policy.require(actor, READ_CASES)
    case = await uow.cases.get(case_id)
    if case is None:
        return None
    try:
        reach = await reach_of(uow, case.household_id)
    except HouseholdNotFound:
        # The household left the registry; its case stays visible by area.
        return case if scope.covers(area_path=case.area_path) else None
    return case if covers(actor, scope, reach) else None


def _seen(actor: Actor, wanted: CaseFilter) -> Visibility:
    """Raises Forbidden for a role that reads no cases, and for an area that is not the caller's."""
    scope = policy.require(actor, READ_CASES)
    require_area(actor, scope, wanted.area_path)
    return visibility(actor, scope)
