"""Switching offers on for an area, and the monitor's own powers."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from chassis.errors import Conflict, InvalidInput
from chassis.idempotency import once
from chassis.identity.actor import AREA_PATH
from chassis.ids import new_id
from employment_service.access import POLICY
from employment_service.safeguards import domain
from employment_service.safeguards.domain import Checklist, RecruitmentSafeguards, SafeguardsNotFound
from employment_service.uow import EmploymentUnitOfWork


async def activate_safeguards(
    uow: EmploymentUnitOfWork, *, area_path: str, checklist: Checklist, idempotency_key: str
) -> RecruitmentSafeguards:
    scope = POLICY.require(uow.actor, "activateSafeguards")
    if not AREA_PATH.fullmatch(area_path):
        raise InvalidInput('An area path looks like "99/01/01/".', field="area")
    scope.require(area_path=area_path)
    request = repr((area_path, checklist)).encode()

    async def make() -> UUID:
        await uow.require_area(area_path, field="area")
        policy = await uow.policy(area_path)
        previous = await uow.safeguards.newest_of(area_path)
        record = domain.activate(
            id=new_id(),
            area_path=area_path,
            checklist=checklist,
            previous=previous,
            by=uow.actor.subject,
            on=await uow.today(area_path),
            longest_months=policy.safeguards_months,
            overlapping=await uow.safeguards.overlapping(area_path),
        )
        if previous is not None:
            if previous.suspended_at is not None:
                record = replace(record, suspended_at=previous.suspended_at)
            await uow.safeguards.save(replace(previous, superseded_at=uow.now, version=previous.version + 1))
        await uow.safeguards.add(record)
        await uow.audit(action="activateSafeguards", subject_id=str(record.id), purpose=area_path)
        return record.id

    return await _get(uow, await once(uow, "activateSafeguards", idempotency_key, request, make))


async def step_down(uow: EmploymentUnitOfWork, *, record_id: UUID, expected_version: int) -> RecruitmentSafeguards:
    record = await _of_monitor(uow, record_id, expected_version)
    return await _saved(uow, domain.step_down(record, by=uow.actor.subject, at=uow.now), "stepDownAsMonitor")


async def suspend(uow: EmploymentUnitOfWork, *, record_id: UUID, expected_version: int) -> RecruitmentSafeguards:
    record = await _of_monitor(uow, record_id, expected_version)
    return await _saved(uow, domain.suspend(record, by=uow.actor.subject, at=uow.now), "suspendSafeguards")


async def resume(uow: EmploymentUnitOfWork, *, record_id: UUID, expected_version: int) -> RecruitmentSafeguards:
    record = await _of_monitor(uow, record_id, expected_version)
    return await _saved(uow, domain.resume(record, by=uow.actor.subject), "resumeSafeguards")


async def safeguards_for(uow: EmploymentUnitOfWork, area_path: str) -> tuple[RecruitmentSafeguards, ...]:
    POLICY.require(uow.actor, "readSafeguards")
    return await uow.safeguards.at_or_above(area_path)


async def _of_monitor(uow: EmploymentUnitOfWork, record_id: UUID, expected_version: int) -> RecruitmentSafeguards:
    scope = POLICY.require(uow.actor, "monitorSafeguards")
    record = await _get(uow, record_id)
    scope.require(area_path=record.area_path)
    if record.version != expected_version:
        raise Conflict("The record was changed meanwhile. Read it again.", field="expectedVersion")
    return record


async def _get(uow: EmploymentUnitOfWork, record_id: UUID) -> RecruitmentSafeguards:
    record = await uow.safeguards.get(record_id)
    if record is None:
        raise SafeguardsNotFound("There is no such record.", field="id")
    return record


async def _saved(uow: EmploymentUnitOfWork, record: RecruitmentSafeguards, action: str) -> RecruitmentSafeguards:
    await uow.safeguards.save(record)
    await uow.audit(action=action, subject_id=str(record.id), purpose=record.area_path)
    return record
