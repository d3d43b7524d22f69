"""An acceptance that was withdrawn stands again; on terms that are no longer in force it is asked anew."""

from __future__ import annotations

from employment_service.offers import domain
from employment_service.offers.domain import OfferState
from employment_service.offers.renewal import ask_anew
from employment_service.placements.domain import Placement
from employment_service.placements.reasons import StepReason
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import Vacancy, only_start_moved


async def resume_acceptance(uow: EmploymentUnitOfWork, placement: Placement) -> None:
    offer = await uow.offers.get(placement.offer_id, lock=True)
    if offer is None:
        return
    resumed = domain.resumed(offer, at=uow.now)
    if resumed is not offer:
        await uow.offers.save(resumed)
        await uow.offers.forget_silence(placement.worker_id, placement.vacancy_id)


async def ask_anew_where_terms_changed(uow: EmploymentUnitOfWork, vacancy: Vacancy, placement: Placement) -> Placement:
    """Terms revised while somebody had left reached no yes of theirs: it is void now, as it would have been then."""
    offer = await uow.offers.get(placement.offer_id, lock=True)
    agreed = await uow.vacancies.terms_version(placement.vacancy_id, placement.terms_version)
    newer = agreed is not None and agreed.number < vacancy.terms.number
    if offer is None or agreed is None or offer.state is not OfferState.ACCEPTED or not newer:
        return placement
    moved = only_start_moved(agreed.terms, vacancy.terms.terms)
    reason = StepReason.START_MOVED if moved else StepReason.TERMS_REVISED
    vacancy, void = await ask_anew(uow, vacancy, offer, vacancy.terms, placement=placement, reason=reason)
    await uow.vacancies.save_places(vacancy)
    return placement if void is None else void
