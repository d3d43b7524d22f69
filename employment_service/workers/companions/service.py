"""Naming a companion, taking it back, and refusing: each at once, and by the worker alone."""

from __future__ import annotations

from uuid import UUID

from chassis.errors import Forbidden
from chassis.identity import Actor
from employment_service.access import POLICY
from employment_service.matching.runs.following import worker_changed
from employment_service.uow import EmploymentUnitOfWork
from employment_service.workers.companions.domain import require_another
from employment_service.workers.domain import Worker
from employment_service.workers.service import is_self, require_own_worker


async def name_companion(uow: EmploymentUnitOfWork, *, companion_id: UUID) -> Worker:
    """Whether there is such a worker is not told: a name nobody answers looks like one that nobody has."""
    worker = await require_own_worker(uow, "chooseCompanion")
    require_another(worker.id, companion_id)
    before = await uow.companions.pairs_of([worker.id])
    await uow.companions.name(worker_id=worker.id, companion_id=companion_id, area_path=worker.area_path, at=uow.now)
    await _follow(uow, worker, before)
    return worker


async def leave_companion(uow: EmploymentUnitOfWork) -> Worker:
    worker = await require_own_worker(uow, "chooseCompanion")
    before = await uow.companions.pairs_of([worker.id])
    await uow.companions.take_back(worker.id)
    await _follow(uow, worker, before)
    return worker


async def refuse_companion(uow: EmploymentUnitOfWork, *, named_by: UUID) -> Worker:
    """Nothing changes for whoever asked; and it says nothing where nobody did."""
    worker = await require_own_worker(uow, "chooseCompanion")
    await uow.companions.refuse(worker_id=worker.id, named_by=named_by, at=uow.now)
    return worker


def may_see_companion(actor: Actor, worker: Worker) -> bool:
    try:
        scope = POLICY.require(actor, "readCompanion")
    except Forbidden:
        return False
    return scope.covers(area_path=worker.area_path, own=is_self(actor, worker))


async def _follow(uow: EmploymentUnitOfWork, worker: Worker, before: dict[UUID, UUID]) -> None:
    """A plan changes only where two were joined or parted."""
    if before != await uow.companions.pairs_of([worker.id]):
        await worker_changed(uow, worker.id)
