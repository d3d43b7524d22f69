"""The list an officer begins the day with."""

from __future__ import annotations

from chassis.graph import Page, PageRequest
from chassis.identity import Actor, Role
from risk_service.access import READ_TASKS, Visibility, policy, require_area, visibility
from risk_service.uow import RiskUnitOfWork
from risk_service.worklist.domain import WorkItem
from risk_service.worklist.repository import Duties


async def list_work(
    uow: RiskUnitOfWork, actor: Actor, *, area_path: str | None, request: PageRequest
) -> Page[WorkItem]:
    """A specialist's visits, an approver's decisions, everybody else's both."""
    seen, duties = _asked(actor, area_path)
    return await uow.worklist.page(seen, duties, area_path=area_path, now=uow.now, request=request)


async def count_work(uow: RiskUnitOfWork, actor: Actor, *, area_path: str | None) -> int:
    seen, duties = _asked(actor, area_path)
    return await uow.worklist.count(seen, duties, area_path=area_path)


def _asked(actor: Actor, area_path: str | None) -> tuple[Visibility, Duties]:
    scope = policy.require(actor, READ_TASKS)
    require_area(actor, scope, area_path)
    return visibility(actor, scope), duties_of(actor)


def duties_of(actor: Actor) -> Duties:
    visits, decides = actor.has(Role.VILLAGE_SPECIALIST), actor.has(Role.COUNTY_APPROVER)
    if not visits and not decides:
        return Duties(visits=True, visits_of=None, decisions=True)
    return Duties(visits=visits, visits_of=actor.subject if visits else None, decisions=decides)
