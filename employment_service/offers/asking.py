"""What every offer brings with it, in a transfer to another post as anywhere: its clocks, and no call meanwhile."""

from __future__ import annotations

from employment_service.calls.resting import keep_calls_away
from employment_service.offers import timers
from employment_service.offers.domain import Offer
from employment_service.policies.domain import EmploymentPolicy
from employment_service.uow import EmploymentUnitOfWork


async def begin_asking(uow: EmploymentUnitOfWork, offer: Offer, policy: EmploymentPolicy) -> None:
    """For an offer just made or put anew. Opening its terms moves the clocks alone: who opened them shows nowhere."""
    await timers.plan(uow, offer, policy)
    await keep_calls_away(uow, offer, policy)
