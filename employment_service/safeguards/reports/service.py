"""What a worker tells of their own accord; nobody asks for it and nothing is shown back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from chassis.errors import Forbidden
from employment_service.access import POLICY
from employment_service.placements.domain import PlacementNotFound
from employment_service.safeguards.flags import watch
from employment_service.uow import EmploymentUnitOfWork
from employment_service.workers.service import is_self, require_own_worker


async def report_job_contact(uow: EmploymentUnitOfWork, *, happened_on: date) -> None:
    worker = await require_own_worker(uow, "reportJobContact")
    await watch.after_job_contact(uow, worker, happened_on=happened_on, told_by=watch.TOLD_BY_WORKER)


async def report_hours(uow: EmploymentUnitOfWork, *, placement_id: UUID, monday: date, hours: int) -> None:
    scope = POLICY.require(uow.actor, "reportHours")
    placement = await uow.placements.get(placement_id)
    worker = None if placement is None else await uow.workers.get(placement.worker_id)
    if placement is None or worker is None:
        raise PlacementNotFound("There is no such placement.", field="placementId")
    if not scope.covers(own=is_self(uow.actor, worker)):
        raise Forbidden("Only the worker tells their hours.")
    await watch.after_hours_told(uow, placement, monday=monday, hours=hours)
