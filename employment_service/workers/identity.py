"""Asks the households service whether somebody is who they say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.households.v1.households_service_pb2 import VerifyMemberRequest, VerifyMemberResponse
from employment_service.workers.service import VerifiedMember

Ask = Callable[[VerifyMemberRequest], Awaitable[VerifyMemberResponse]]


@dataclass(frozen=True, slots=True)
class HouseholdsVerifier:
    """Raises DependencyDown when the households service does not answer: nobody is registered on a guess."""

    ask: Ask

    async def verify(self, *, id_number: str, name: str, date_of_birth: date) -> VerifiedMember | None:
        answer = await self.ask(
            VerifyMemberRequest(id_number=id_number, name=name, date_of_birth=date_of_birth.isoformat())
        )
        if not answer.verified:
            return None
        return VerifiedMember(
            member_id=UUID(answer.member_id),
            household_id=UUID(answer.household_id),
            area_path=answer.area_path,
        )
