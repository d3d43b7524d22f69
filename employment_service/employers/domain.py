"""An employer and the standing it needs before it may publish work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from employment_service.placements.calendar import add_months


class EmployerNotFound(NotFound):
    code = "EMPLOYER_NOT_FOUND"


class EmployerNotInStanding(Conflict):
    code = "EMPLOYER_NOT_IN_STANDING"


class EmployerAlreadyRegistered(Conflict):
    """One company is one record: a second one would have no findings."""

    code = "EMPLOYER_ALREADY_REGISTERED"


class Inspection(StrEnum):
    """What somebody goes and looks at, at least once a year."""

    REGISTRATION = "REGISTRATION"
    CONTRACTS = "CONTRACTS"
    WAGE_RECORDS = "WAGE_RECORDS"
    HOUSING = "HOUSING"
    EXIT_RIGHTS = "EXIT_RIGHTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """`forbidden_practice`: drill, locked gates or compulsory classes were found; nothing outweighs it.

    `critical_finding_at`: since when a critical finding is open, e.g. a worker said that papers were kept.
    """

    id: UUID
    area_path: str
    name: str
    registration_number: str
    inspected_on: Mapping[Inspection, date] = field(default_factory=dict)
    forbidden_practice: bool = False
    critical_finding_at: datetime | None = None
    version: int = 1

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.strip()) <= 120:
            raise InvalidInput("An employer's name has 1 to 120 characters.", field="name")
        if len(self.registration_number) > 40:
            raise InvalidInput("A registration number has at most 40 characters.", field="registrationNumber")

    def shortcomings(self, *, on: date, inspection_months: int) -> tuple[str, ...]:
        """Why the employer may not publish or offer on that day, as codes; empty: in good standing."""
        found: list[str] = []
        if not self.registration_number.strip():
            found.append("NOT_REGISTERED")
        for inspection in Inspection:
            day = self.inspected_on.get(inspection)
            if day is None or day > on:
                found.append(f"{inspection}_NOT_INSPECTED")
            elif add_months(day, inspection_months) < on:
                found.append(f"{inspection}_INSPECTION_TOO_OLD")
        if self.forbidden_practice:
            found.append("FORBIDDEN_PRACTICE")
        if self.critical_finding_at is not None:
            # Says no more to others: with few workers a clearer word would point at one of them.
            found.append("UNDER_REVIEW")
        return tuple(found)

    def in_standing(self, *, on: date, inspection_months: int) -> bool:
        return not self.shortcomings(on=on, inspection_months=inspection_months)


def require_standing(employer: Employer, *, on: date, inspection_months: int) -> None:
    found = employer.shortcomings(on=on, inspection_months=inspection_months)
    if found:
        raise EmployerNotInStanding(f"The employer may not publish or offer work: {', '.join(found)}.")


def inspected(employer: Employer, inspection: Inspection, *, on: date, today: date) -> Employer:
    if on > today:
        raise InvalidInput("An inspection lies in the past.", field="inspectedOn")
    return replace(employer, inspected_on={**employer.inspected_on, inspection: on}, version=employer.version + 1)


def critical_finding_opened(employer: Employer, *, at: datetime) -> Employer:
    if employer.critical_finding_at is not None:
        return employer
    return replace(employer, critical_finding_at=at, version=employer.version + 1)


def critical_finding_closed(employer: Employer) -> Employer:
    return replace(employer, critical_finding_at=None, version=employer.version + 1)
