"""Officers and the households they are paired with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from chassis.identity import Role

OFFICER_ROLES = frozenset(
    {
        Role.VILLAGE_SPECIALIST,
        Role.SUPPORT_OFFICER,
        Role.TOWNSHIP_REVIEWER,
        Role.COUNTY_APPROVER,
        Role.COUNTY_ADMIN,
        Role.EMPLOYMENT_STAFF,
        Role.PLANNER,
        Role.SECTOR_LIAISON,
        Role.SUPERVISOR,
    }
)


class UnknownOfficer(NotFound):
    code = "UNKNOWN_OFFICER"


class OfficerSubjectTaken(Conflict):
    code = "OFFICER_SUBJECT_TAKEN"


class OfficerChangedMeanwhile(Conflict):
    code = "VERSION_CONFLICT"


class OfficerInactive(Conflict):
    code = "OFFICER_INACTIVE"


class NotASupportOfficer(Conflict):
    code = "NOT_A_SUPPORT_OFFICER"


class OfficerOutsideArea(Conflict):
    code = "OFFICER_OUTSIDE_AREA"


class AlreadyPaired(Conflict):
    code = "ALREADY_PAIRED"


class OfficerLoadExceeded(Conflict):
    """An officer cannot know more families than this well enough to help them."""

    code = "OFFICER_LOAD_EXCEEDED"


class UnknownPairing(NotFound):
    code = "UNKNOWN_PAIRING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """`subject` is the `sub` of the officer's token; `area_path` what the officer is responsible for."""

    id: UUID
    subject: str
    display_name: str
    roles: frozenset[Role]
    area_path: str
    active: bool = True
    version: int = 1

    def __post_init__(self) -> None:
        if not self.subject or len(self.subject) > 200:
            raise InvalidInput("An officer has a token subject of at most 200 characters.", field="subject")
        if not self.display_name.strip():
            raise InvalidInput("An officer has a name.", field="displayName")
        if not self.roles or not self.roles <= OFFICER_ROLES:
            raise InvalidInput("An officer has one or more roles of officers.", field="roles")

    def expect(self, version: int | None) -> None:
        if version is not None and version != self.version:
            raise OfficerChangedMeanwhile("The officer was changed meanwhile; read it again.", field="expectedVersion")

    def deactivate(self) -> Officer:
        return replace(self, active=False, version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """`valid_to` is exclusive; `area_path` is the household's village."""

    id: UUID
    officer_id: UUID
    household_id: UUID
    area_path: str
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def require_pairable(
    officer: Officer, *, area_path: str, household_monitored: bool, monitored_load: int, limit: int, paired: bool
) -> None:
    """`monitored_load`: monitored households the officer is paired with now. Raises the refusals above."""
    if not officer.active:
        raise OfficerInactive("This officer is no longer active.", field="officerId")
    if Role.SUPPORT_OFFICER not in officer.roles:
        raise NotASupportOfficer("Only a support officer is paired with households.", field="officerId")
    if not area_path.startswith(officer.area_path):
        raise OfficerOutsideArea("The household lies outside the officer's area.", field="officerId")
    if paired:
        raise AlreadyPaired("This officer is paired with the household already.", field="officerId")
    if household_monitored and monitored_load >= limit:
        raise OfficerLoadExceeded(f"An officer is paired with at most {limit} monitored households.", field="officerId")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerChanged:
    officer: Officer
