"""An acceptance that was withdrawn stands again."""

from __future__ import annotations

from employment_service.offers import domain
from employment_service.placements.domain import Placement
from employment_service.uow import EmploymentUnitOfWork


async def resume_acceptance(uow: EmploymentUnitOfWork, placement: Placement) -> None:
    offer = await uow.offers.get(placement.offer_id, lock=True)
    if offer is None:
        return
    resumed = domain.resumed(offer, at=uow.now)
    if resumed is not offer:
        await uow.offers.save(resumed)
        await uow.offers.forget_silence(placement.worker_id, placement.vacancy_id)
