"""Long work of the risk service, as whoever asked for it sees it."""

from __future__ import annotations

from uuid import UUID

from chassis.access import Scope
from chassis.errors import NotFound
from chassis.jobs import JobRecord, find_job
from risk_service.uow import RiskUnitOfWork


async def job_within(uow: RiskUnitOfWork, scope: Scope, *, kind: str, job_id: UUID) -> JobRecord | None:
    """None for a job that is not there, of another kind, or outside what the caller may see."""
    found = await find_job(uow.connection, job_id)
    if found is None or found.kind != kind or not scope.covers(area_path=found.area_path):
        return None
    return found


async def own_job(uow: RiskUnitOfWork, job_id: UUID, *, missing: type[NotFound]) -> JobRecord:
    """For whoever has just asked for it; raises `missing`."""
    found = await find_job(uow.connection, job_id)
    if found is None:
        raise missing("There is no such job.")
    return found
