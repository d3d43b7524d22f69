"""Asks the households service what aid a worker's household is paid, when the worker looks at an offer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.households.v1.households_service_pb2 import AidOfHouseholdRequest, AidOfHouseholdResponse
from employment_service.terms.aid import Aid

Ask = Callable[[AidOfHouseholdRequest], Awaitable[AidOfHouseholdResponse]]


@dataclass(frozen=True, slots=True)
class HouseholdsAid:
    """Nothing of it is kept here: amounts are read for the one screen that shows them."""

    ask: Ask

    async def aid_of(self, member_id: UUID) -> tuple[Aid, ...]:
        answer = await self.ask(AidOfHouseholdRequest(member_id=str(member_id)))
        return tuple(
            Aid(
                benefit=one.benefit,
                monthly_cents=one.monthly_cents,
                paid_until=date.fromisoformat(one.paid_until) if one.paid_until else None,
            )
            for one in answer.aid
        )
