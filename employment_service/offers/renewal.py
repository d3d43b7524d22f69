"""What new terms do to offers and acceptances of the old ones."""

from __future__ import annotations

from employment_service.calls.resting import keep_calls_away
from employment_service.offers import domain, timers
from employment_service.offers.domain import OfferState
from employment_service.placements.domain import BEFORE_ARRIVAL, PlacementState, stepped
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import Vacancy, with_place_returned


async def put_offers_anew(uow: EmploymentUnitOfWork, vacancy: Vacancy) -> Vacancy:
    """Open offers take on the new terms; an acceptance before arrival is void and its place stays held.

    Who has arrived works under the terms they accepted: those cannot be changed from outside.
    The vacancy is locked; it comes back with its counters as they are now.
    """
    policy = await uow.policy(vacancy.area_path)
    for offer in await uow.offers.live_of_vacancy(vacancy.id):
        if offer.state is OfferState.ACCEPTED:
            placement = await uow.placements.of_offer(offer.id)
            if placement is None or placement.state not in BEFORE_ARRIVAL:
                continue
            today = await uow.today(placement.area_path)
            void = stepped(placement, PlacementState.VOIDED, on=today, today=today, at=uow.now, by=uow.actor.subject)
            await uow.placements.save(void)
            vacancy = with_place_returned(vacancy, reserve=True)
        anew = domain.put_anew(
            offer,
            terms_version=vacancy.terms.number,
            terms_hash=vacancy.terms.hash,
            at=uow.now,
            policy=policy,
        )
        await uow.offers.save(anew)
        await timers.plan(uow, anew, policy)
        await keep_calls_away(uow, anew, policy)
    await uow.vacancies.save_places(vacancy)
    return vacancy
