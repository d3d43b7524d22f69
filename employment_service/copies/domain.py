"""What this service keeps of areas and members: no names of people, only what a rule here needs.

Labour capacity is left out on purpose: "unable to work" is self-declared or medical, never read off a registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.errors import NotFound


class UnknownArea(NotFound):
    """Of the areas that this service knows by its copies."""

    code = "UNKNOWN_AREA"


class CareKind(StrEnum):
    CHILD = "CHILD"
    ELDER = "ELDER"
    DISABLED = "DISABLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Degrees, WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaCopy:
    id: UUID
    path: str
    code: str
    level: str
    name: str
    time_zone: str
    centre: Point

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class CareDuty:
    """Somebody has to be looked after in the village `area_path`, from a day until before another."""

    id: UUID
    kind: CareKind
    area_path: str
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCopy:
    id: UUID
    household_id: UUID
    area_path: str
    date_of_birth: date | None
    in_school: bool
    care_duties: tuple[CareDuty, ...] = ()

    def duties_on(self, day: date) -> tuple[CareDuty, ...]:
        return tuple(duty for duty in self.care_duties if duty.holds_on(day))


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdCopy:
    """`subject_sequence`: the last event of the household that this copy includes; an older one is not applied."""

    id: UUID
    area_path: str
    subject_sequence: int
    members: tuple[MemberCopy, ...]
    removed: bool = False
