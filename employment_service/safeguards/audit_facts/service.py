"""Telling one's sex for audits, taking it back, and the one reader there is: the audit of a run that is solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from employment_service.guarding import guarding
from employment_service.safeguards.audit_facts.domain import SexForAudits
from employment_service.uow import EmploymentUnitOfWork
from employment_service.workers.service import require_own_worker


async def tell_sex(uow: EmploymentUnitOfWork, sex: SexForAudits | None) -> None:
    """By the worker alone; no audit row says who told one."""
    worker = await require_own_worker(uow, "changeWorker")
    async with guarding(uow.connection):
        await uow.audit_facts.put(worker.id, worker.area_path, sex)


async def own_sex(uow: EmploymentUnitOfWork) -> SexForAudits | None:
    worker = await require_own_worker(uow, "changeWorker")
    async with guarding(uow.connection):
        return (await uow.audit_facts.of([worker.id])).get(worker.id)


async def sexes_for_audit(uow: EmploymentUnitOfWork, worker_ids: Sequence[UUID]) -> Mapping[UUID, SexForAudits]:
    """Asked for once a run is solved and its proposals are made, never before."""
    async with guarding(uow.connection):
        return await uow.audit_facts.of(worker_ids)
