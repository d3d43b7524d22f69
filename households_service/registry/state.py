"""The whole state of a household, as copies in other services need it: no name, no number, no address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from households_service.care.domain import CareDuty
from households_service.members.domain import Member, MembershipRule
from households_service.registry.domain import Household


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdState:
    """`members` are those present on `day`; who counts follows `membership_rule`."""

    household: Household
    members: tuple[Member, ...]
    care_duties: tuple[CareDuty, ...]
    support_officer_ids: tuple[UUID, ...]
    membership_rule: MembershipRule
    day: date

    @property
    def member_count(self) -> int:
        """Members who count for per-capita income."""
        return sum(member.counted(self.membership_rule, self.day) for member in self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdChanged:
    state: HouseholdState
