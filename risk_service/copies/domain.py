"""What the risk service keeps of households that another service owns. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from chassis.errors import NotFound
from risk_service.policy.domain import IncomeBasis

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
