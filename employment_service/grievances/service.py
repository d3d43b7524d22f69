"""Complaining, being answered, and being watched over afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from uuid import UUID

from chassis.errors import Conflict, InvalidInput
from chassis.identity import Role
from chassis.identity.actor import AREA_PATH
from chassis.ids import new_id
from employment_service.access import POLICY
from employment_service.grievances import domain
from employment_service.grievances.domain import (
    Grievance,
    GrievanceChannel,
    GrievanceKind,
    GrievanceNotFound,
    GrievanceState,
    Hearing,
)
from employment_service.guarding import guarding
from employment_service.safeguards.flags.domain import FlagCode
from employment_service.safeguards.flags.service import About, raise_flag
from employment_service.safeguards.independence import named_others, require_monitor
from employment_service.uow import EmploymentUnitOfWork
from employment_service.workers.domain import Worker
from employment_service.workers.service import own_worker

FLAGS = {
    GrievanceKind.DOCUMENTS_KEPT: FlagCode.CF8,
    GrievanceKind.FEE_OR_DEBT: FlagCode.CF9,
    GrievanceKind.CANNOT_LEAVE: FlagCode.CF11,
    GrievanceKind.WAGES: FlagCode.CF12,
}
RECEIPT_BYTES = 16


async def file_grievance(
    uow: EmploymentUnitOfWork,
    *,
    kind: GrievanceKind,
    text: str,
    anonymous: bool,
    area_path: str | None,
    channel: GrievanceChannel = GrievanceChannel.APP,
    about_subject: str | None = None,
    about_employer_id: UUID | None = None,
    about_placement_id: UUID | None = None,
) -> tuple[Grievance, str | None]:
    """The grievance, and the receipt that alone opens an anonymous one.

    An anonymous one leaves no subject, no worker, no audit row and no idempotency row behind.
    """
    POLICY.require(uow.actor, "fileGrievance")
    by_monitor = Role.INDEPENDENT_MONITOR in uow.actor.roles
    if (channel is GrievanceChannel.APP) is by_monitor:
        raise InvalidInput(
            "In the app one speaks for oneself; the monitor writes down all the others.", field="channel"
        )
    worker = None if by_monitor else await own_worker(uow)
    place = area_path or (None if worker is None else worker.area_path)
    if place is None or not AREA_PATH.fullmatch(place):
        raise InvalidInput("Say which area it is about.", field="area")
    await uow.require_area(place, field="area")
    if by_monitor:
        require_monitor(uow).require(area_path=place)
    placement = None if about_placement_id is None else await uow.placements.get(about_placement_id)
    if placement is not None and (anonymous or worker is None or placement.worker_id != worker.id):
        # Naming a placement would name its worker, and nobody speaks of somebody else's.
        raise InvalidInput("Name a placement of your own, and not anonymously.", field="placementId")
    receipt = secrets.token_urlsafe(RECEIPT_BYTES) if anonymous or by_monitor else None
    grievance = domain.filed(
        id=new_id(),
        area_path=place,
        kind=kind,
        channel=channel,
        text=text,
        filer=None if receipt else uow.grievances.filer_token(uow.actor.subject),
        receipt=None if receipt is None else uow.grievances.receipt_token(receipt),
        worker_id=None if receipt or worker is None else worker.id,
        household_id=None if receipt else await _household(uow, worker),
        about_subject=about_subject,
        about_employer_id=about_employer_id if placement is None else placement.employer_id,
        about_placement_id=None if placement is None else placement.id,
        at=uow.now,
        policy=await uow.policy(place),
    )
    async with guarding(uow.connection):
        await uow.grievances.add(grievance)
    await _flag(uow, grievance)
    return grievance, receipt


async def _household(uow: EmploymentUnitOfWork, worker: Worker | None) -> UUID | None:
    if worker is not None:
        return worker.household_id
    return None if uow.actor.member_id is None else await uow.households.household_of(uow.actor.member_id)


async def _flag(uow: EmploymentUnitOfWork, grievance: Grievance) -> None:
    code = FLAGS.get(grievance.kind)
    if code is None:
        return
    about = About(
        area_path=grievance.area_path,
        employer_id=grievance.about_employer_id,
        placement_id=grievance.about_placement_id,
        worker_id=grievance.worker_id,
    )
    await raise_flag(uow, code, about, key=f"grievance {grievance.id}")


async def own_grievances(uow: EmploymentUnitOfWork) -> Sequence[Grievance]:
    POLICY.require(uow.actor, "fileGrievance")
    async with guarding(uow.connection):
        return await uow.grievances.of_filer(uow.actor.subject)


async def grievance_of_receipt(uow: EmploymentUnitOfWork, receipt: str) -> Grievance | None:
    POLICY.require(uow.actor, "fileGrievance")
    async with guarding(uow.connection):
        return await uow.grievances.of_receipt(receipt)


async def grievance_page(
    uow: EmploymentUnitOfWork, area_path: str, *, waiting_only: bool, after: UUID | None, count: int
) -> Sequence[Grievance]:
    return await uow.grievances.page(
        area_path, waiting_only=waiting_only, hearing=await hearing_in(uow, area_path), after=after, count=count
    )


async def hearing_in(uow: EmploymentUnitOfWork, area_path: str) -> Hearing:
    """What is about the monitor whom the area names is heard by another, who hears nothing else there."""
    require_monitor(uow).require(area_path=area_path)
    return Hearing(by=uow.actor.subject, only_about=await named_others(uow, area_path))


async def handle_grievance(
    uow: EmploymentUnitOfWork, *, grievance_id: UUID, to: GrievanceState, text: str | None, expected_version: int
) -> Grievance:
    """By the monitor, never by whom it is about: TAKEN_UP, ANSWERED with a text, CLOSED."""
    scope = require_monitor(uow)
    grievance = await uow.grievances.get(grievance_id)
    if grievance is None or not scope.covers(area_path=grievance.area_path):
        raise GrievanceNotFound("There is no such grievance.", field="grievanceId")
    domain.require_handler(grievance, await hearing_in(uow, grievance.area_path))
    if grievance.version != expected_version:
        raise Conflict("The grievance was changed meanwhile. Read it again.", field="expectedVersion")
    changed = domain.stepped(grievance, to, by=uow.actor.subject, at=uow.now, said=text)
    await uow.grievances.save(changed)
    await uow.audit(action="handleGrievance", subject_id=str(grievance.id), purpose=to)
    return changed


async def reopen_grievance(
    uow: EmploymentUnitOfWork, *, grievance_id: UUID, receipt: str | None, text: str
) -> Grievance:
    """By whoever complained: the answer does not do."""
    POLICY.require(uow.actor, "fileGrievance")
    async with guarding(uow.connection):
        grievance = await uow.grievances.get(grievance_id)
        tokens = {uow.grievances.filer_token(uow.actor.subject)}
        if receipt is not None:
            tokens.add(uow.grievances.receipt_token(receipt))
        if grievance is None or not {grievance.filer, grievance.receipt} & tokens:
            raise GrievanceNotFound("There is no such grievance.", field="grievanceId")
        changed = domain.stepped(grievance, GrievanceState.REOPENED, by=None, at=uow.now, said=text)
        await uow.grievances.save(changed)
    return changed
