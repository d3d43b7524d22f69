"""A worker's own wishes about being called, and what calls there were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chassis.errors import Conflict
from chassis.idempotency import once
from chassis.ids import new_id
from employment_service.access import POLICY
from employment_service.calls.domain import CallReason, CallRequest, Contact, RequestAbout
from employment_service.offers.domain import OPEN, Offer, OfferNotFound, OfferNotOpen
from employment_service.safeguards.independence import require_watching_monitor
from employment_service.uow import EmploymentUnitOfWork
from employment_service.workers.domain import ContactPreference, DidNotAskToBeCalled, Worker
from employment_service.workers.service import get_worker, is_self, require_own_worker

LONGEST_OFFER = timedelta(days=60)
"""Longer than any offer runs; the reason ends with the offer itself."""


class CallRequestGone(Conflict):
    code = "CALL_REQUEST_GONE"


async def ask_for_call(uow: EmploymentUnitOfWork, *, offer_id: UUID | None, idempotency_key: str) -> CallRequest:
    """Soon, or before an offer of the worker's own runs out.

    It stands until it was answered, has lapsed or is taken back: a decline does not take it back by itself, as its
    sudden end would tell the staff of the no.
    """
    worker = await require_own_worker(uow, "askForCall")
    if worker.contact.preference is not ContactPreference.PHONE:
        raise DidNotAskToBeCalled("Say first that you want to be called, and under which number.", field="offerId")
    policy = await uow.policy(worker.area_path)

    async def make() -> UUID:
        about = RequestAbout.CALL if offer_id is None else RequestAbout.OFFER
        since, reason = uow.now, CallReason.CALL_ASKED
        if offer_id is not None:
            offer = await _require_open(uow, worker, offer_id)
            since, reason = offer.expires_at - timedelta(days=policy.call_expiring_days), CallReason.OFFER_EXPIRING
        for before in await uow.calls.requests_of(worker.id):
            if (before.about, before.offer_id) == (about, offer_id):
                await uow.calls.drop_requests(worker.id, request_id=before.id)
        request = CallRequest(
            id=new_id(),
            worker_id=worker.id,
            area_path=worker.area_path,
            about=about,
            offer_id=offer_id,
            asked_at=uow.now,
            call_from=uow.now,
            until=uow.now + LONGEST_OFFER if offer_id else uow.now + timedelta(days=policy.call_request_days),
        )
        await uow.calls.add_request(request)
        await uow.call_list.enter(worker.id, worker.area_path, reason, since=since)
        return request.id

    made = await once(uow, "askForCall", idempotency_key, str(offer_id).encode(), make)
    found = next((each for each in await uow.calls.requests_of(worker.id) if each.id == made), None)
    if found is None:
        raise CallRequestGone("This wish was answered or taken back already.", field="idempotencyKey")
    return found


async def take_back_call_request(uow: EmploymentUnitOfWork, *, request_id: UUID) -> Sequence[CallRequest]:
    """What is left. Taking back what is gone changes nothing."""
    worker = await require_own_worker(uow, "askForCall")
    await uow.calls.drop_requests(worker.id, request_id=request_id)
    return await own_requests(uow)


async def own_requests(uow: EmploymentUnitOfWork) -> Sequence[CallRequest]:
    worker = await require_own_worker(uow, "askForCall")
    return [each for each in await uow.calls.requests_of(worker.id) if each.until > uow.now]


async def own_openings(uow: EmploymentUnitOfWork) -> Sequence[tuple[datetime, str, str]]:
    """(when, by whom, why) somebody opened the caller's number."""
    worker = await require_own_worker(uow, "readContacts")
    return await uow.workers.openings_of(worker.id)


async def contacts_with(
    uow: EmploymentUnitOfWork, *, worker_id: UUID, after: UUID | None, count: int
) -> Sequence[Contact]:
    """For the worker and the independent monitor."""
    await _require_readable(uow, worker_id)
    return await uow.calls.contacts_of(worker_id, after=after, count=count)


async def count_contacts_with(uow: EmploymentUnitOfWork, *, worker_id: UUID) -> int:
    await _require_readable(uow, worker_id)
    return await uow.calls.count_contacts(worker_id)


async def _require_readable(uow: EmploymentUnitOfWork, worker_id: UUID) -> None:
    scope = POLICY.require(uow.actor, "readContacts")
    worker = await get_worker(uow, worker_id)
    own = is_self(uow.actor, worker)
    scope.require(area_path=worker.area_path, own=own)
    if not own:
        await require_watching_monitor(uow, worker.area_path)


async def _require_open(uow: EmploymentUnitOfWork, worker: Worker, offer_id: UUID) -> Offer:
    offer = await uow.offers.get(offer_id)
    if offer is None or offer.worker_id != worker.id or offer.withheld:
        raise OfferNotFound("There is no such offer.", field="offerId")
    if offer.state not in OPEN or offer.expires_at <= uow.now:
        raise OfferNotOpen("This offer is no longer open.", field="offerId")
    return offer
