"""The placement that somebody wants to change, locked, if they may."""

from __future__ import annotations

from uuid import UUID

from chassis.errors import Conflict, Forbidden
from employment_service.access import POLICY
from employment_service.placements.domain import Placement, PlacementNotFound
from employment_service.placements.reading import covers
from employment_service.uow import EmploymentUnitOfWork
from employment_service.workers.domain import Worker, WorkerNotFound


async def changeable(
    uow: EmploymentUnitOfWork,
    action: str,
    placement_id: UUID,
    expected_version: int | None,
    *,
    with_others: bool = False,
) -> tuple[Placement, Worker]:
    """Locked behind its vacancy's counters. `None`: whatever the version, since nothing may delay this.

    `with_others`: also the counters of the worker's other work, which a start ends and a start taken back resumes.
    """
    scope = POLICY.require(uow.actor, action)
    placement = await uow.placements.get(placement_id)
    if placement is None:
        raise PlacementNotFound("There is no such placement.", field="placementId")
    worker = await uow.workers.get(placement.worker_id)
    if worker is None:
        raise WorkerNotFound("There is no such worker.")
    if not covers(scope, placement, worker):
        raise Forbidden("This placement is not yours to change.")
    others = await uow.placements.of_worker(worker.id) if with_others else []
    await uow.vacancies.lock_places({placement.vacancy_id, *(each.vacancy_id for each in others)})
    locked = await uow.placements.get(placement_id, lock=True)
    if locked is None or (expected_version is not None and locked.version != expected_version):
        raise Conflict("The placement was changed meanwhile. Read it again.", field="expectedVersion")
    return locked, worker
