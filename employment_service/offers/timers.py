"""What becomes of offers by time alone: they run out, and what they told is deleted."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from chassis.timers import DueTimer, TimerKind
from employment_service.matching.runs.following import offer_ended
from employment_service.offers import domain
from employment_service.offers.domain import Offer, OfferState
from employment_service.policies.domain import EmploymentPolicy
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.places import with_reservation_released

RUNS_OUT = "offer-runs-out"
DETAILS = "decline-details"
FORGOTTEN = "offer-forgotten"
SILENCES = "silences-forgotten"


async def plan(uow: EmploymentUnitOfWork, offer: Offer, policy: EmploymentPolicy) -> None:
    """The end of the offer, and of its row: on the same day for every answer, so that no gap tells one."""
    await uow.schedule(RUNS_OUT, str(offer.id), offer.expires_at)
    await uow.schedule(FORGOTTEN, str(offer.id), offer.expires_at + timedelta(days=policy.decline_detail_days))


async def plan_deletion_of_details(uow: EmploymentUnitOfWork, offer: Offer, policy: EmploymentPolicy) -> None:
    await uow.schedule(DETAILS, str(offer.id), uow.now + timedelta(days=policy.decline_detail_days))


async def run_out(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    """Gives the place back whatever the answer was; no event tells of it."""
    offer = await uow.offers.get(UUID(due.key))
    if offer is None:
        return
    vacancy = await uow.vacancies.locked(offer.vacancy_id)
    offer = await uow.offers.get(offer.id, lock=True)
    if offer is None or vacancy is None:
        return
    ended = domain.run_out(offer, at=uow.now)
    if ended is offer:
        return
    await uow.offers.save(ended)
    await uow.vacancies.save_places(with_reservation_released(vacancy))
    await offer_ended(uow, offer.worker_id)


async def delete_details(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    offer = await uow.offers.get(UUID(due.key), lock=True)
    if offer is not None and offer.state is OfferState.DECLINED:
        await uow.offers.save(domain.details_deleted(offer))


async def forget(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    """An accepted offer stays with its placement; every other one goes."""
    offer = await uow.offers.get(UUID(due.key), lock=True)
    if offer is None or offer.place_held or offer.state in {OfferState.ACCEPTED, OfferState.WITHDRAWN}:
        return
    await uow.offers.delete(offer.id)


async def forget_silences(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    del due
    policy, today = await uow.policy(""), await uow.today("")
    await uow.offers.forget_silences(declined_before=today - timedelta(days=policy.decline_tombstone_days))


KINDS = (
    TimerKind(name=RUNS_OUT, handle=run_out),
    TimerKind(name=DETAILS, handle=delete_details),
    TimerKind(name=FORGOTTEN, handle=forget),
    TimerKind(name=SILENCES, handle=forget_silences, every=timedelta(days=1)),
)
