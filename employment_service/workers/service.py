"""A worker's own acts: register, change the profile, ask for work nearby, stop seeking."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from chassis.errors import Conflict, Forbidden, InvalidInput
from chassis.idempotency import once
from chassis.identity import Actor
from chassis.ids import new_id
from employment_service.access import POLICY
from employment_service.calls.contacts import keep_contact
from employment_service.calls.domain import number_shown
from employment_service.calls.refusals import CallClaimedByAnother, CallClaimNotHeld
from employment_service.follow_ups.planning import plan_again
from employment_service.matching.runs.following import worker_changed
from employment_service.occupations.sources import isco
from employment_service.placements.sharing import change_of
from employment_service.uow import Begin, EmploymentUnitOfWork
from employment_service.workers.domain import (
    AlreadyRegistered,
    Contact,
    ContactPreference,
    DidNotAskToBeCalled,
    IdentityNotVerified,
    TooManyAttempts,
    Wishes,
    Worker,
    WorkerExperience,
    WorkerNotFound,
    require_working_age,
)

MOST_EXPERIENCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedMember:
    member_id: UUID
    household_id: UUID
    area_path: str


class MemberVerifier(Protocol):
    """Asks the households service; nothing of what is asked is kept here."""

    async def verify(self, *, id_number: str, name: str, date_of_birth: date) -> VerifiedMember | None: ...


async def register_worker(
    begin: Begin,
    actor: Actor,
    verifier: MemberVerifier,
    *,
    id_number: str,
    name: str,
    date_of_birth: date,
    contact: Contact,
    wishes: Wishes,
    shares_work_state: bool,
    idempotency_key: str,
) -> Worker:
    """Binds the caller's token subject to the member they prove to be. No transaction is open while others are asked.

    Raises IdentityNotVerified without saying which of the three did not fit.
    """
    POLICY.require(actor, "registerWorker")
    # Nothing that identifies a person goes into the fingerprint: a digest of an ID number can be searched through.
    request = _fingerprint(contact, wishes, shares_work_state)
    async with begin(actor) as uow:
        registered = await uow.workers.of_subject(actor.subject) is not None
        if not registered:
            await _note_attempt(uow, date_of_birth)
    found = None
    if not registered:
        found = await verifier.verify(id_number=id_number, name=name, date_of_birth=date_of_birth)
        if found is None or actor.member_id not in {None, found.member_id}:
            raise IdentityNotVerified("ID number, name and date of birth do not belong to one registered person.")
    try:
        async with begin(actor) as uow:

            async def make() -> UUID:
                if found is None:
                    raise AlreadyRegistered("You are registered already.")
                if await uow.workers.by_member([found.member_id]):
                    raise AlreadyRegistered("This person is registered already.")
                worker = Worker(
                    id=new_id(),
                    subject=actor.subject,
                    member_id=found.member_id,
                    household_id=found.household_id,
                    area_path=found.area_path,
                    date_of_birth=date_of_birth,
                    contact=contact,
                    wishes=wishes,
                    registered_at=uow.now,
                    shares_work_state=shares_work_state,
                )
                await uow.workers.add(worker)
                await uow.workers.forget_attempts(actor.subject)
                await uow.audit(action="registerWorker", subject_id=str(worker.id), purpose="OWN_ACT")
                return worker.id

            worker_id = await once(uow, "registerWorker", idempotency_key, request, make)
            return await get_worker(uow, worker_id)
    except IntegrityError:
        raise AlreadyRegistered("You are registered already.") from None


async def _note_attempt(uow: EmploymentUnitOfWork, date_of_birth: date) -> None:
    """Raises TooYoung, or TooManyAttempts: nobody finds out by trying whose number it is."""
    policy, today = await uow.policy(""), await uow.today("")
    require_working_age(date_of_birth, on=today, least_age=policy.least_age)
    since = uow.now - timedelta(days=1)
    if await uow.workers.attempts_since(uow.actor.subject, since) >= policy.verification_attempts_a_day:
        raise TooManyAttempts("Too many attempts today. Try again tomorrow or ask the employment office.")
    await uow.workers.note_attempt(uow.actor.subject, uow.now)


async def own_worker(uow: EmploymentUnitOfWork) -> Worker | None:
    """The caller as a worker; a token that names another member is nobody's."""
    worker = await uow.workers.of_subject(uow.actor.subject)
    if worker is None or uow.actor.member_id not in {None, worker.member_id}:
        return None
    return worker


async def require_own_worker(uow: EmploymentUnitOfWork, action: str) -> Worker:
    POLICY.require(uow.actor, action)
    worker = await own_worker(uow)
    if worker is None:
        raise WorkerNotFound("You are not registered for work.")
    return worker


def is_self(actor: Actor, worker: Worker) -> bool:
    return worker.subject == actor.subject and actor.member_id in {None, worker.member_id}


async def get_worker(uow: EmploymentUnitOfWork, worker_id: UUID) -> Worker:
    """Raises WorkerNotFound also where the caller may not know of them."""
    worker = await uow.workers.get(worker_id)
    if worker is None or not visible(uow.actor, worker):
        raise WorkerNotFound("There is no such worker.", field="workerId")
    return worker


def visible(actor: Actor, worker: Worker) -> bool:
    try:
        scope = POLICY.require(actor, "readWorker")
    except Forbidden:
        return False
    return scope.covers(area_path=worker.area_path, own=is_self(actor, worker))


async def workers_by_member(uow: EmploymentUnitOfWork, member_ids: Collection[UUID]) -> dict[UUID, Worker]:
    """Only those the caller may see; nobody else can tell whether a person registered."""
    found = await uow.workers.by_member(member_ids)
    return {member: worker for member, worker in found.items() if visible(uow.actor, worker)}


async def update_profile(
    uow: EmploymentUnitOfWork,
    *,
    expected_version: int,
    contact: Contact | None = None,
    wishes: Wishes | None = None,
    seeking: bool | None = None,
    shares_work_state: bool | None = None,
    follow_up_wanted: bool | None = None,
    experience: tuple[WorkerExperience, ...] | None = None,
) -> Worker:
    worker = await require_own_worker(uow, "changeWorker")
    if worker.version != expected_version:
        raise Conflict("The profile was changed meanwhile. Read it again.", field="expectedVersion")
    changed = replace(
        worker,
        contact=worker.contact if contact is None else contact,
        wishes=worker.wishes if wishes is None else wishes,
        seeking=worker.seeking if seeking is None else seeking,
        shares_work_state=worker.shares_work_state if shares_work_state is None else shares_work_state,
        follow_up_wanted=worker.follow_up_wanted if follow_up_wanted is None else follow_up_wanted,
        experience=worker.experience if experience is None else require_experience(experience),
        version=worker.version + 1,
    )
    await uow.workers.save(changed)
    if contact is not None:
        await uow.calls.number_given(worker.id)
        if contact.preference is not ContactPreference.PHONE:
            await uow.calls.drop_requests(worker.id)
    if wishes is not None:
        await uow.calls.search_anew(worker.id)
    if _searches(worker) != _searches(changed):
        await worker_changed(uow, worker.id)
    if worker.follow_up_wanted and not changed.follow_up_wanted:
        await uow.follow_ups.cancel_open(worker_id=worker.id)
    elif changed.follow_up_wanted and not worker.follow_up_wanted:
        await plan_again(uow, changed)
    if worker.shares_work_state != changed.shares_work_state:
        current = await uow.placements.current_of_worker(worker.id)
        today = await uow.today(worker.area_path)
        told = change_of(changed, before=current, after=current, today=today, shared_before=worker.shares_work_state)
        if told is not None:
            uow.emit(told)
    return changed


def _searches(worker: Worker) -> tuple[object, ...]:
    """What a plan is made from."""
    return worker.seeking, worker.wishes, worker.experience


async def ask_for_nearby_work(
    uow: EmploymentUnitOfWork, *, max_distance_km: float, max_commute_minutes: int | None
) -> Worker:
    """The worker's own request: moves nobody, only says what may be offered from now on."""
    worker = await require_own_worker(uow, "changeWorker")
    wishes = replace(worker.wishes, max_distance_km=max_distance_km, max_commute_minutes=max_commute_minutes)
    asked = replace(worker, wishes=wishes, seeking=True, asked_nearby_at=uow.now, version=worker.version + 1)
    await uow.workers.save(asked)
    await uow.offers.end_quiet(worker.id)
    await uow.calls.search_anew(worker.id)
    await worker_changed(uow, worker.id)
    return asked


async def reveal_phone(uow: EmploymentUnitOfWork, *, worker_id: UUID, reason: str, claim_id: UUID | None = None) -> str:
    """Only of a worker who asked to be called, and each time with a reason in the audit log.

    `claim_id`: the call it is needed for. While a colleague has the worker, nobody else gets the number; a number
    shown for no call on the list stands among the worker's contacts as one that was not asked for.
    """
    scope = POLICY.require(uow.actor, "revealPhone")
    if not 3 <= len(reason.strip()) <= 500:
        raise InvalidInput("Say in 3 to 500 characters why you call.", field="reason")
    worker = await get_worker(uow, worker_id)
    scope.require(area_path=worker.area_path)
    phone = worker.contact.phone
    if worker.contact.preference is not ContactPreference.PHONE or phone is None:
        raise DidNotAskToBeCalled("This worker did not ask to be called.")
    claim = await uow.calls.claim_on(worker.id, now=uow.now)
    if claim is not None and claim.claimed_by != uow.actor.subject:
        raise CallClaimedByAnother("A colleague has this worker now.", field="workerId")
    if claim_id is not None and (claim is None or claim.id != claim_id):
        raise CallClaimNotHeld("This worker is not yours to call any more.", field="claimId")
    if claim_id is None:
        await keep_contact(uow, worker, number_shown(worker, id=new_id(), at=uow.now, by=uow.actor.subject))
    purpose = reason.strip() if claim_id is None else f"call {claim_id}: {reason.strip()}"
    await uow.audit(action="revealPhone", subject_id=str(worker.id), purpose=purpose, fields=["phone"])
    return phone


def require_experience(said: tuple[WorkerExperience, ...]) -> tuple[WorkerExperience, ...]:
    """Raises InvalidInput and OccupationNotFound."""
    if len(said) > MOST_EXPERIENCE:
        raise InvalidInput(f"At most {MOST_EXPERIENCE} kinds of past work can be named.", field="experience")
    for each in said:
        if each.occupation is not None:
            isco().get(each.occupation)
    return said


def _fingerprint(contact: Contact, wishes: Wishes, shares_work_state: bool) -> bytes:  # noqa: FBT001 - one private call
    return json.dumps(
        [
            contact.preference,
            sorted(wishes.qualifications),
            wishes.wage_floor_cents,
            wishes.max_distance_km,
            wishes.max_commute_minutes,
            sorted(wishes.health_limits),
            sorted(wishes.languages),
            sorted(wishes.farm_months),
            None if wishes.free_from is None else wishes.free_from.isoformat(),
            shares_work_state,
        ]
    ).encode()
