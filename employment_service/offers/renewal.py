"""What new terms do to offers and acceptances of the old ones."""

from __future__ import annotations

from employment_service.offers import domain
from employment_service.offers.asking import begin_asking
from employment_service.offers.domain import Offer, OfferState
from employment_service.placements.domain import BEFORE_ARRIVAL, Placement, PlacementState, stepped
from employment_service.placements.reasons import StepReason
from employment_service.trips.domain import Direction, TripState
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import TermsVersion, Vacancy
from employment_service.vacancies.places import with_place_returned


async def put_offers_anew(uow: EmploymentUnitOfWork, vacancy: Vacancy, *, reason: StepReason) -> Vacancy:
    """Open offers take on the new terms; an acceptance before arrival is void and its place stays held.

    Who has arrived works under the terms they accepted: those cannot be changed from outside.
    The vacancy is locked; it comes back with its counters as they are now.
    """
    for offer in await uow.offers.live_of_vacancy(vacancy.id):
        placement = None
        if offer.state is OfferState.ACCEPTED:
            placement = await uow.placements.of_offer(offer.id)
            if placement is None or placement.state not in BEFORE_ARRIVAL:
                continue
        vacancy, _ = await ask_anew(uow, vacancy, offer, vacancy.terms, placement=placement, reason=reason)
    await uow.vacancies.save_places(vacancy)
    return vacancy


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
