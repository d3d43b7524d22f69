"""Places that look after children, the old or the disabled, and which work their opening makes possible. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from employment_service.copies.domain import CareKind

DAY_MINUTES = 24 * 60
LEAST_SHOWN = 10
"""Fewer people than this are not counted before anybody's eyes."""


class CareFacilityNotFound(NotFound):
    code = "CARE_FACILITY_NOT_FOUND"


class CareFacilityClosed(Conflict):
    code = "CARE_FACILITY_CLOSED"


class CareFacilityInvalid(InvalidInput):
    code = "CARE_FACILITY_INVALID"


@dataclass(frozen=True, slots=True, kw_only=True)
class CareFacility:
    """Open on working days from and to these minutes after midnight, for people cared for in the village."""

    id: UUID
    area_path: str
    kind: CareKind
    name: str
    places: int
    opens_on: date
    from_minutes: int
    to_minutes: int
    recorded_by: str
    recorded_at: datetime
    closes_on: date | None = None
    withdrawn_at: datetime | None = None
    """It was recorded by mistake and never was."""
    version: int = 1

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.strip()) <= 120:
            raise CareFacilityInvalid("The name has 1 to 120 characters.", field="name")
        if not 1 <= self.places <= 10_000:
            raise CareFacilityInvalid("There are between 1 and 10,000 places.", field="places")
        if not 0 <= self.from_minutes < self.to_minutes <= DAY_MINUTES:
            raise CareFacilityInvalid("It opens before it closes, within one day.", field="opensAt")
        if self.closes_on is not None and self.closes_on <= self.opens_on:
            raise CareFacilityInvalid("Its last day lies after its first.", field="closesOn")


@dataclass(frozen=True, slots=True, kw_only=True)
class FreedWork:
    """One vacancy that a facility makes possible: for these workers, who asked for work nearby, and for so many
    others, of whom nothing is said. None: fewer than `LEAST_SHOWN`, perhaps nobody.
    """

    vacancy_id: UUID
    worker_ids: tuple[UUID, ...]
    others: int | None


def shown_count(others: int) -> int | None:
    return others if others >= LEAST_SHOWN else None
