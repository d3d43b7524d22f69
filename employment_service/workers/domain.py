"""A worker: a person who entered the job module by their own act, and what they said about the work they want."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, Forbidden, InvalidInput, NotFound

QUALIFICATION = re.compile(r"[A-Z][A-Z0-9_]{1,39}")
PHONE = re.compile(r"\+?\d{5,15}")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
LANGUAGE_SKILL = re.compile(r"[a-z]{2,3}")
MONTHS = range(1, 13)
FURTHEST_KM = 20_000.0


class ContactPreference(StrEnum):
    """PHONE: the worker asked to be called. Everyone else is reached through the platform only."""

    PHONE = "PHONE"
    MESSAGE = "MESSAGE"


class PhysicalDemand(StrEnum):
    """What work may demand and a worker may rule out: said by the worker, never inferred."""

    HEAVY_LIFTING = "HEAVY_LIFTING"
    NIGHT_WORK = "NIGHT_WORK"
    LONG_STANDING = "LONG_STANDING"
    HEIGHTS = "HEIGHTS"
    DUST_OR_CHEMICALS = "DUST_OR_CHEMICALS"


class ExperienceKind(StrEnum):
    """Care for one's own people and work on one's own land are work that was done, paid or not."""

    WAGE = "WAGE"
    FARM = "FARM"
    CARE = "CARE"


class WorkerNotFound(NotFound):
    code = "WORKER_NOT_FOUND"


class IdentityNotVerified(Forbidden):
    code = "IDENTITY_NOT_VERIFIED"


class TooYoung(Forbidden):
    code = "TOO_YOUNG"


class AlreadyRegistered(Conflict):
    code = "ALREADY_REGISTERED"


class TooManyAttempts(Conflict):
    code = "TOO_MANY_ATTEMPTS"


class NotSeekingWork(Conflict):
    code = "WORKER_NOT_SEEKING"


class DidNotAskToBeCalled(Forbidden):
    code = "DID_NOT_ASK_TO_BE_CALLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the worker wants of work. `None`: no limit. Money in cents a month."""

    qualifications: frozenset[str] = frozenset()
    wage_floor_cents: int = 0
    max_distance_km: float | None = None
    max_commute_minutes: int | None = None
    health_limits: frozenset[PhysicalDemand] = frozenset()
    languages: frozenset[str] = frozenset()
    """Languages the worker says they can work in. Used only where a vacancy asks for one."""
    farm_months: frozenset[int] = frozenset()
    """Months, 1 is January, in which the family's farm needs this worker."""
    free_from: date | None = None

    def __post_init__(self) -> None:
        if not all(QUALIFICATION.fullmatch(code) for code in self.qualifications):
            raise InvalidInput("A qualification is a code such as DRIVER_C1.", field="qualifications")
        if not all(LANGUAGE_SKILL.fullmatch(code) for code in self.languages):
            raise InvalidInput("A language is a tag of two or three letters such as zh.", field="languages")
        if not all(month in MONTHS for month in self.farm_months):
            raise InvalidInput("A month is a number from 1 to 12.", field="farmMonths")
        if not 0 <= self.wage_floor_cents <= 10**9:
            raise InvalidInput("The least wage must be between 0 and 10,000,000.00.", field="wageFloor")
        if self.max_distance_km is not None and not 0 < self.max_distance_km <= FURTHEST_KM:
            raise InvalidInput("The greatest distance must be above 0 km.", field="maxDistanceKm")
        if self.max_commute_minutes is not None and not 0 < self.max_commute_minutes <= 24 * 60:
            raise InvalidInput("The longest commute must be between 1 and 1,440 minutes.", field="maxCommuteMinutes")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerExperience:
    """What the worker says they have done. `occupation`: an ISCO-08 code, if they or somebody with them chose one."""

    title: str
    kind: ExperienceKind = ExperienceKind.WAGE
    occupation: str | None = None
    years: float | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.title.strip()) <= 200:
            raise InvalidInput("Past work has a title of 1 to 200 characters.", field="experience.title")
        if self.years is not None and not 0 <= self.years <= 80:
            raise InvalidInput("Years of work lie between 0 and 80.", field="experience.years")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How the worker wants to be addressed and reached. The language chooses the language of messages, no more."""

    display_name: str
    preference: ContactPreference = ContactPreference.MESSAGE
    phone: str | None = None
    language: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.display_name.strip()) <= 60:
            raise InvalidInput("The name to be called by has 1 to 60 characters.", field="displayName")
        if self.phone is not None and not PHONE.fullmatch(self.phone):
            raise InvalidInput("A phone number has 5 to 15 digits.", field="phone")
        if self.preference is ContactPreference.PHONE and self.phone is None:
            raise InvalidInput("Whoever wants to be called gives a phone number.", field="phone")
        if self.language is not None and not LANGUAGE.fullmatch(self.language):
            raise InvalidInput("A language is a tag such as zh-CN.", field="preferredLanguage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Bound once to a token subject and a member. `seeking`: wants offers now; set and unset by the worker alone."""

    id: UUID
    subject: str
    member_id: UUID
    household_id: UUID
    area_path: str
    date_of_birth: date
    contact: Contact
    wishes: Wishes
    registered_at: datetime
    seeking: bool = True
    asked_nearby_at: datetime | None = None
    shares_work_state: bool = False
    follow_up_wanted: bool = True
    experience: tuple[WorkerExperience, ...] = ()
    version: int = 1


def age_on(date_of_birth: date, day: date) -> int:
    """Completed years. Born on 29 February: a year older on 1 March of common years."""
    return day.year - date_of_birth.year - ((day.month, day.day) < (date_of_birth.month, date_of_birth.day))


def require_working_age(date_of_birth: date, *, on: date, least_age: int) -> None:
    if date_of_birth > on:
        raise InvalidInput("The date of birth lies in the future.", field="dateOfBirth")
    if age_on(date_of_birth, on) < least_age:
        raise TooYoung(f"Nobody under {least_age} is registered for work.", field="dateOfBirth")


def masked_phone(phone: str) -> str:
    """All but the last two digits hidden."""
    return "*" * (len(phone) - 2) + phone[-2:]
