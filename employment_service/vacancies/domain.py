"""A vacancy: where the work is, what its terms are, and how many places are left.

Terms are versioned and hashed: a consent is to one hash, and another hash needs another consent.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from employment_service.copies.domain import Point
from employment_service.vacancies.words import TermsText, require_one_each
from employment_service.workers.domain import LANGUAGE_SKILL, QUALIFICATION, PhysicalDemand

DAY_MINUTES = 24 * 60
START_YEARS = range(2000, 2101)
CURRENCY = "CNY"


class VacancyNotFound(NotFound):
    code = "VACANCY_NOT_FOUND"


class VacancyClosed(Conflict):
    code = "VACANCY_CLOSED"


class WorkerPaidCost(InvalidInput):
    code = "WORKER_PAID_COST"


class TermsIncomplete(InvalidInput):
    code = "TERMS_INCOMPLETE"


class TermsUnchanged(Conflict):
    code = "TERMS_UNCHANGED"


class NoPlacesLeft(Conflict):
    code = "NO_PLACES_LEFT"


class VacancyState(StrEnum):
    PUBLISHED = "PUBLISHED"
    CLOSED = "CLOSED"


class Housing(StrEnum):
    """NONE: the worker lives at home. FREE: the employer houses, at no cost. A paid one is a worker-paid cost."""

    NONE = "NONE"
    FREE = "FREE"


class DeductionKind(StrEnum):
    """The only deductions terms can hold; everything else would be a fee."""

    SOCIAL_INSURANCE = "SOCIAL_INSURANCE"
    INCOME_TAX = "INCOME_TAX"
    MEALS_CHOSEN = "MEALS_CHOSEN"


class CostKind(StrEnum):
    """Costs that recruiters have put on workers; ILO definition of recruitment fees, 2019."""

    RECRUITMENT = "RECRUITMENT"
    TRAINING = "TRAINING"
    MEDICAL = "MEDICAL"
    TRAVEL = "TRAVEL"
    LODGING = "LODGING"
    DEPOSIT = "DEPOSIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    kind: DeductionKind
    monthly_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the employer says a worker would pay. Anything above zero keeps the vacancy unpublished."""

    kind: CostKind
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    name: str
    place: Point

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.strip()) <= 120:
            raise InvalidInput("A workplace has a name of 1 to 120 characters.", field="workplace.name")
        if not -90 <= self.place.lat <= 90:
            raise InvalidInput("A latitude lies between -90 and 90.", field="workplace.lat")
        if not -180 <= self.place.lon <= 180:
            raise InvalidInput("A longitude lies between -180 and 180.", field="workplace.lon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the worker is shown before deciding. Minutes are minutes after midnight; a shift may pass midnight."""

    employer_name: str
    workplace: Workplace
    task: str
    monthly_wage_cents: int
    currency: str
    pay_day: int
    """Day of the following month on which the wage is due."""
    shift_from_minutes: int
    shift_to_minutes: int
    weekly_hours: int
    housing: Housing
    contract_months: int
    notice_days: int
    """Notice the employer gives. A worker may leave at once."""
    help_contact: str
    """Outside the employer."""
    starts_on: date
    deductions: tuple[Deduction, ...] = ()

    def __post_init__(self) -> None:
        texts = {"employer": self.employer_name, "task": self.task, "helpContact": self.help_contact}
        for name, text in texts.items():
            if not 1 <= len(text.strip()) <= 500:
                raise TermsIncomplete("This must be said in 1 to 500 characters.", field=f"terms.{name}")
        ranges = {
            "monthlyWage": (self.monthly_wage_cents, 1, 10**9),
            "payDay": (self.pay_day, 1, 31),
            "shiftFrom": (self.shift_from_minutes, 0, DAY_MINUTES - 1),
            "shiftTo": (self.shift_to_minutes, 0, DAY_MINUTES - 1),
            "weeklyHours": (self.weekly_hours, 1, 60),
            "contractMonths": (self.contract_months, 1, 60),
            "noticeDays": (self.notice_days, 1, 365),
        }
        for name, (value, least, most) in ranges.items():
            if not least <= value <= most:
                raise TermsIncomplete(f"Must be between {least} and {most}.", field=f"terms.{name}")
        if self.starts_on.year not in START_YEARS:
            raise TermsIncomplete("A first day lies between 2000 and 2100.", field="terms.startsOn")
        if self.currency != CURRENCY:
            raise TermsIncomplete(
                f"Wages are held against what workers ask for, in {CURRENCY}.", field="terms.currency"
            )
        if sum(item.monthly_cents for item in self.deductions) >= self.monthly_wage_cents:
            raise TermsIncomplete("Deductions leave nothing of the wage.", field="terms.deductions")
        if any(item.monthly_cents < 0 for item in self.deductions):
            raise TermsIncomplete("A deduction is not negative.", field="terms.deductions")

    @property
    def works_at_night(self) -> bool:
        """Any part of the shift between 22:00 and 06:00."""
        if self.shift_to_minutes <= self.shift_from_minutes:
            return True
        return self.shift_from_minutes < 6 * 60 or self.shift_to_minutes > 22 * 60

    def digest(self) -> str:
        """SHA-256 over every word and figure of the terms, in hexadecimal."""
        figures = {
            "employer": self.employer_name,
            "place": [self.workplace.name, repr(self.workplace.place.lat), repr(self.workplace.place.lon)],
            "task": self.task,
            "wage": [self.monthly_wage_cents, self.currency],
            "payDay": self.pay_day,
            "hours": [self.shift_from_minutes, self.shift_to_minutes, self.weekly_hours],
            "housing": self.housing,
            "deductions": sorted([item.kind, item.monthly_cents] for item in self.deductions),
            "contractMonths": self.contract_months,
            "noticeDays": self.notice_days,
            "help": self.help_contact,
            "startsOn": self.starts_on.isoformat(),
        }
        text = json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsVersion:
    """`offer_id`: of one offer alone, whose contract said something else; `None`: of the vacancy."""

    number: int
    terms: Terms
    hash: str
    set_at: datetime
    offer_id: UUID | None = None
    texts: tuple[TermsText, ...] = ()

    @staticmethod
    def of(
        terms: Terms,
        *,
        number: int,
        at: datetime,
        offer_id: UUID | None = None,
        texts: tuple[TermsText, ...] = (),
    ) -> TermsVersion:
        require_one_each(texts)
        return TermsVersion(number=number, terms=terms, hash=terms.digest(), set_at=at, offer_id=offer_id, texts=texts)

    def text_in(self, language: str) -> TermsText | None:
        return next((text for text in self.texts if text.language == language), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    qualifications: frozenset[str] = frozenset()
    demands: frozenset[PhysicalDemand] = frozenset()
    least_age: int = 16
    group: bool = False
    """Recruits a group that travels together: closed to people under 18."""
    languages: frozenset[str] = frozenset()
    """Languages the work itself cannot be done without."""
    farm_leave: bool = False
    """Leave in the months in which a worker's farm needs them."""

    def __post_init__(self) -> None:
        if not all(QUALIFICATION.fullmatch(code) for code in self.qualifications):
            raise InvalidInput("A qualification is a code such as DRIVER_C1.", field="requirements.qualifications")
        if not all(LANGUAGE_SKILL.fullmatch(code) for code in self.languages):
            raise InvalidInput("A language is a tag of two or three letters.", field="requirements.languages")
        if not 16 <= self.least_age <= 100:
            raise InvalidInput("The least age lies between 16 and 100.", field="requirements.leastAge")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacancy:
    """`reserved`: places held for open offers; never shown, since from it one could read who said no.

    `taken`: places of current placements. `places_left`, which everyone sees, counts only those.
    """

    id: UUID
    employer_id: UUID
    area_path: str
    """The office's area: the scope. The workplace may lie outside the county."""
    terms: TermsVersion
    requirements: Requirements
    places: int
    reserved: int = 0
    taken: int = 0
    state: VacancyState = VacancyState.PUBLISHED
    published_at: datetime
    occupation: str | None = None
    """An ISCO-08 code, where whoever published it gave one."""
    minimum_batch: int = 1
    """The work is proposed only where at least so many come; 1: to anybody alone."""
    version: int = 1

    @property
    def open(self) -> bool:
        return self.state is VacancyState.PUBLISHED

    @property
    def places_left(self) -> int:
        return max(self.places - self.taken, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyChanged:
    """Published, changed or closed, or a place was taken or given back by a placement."""

    vacancy: Vacancy = field(repr=False)


def revised(vacancy: Vacancy, terms: Terms, *, number: int, at: datetime, texts: tuple[TermsText, ...] = ()) -> Vacancy:
    """`number`: the next one; contracts that differed have used some."""
    if not vacancy.open:
        raise VacancyClosed("The vacancy is closed.")
    if terms.digest() == vacancy.terms.hash:
        raise TermsUnchanged("These are the terms in force.")
    version = TermsVersion.of(terms, number=number, at=at, texts=texts)
    return replace(vacancy, terms=version, version=vacancy.version + 1)


def only_start_moved(old: Terms, new: Terms) -> bool:
    return old != new and replace(old, starts_on=new.starts_on) == new


def closed(vacancy: Vacancy) -> Vacancy:
    if not vacancy.open:
        raise VacancyClosed("The vacancy is closed already.")
    return replace(vacancy, state=VacancyState.CLOSED, version=vacancy.version + 1)
