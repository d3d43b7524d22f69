"""What came of calls: one tap each, several at once, the same again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.errors import Refusal
from chassis.ids import new_id
from employment_service.access import POLICY
from employment_service.calls.contacts import keep_contact
from employment_service.calls.domain import (
    CallClaim,
    CallOutcome,
    CallReason,
    CallRequest,
    Contact,
    RequestAbout,
    contact_of,
    pauses_after,
    require_call_back_time,
    require_few,
)
from employment_service.calls.refusals import CallAlreadyRecorded, CallClaimNotHeld
from employment_service.notices.domain import NoticeKind, noticed
from employment_service.policies.domain import EmploymentPolicy
from employment_service.uow import EmploymentUnitOfWork
from employment_service.workers.domain import ContactPreference, Worker, WorkerNotFound

CALL_BACK_HOLDS = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """`spoke_of_work`: also about work, though the call was about something else."""

    claim_id: UUID
    outcome: CallOutcome
    call_back_at: datetime | None = None
    spoke_of_work: bool = False


async def record_calls(
    uow: EmploymentUnitOfWork, *, calls: Sequence[Called]
) -> tuple[list[Contact], list[tuple[UUID, Refusal]]]:
    """The contacts, and what could not be recorded with the reason; the others are recorded all the same.

    The claim is the key: the same outcome again gives the same contact, another one is refused. A claim that ran out
    during a long call still counts unless a colleague took the worker over.
    """
    POLICY.require(uow.actor, "callWorkers")
    require_few(len(calls), field="calls")
    ids = [call.claim_id for call in calls]
    known = await uow.calls.contacts_of_claims(ids, by=uow.actor.subject)
    held = await uow.calls.claims(ids, by=uow.actor.subject)
    done: list[Contact] = []
    refused: list[tuple[UUID, Refusal]] = []
    for call in calls:
        try:
            contact = known.get(call.claim_id)
            if contact is None:
                contact = await _recorded(uow, held.get(call.claim_id), call)
                known[call.claim_id] = contact
            elif contact.outcome is not call.outcome:
                raise CallAlreadyRecorded(f"This call was recorded as {contact.outcome}.", field="claimId")
            done.append(contact)
        except Refusal as refusal:
            refused.append((call.claim_id, refusal))
    return done, refused


async def _recorded(uow: EmploymentUnitOfWork, claim: CallClaim | None, call: Called) -> Contact:
    if claim is None:
        raise CallClaimNotHeld("This worker is not yours to call any more.", field="claimId")
    require_call_back_time(call.outcome, call.call_back_at, now=uow.now)
    worker = await uow.workers.get(claim.worker_id)
    if worker is None:
        raise WorkerNotFound("There is no such worker.", field="claimId")
    policy = await uow.policy(claim.area_path)
    contact = contact_of(
        claim,
        call.outcome,
        id=new_id(),
        at=uow.now,
        spoke_of_work=call.spoke_of_work,
        still_asked=_still_asks(worker, claim),
    )
    misses = await _misses(uow, worker.id, policy) + 1 if call.outcome is CallOutcome.NO_ANSWER else 0
    await keep_contact(uow, worker, contact)
    await uow.call_list.called(claim)
    await uow.calls.pause(
        worker.id,
        worker.area_path,
        pauses_after(
            call.outcome, claim.reasons, at=uow.now, call_back_at=call.call_back_at, misses=misses, policy=policy
        ),
        at=uow.now,
    )
    await _follow(uow, worker, claim, call)
    await uow.audit(action="recordCall", subject_id=str(worker.id), purpose=call.outcome)
    return contact


async def _follow(uow: EmploymentUnitOfWork, worker: Worker, claim: CallClaim, call: Called) -> None:
    match call.outcome:
        case CallOutcome.REACHED:
            await uow.calls.drop_requests(worker.id, *_answered(claim))
        case CallOutcome.CALL_BACK:
            await uow.calls.drop_requests(worker.id, RequestAbout.CALL_BACK)
            at = call.call_back_at or uow.now
            await uow.calls.add_request(
                CallRequest(
                    id=new_id(),
                    worker_id=worker.id,
                    area_path=worker.area_path,
                    about=RequestAbout.CALL_BACK,
                    offer_id=None,
                    asked_at=uow.now,
                    call_from=at,
                    until=at + CALL_BACK_HOLDS,
                )
            )
            await uow.call_list.enter(worker.id, worker.area_path, CallReason.CALL_BACK_DUE, since=at)
        case CallOutcome.WRONG_NUMBER:
            await uow.calls.note_wrong_number(worker.id, worker.area_path, at=uow.now)
            await uow.notices.add(noticed(worker, NoticeKind.NUMBER_NOT_REACHED, id=new_id(), at=uow.now))
        case CallOutcome.ASKED_NOT_TO_BE_CALLED:
            await uow.workers.stop_calls(worker.id)
            await uow.calls.drop_requests(worker.id)
        case CallOutcome.NO_ANSWER:
            pass


def _answered(claim: CallClaim) -> list[RequestAbout]:
    """The requests that a talk has answered; one for a later hour or another day stays."""
    answers = {
        CallReason.CALL_ASKED: RequestAbout.CALL,
        CallReason.CALL_BACK_DUE: RequestAbout.CALL_BACK,
        CallReason.OFFER_EXPIRING: RequestAbout.OFFER,
    }
    return [answers[reason] for reason in claim.reasons if reason in answers] or [RequestAbout.CALL_BACK]


def _still_asks(worker: Worker, claim: CallClaim) -> bool:
    if worker.contact.preference is not ContactPreference.PHONE:
        return False
    return worker.seeking or set(claim.reasons) != {CallReason.NEW_MATCH}


async def _misses(uow: EmploymentUnitOfWork, worker_id: UUID, policy: EmploymentPolicy) -> int:
    """Calls without an answer since the last talk."""
    latest = await uow.calls.contacts_of(worker_id, count=policy.call_tries)
    missed = 0
    for contact in latest:
        if contact.outcome is not CallOutcome.NO_ANSWER:
            break
        missed += 1
    return missed
