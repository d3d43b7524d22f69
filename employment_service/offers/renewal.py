"""What new terms do to offers and acceptances of the old ones."""

from __future__ import annotations

from uuid import UUID

from chassis.timers import DueTimer, TimerKind
from employment_service.offers import domain
from employment_service.offers.asking import begin_asking
from employment_service.offers.domain import Offer, OfferState
from employment_service.placements.domain import BEFORE_ARRIVAL, Placement, PlacementState, stepped
from employment_service.placements.reasons import StepReason
from employment_service.trips.domain import Direction, TripState
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import TermsVersion, Vacancy
from employment_service.vacancies.places import with_place_returned

TERMS_REVISED = "terms-revised"
# A no whose place is still held; EXPIRED is what is left of one once its details are deleted.
ANSWERED_NO = frozenset({OfferState.DECLINED, OfferState.EXPIRED})


async def put_offers_anew(uow: EmploymentUnitOfWork, vacancy: Vacancy, *, reason: StepReason) -> Vacancy:
    """Open offers take on the new terms; an acceptance before arrival is void and its place stays held.

    Who has arrived works under the terms they accepted: those cannot be changed from outside. Whoever revises terms
    may not see people of other areas: a timer that is due at once asks those, and does nothing twice.
    The vacancy is locked; it comes back with its counters as they are now.
    """
    await uow.schedule(TERMS_REVISED, f"{vacancy.id} {reason}", uow.now)
    return await _put_anew(uow, vacancy, reason=reason)


async def _put_anew(uow: EmploymentUnitOfWork, vacancy: Vacancy, *, reason: StepReason) -> Vacancy:
    for offer in await uow.offers.live_of_vacancy(vacancy.id):
        if offer.terms_version >= vacancy.terms.number:
            continue
        if offer.state in ANSWERED_NO:
            await _keep_waiting(uow, vacancy, offer)
            continue
        placement = None
        if offer.state is OfferState.ACCEPTED:
            placement = await uow.placements.of_offer(offer.id)
            if placement is None or placement.state not in BEFORE_ARRIVAL:
                continue
        vacancy, _ = await ask_anew(uow, vacancy, offer, vacancy.terms, placement=placement, reason=reason)
    await uow.vacancies.save_places(vacancy)
    return vacancy


async def terms_were_revised(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    vacancy_id, _, reason = due.key.partition(" ")
    vacancy = await uow.vacancies.locked(UUID(vacancy_id))
    if vacancy is not None:
        await _put_anew(uow, vacancy, reason=StepReason(reason))


async def _keep_waiting(uow: EmploymentUnitOfWork, vacancy: Vacancy, offer: Offer) -> None:
    policy = await uow.policy(offer.area_path)
    kept = domain.kept_waiting(offer, revised_at=vacancy.terms.set_at, at=uow.now, policy=policy)
    if kept is not offer:
        await uow.offers.save(kept)
        await begin_asking(uow, kept, policy)


async def ask_anew(
    uow: EmploymentUnitOfWork,
    vacancy: Vacancy,
    offer: Offer,
    version: TermsVersion,
    *,
    placement: Placement | None,
    reason: StepReason,
) -> tuple[Vacancy, Placement | None]:
    """One offer, on other terms: the yes is void, the trip is called off at no cost, and all the time to think begins
    again. The counters of the vacancy are the caller's to save.
    """
    void = None
    if placement is not None:
        today = await uow.today(placement.area_path)
        void = stepped(
            placement, PlacementState.VOIDED, on=today, today=today, at=uow.now, by=uow.actor.subject, reason=reason
        )
        await uow.placements.save(void)
        await uow.trips.settle(placement.id, Direction.OUT, TripState.CANCELLED)
        vacancy = with_place_returned(vacancy, reserve=True)
    policy = await uow.policy(offer.area_path)
    anew = domain.put_anew(offer, terms_version=version.number, terms_hash=version.hash, at=uow.now, policy=policy)
    await uow.offers.save(anew)
    await begin_asking(uow, anew, policy)
    return vacancy, void


KINDS = (TimerKind(name=TERMS_REVISED, handle=terms_were_revised),)
