"""What the risk service keeps of households that another service owns. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from chassis.errors import NotFound
from risk_service.policy.domain import IncomeBasis
from risk_service.scoring.features import CHILD_BELOW, ELDER_FROM, HouseholdFacts

CENT = Decimal("0.01")
SPECIALIST = "VILLAGE_SPECIALIST"


class HouseholdNotFound(NotFound):
    code = "HOUSEHOLD_NOT_FOUND"


class LabourCapacity(StrEnum):
    UNKNOWN = "UNSPECIFIED"
    FULL = "FULL"
    PARTIAL = "PARTIAL"
    NONE = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaCopy:
    id: UUID
    path: str
    code: str
    level: str
    name: str
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerCopy:
    """`seat` is the area path the officer is in charge of."""

    id: UUID
    subject: str
    roles: frozenset[str]
    seat: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCopy:
    id: UUID
    date_of_birth: date | None
    head: bool
    labour_capacity: LabourCapacity
    in_school: bool
    disabled: bool
    counted: bool
    care_duties: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdCopy:
    id: UUID
    code: str
    area_path: str
    registration_history: str
    monitoring_category: str
    safe_housing: bool
    safe_water: bool
    members: tuple[MemberCopy, ...]
    support_officer_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisCopy:
    """One income basis of a household's newest statement; everything in cents of `currency`."""

    basis: IncomeBasis
    as_of: date
    member_count: int
    currency: str
    wage: int
    production: int
    property_income: int
    transfer: int
    production_costs: int
    net: int
    rigid_expenses: int

    @property
    def is_recorded(self) -> bool:
        """Whether the ledger holds anything: a household without a single entry is unknown, not penniless."""
        return any((self.wage, self.production, self.property_income, self.transfer, self.production_costs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What decides whether a caller may see a household: where it lies, who is paired with it, who lives there."""

    household_id: UUID
    area_path: str
    paired_subjects: frozenset[str]
    member_ids: frozenset[UUID]


def facts_of(household: HouseholdCopy, received: BasisCopy | None, *, today: date) -> HouseholdFacts | None:
    """What the likelihood may look at; None where no member counts. Of unknown age is neither child nor elder."""
    counted = [member for member in household.members if member.counted]
    if not counted:
        return None
    ages = {member.id: _age(member.date_of_birth, today) for member in counted}
    welfare: float | None = None
    if received is not None and received.is_recorded and received.member_count > 0:
        welfare = (received.net - received.rigid_expenses) / 100 / received.member_count
    return HouseholdFacts(
        members=len(counted),
        children=sum(1 for age in ages.values() if age is not None and age < CHILD_BELOW),
        elders=sum(1 for age in ages.values() if age is not None and age >= ELDER_FROM),
        adult_students=sum(1 for one in counted if one.in_school and (ages[one.id] or 0) >= CHILD_BELOW),
        disabled=sum(1 for one in counted if one.disabled),
        carers=sum(1 for one in counted if one.care_duties > 0),
        fully_able=sum(1 for one in counted if one.labour_capacity is LabourCapacity.FULL),
        partly_able=sum(1 for one in counted if one.labour_capacity is LabourCapacity.PARTIAL),
        safe_housing=household.safe_housing,
        safe_water=household.safe_water,
        registered_before=household.registration_history in {"REGISTERED", "GRADUATED"},
        welfare_per_head=welfare,
    )


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
