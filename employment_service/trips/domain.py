"""The way to work and home again: alone or with others, and what is paid for it.

Group travel is arranged for those who like; own travel is always possible and nobody is asked why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from employment_service.placements.domain import TravelWay


class GroupTripNotFound(NotFound):
    code = "GROUP_TRIP_NOT_FOUND"


class TravelsAlone(Conflict):
    """The worker said that they travel on their own; nobody books them into a group."""

    code = "TRAVELS_ALONE"


class SubsidyNotOwed(Conflict):
    code = "SUBSIDY_NOT_OWED"


class NoReturnTrip(Conflict):
    code = "NO_RETURN_TRIP"


class Direction(StrEnum):
    OUT = "OUT"
    HOME = "HOME"
    """Funded, after every kind of end."""


class TripState(StrEnum):
    WANTED = "WANTED"
    BOOKED = "BOOKED"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


OPEN = frozenset({TripState.WANTED, TripState.BOOKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTrip:
    """For the people of one vacancy; `area_path`: the vacancy's office."""

    id: UUID
    vacancy_id: UUID
    employer_id: UUID
    area_path: str
    leaves_on: date
    meeting_place: str
    arranged_by: str
    arranged_at: datetime

    def __post_init__(self) -> None:
        if not 1 <= len(self.meeting_place.strip()) <= 200:
            raise InvalidInput("Say in 1 to 200 characters where people meet.", field="meetingPlace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One worker's way; `area_path`: the worker's village."""

    id: UUID
    placement_id: UUID
    worker_id: UUID
    area_path: str
    direction: Direction
    way: TravelWay
    state: TripState
    noted_at: datetime
    noted_by: str
    group_trip_id: UUID | None = None
    leaves_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelSubsidy:
    """Owed without an application; `cents` as the policy had them on the day work began."""

    placement_id: UUID
    worker_id: UUID
    area_path: str
    km: int
    cents: int
    policy_version: str
    owed_on: date
    paid_on: date | None = None
    paid_by: str | None = None


def subsidy_cents(km: float, tiers: tuple[tuple[int, int], ...]) -> int:
    """Of the farthest tier reached; 0 below the first."""
    reached = [cents for from_km, cents in tiers if km >= from_km]
    return reached[-1] if reached else 0


def paid(subsidy: TravelSubsidy, *, on: date, today: date, by: str) -> TravelSubsidy:
    if subsidy.paid_on is not None:
        raise SubsidyNotOwed("This was paid before.")
    if today < subsidy.owed_on:
        raise SubsidyNotOwed(f"This is owed from {subsidy.owed_on} on.")
    if on > today:
        raise InvalidInput("A payment is recorded when it was made, not before.", field="on")
    if on < subsidy.owed_on:
        raise InvalidInput(f"This is owed from {subsidy.owed_on} on.", field="on")
    return replace(subsidy, paid_on=on, paid_by=by)
