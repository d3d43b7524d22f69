"""After an offer, no job-related call: see `domain.rests_after`."""

from __future__ import annotations

from employment_service.calls.domain import rests_after
from employment_service.offers.domain import Offer
from employment_service.policies.domain import EmploymentPolicy
from employment_service.uow import EmploymentUnitOfWork


async def keep_calls_away(uow: EmploymentUnitOfWork, offer: Offer, policy: EmploymentPolicy) -> None:
    """For every offer alike, from the instant it is made or put anew: no answer changes it."""
    await uow.calls.search_anew(offer.worker_id)
    await uow.calls.rest(
        rests_after(
            offer_id=offer.id, worker_id=offer.worker_id, area_path=offer.area_path, made_at=uow.now, policy=policy
        )
    )
