"""What other services and departments told of one household, each in its newest version. Pure.

There is no kind of fact for an offer of work, an answer to one, or leaving a job found here: they cannot warn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from chassis.errors import InvalidInput
from risk_service.policy.factors import IncomeBasis, RiskFactor
from risk_service.signals.domain import LOWERING, UNLINKED, WITHDRAWAL, ClearedSum

RecordVersion: TypeAlias = tuple[str, str, int]
"""Department, record id and version."""


class FactMalformed(InvalidInput):
    code = "FACT_MALFORMED"


@dataclass(frozen=True, slots=True, kw_only=True)
class CareCost:
    """What a member paid after insurance and aid; negative only for what corrects a record."""

    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """`level` from 1, the gravest, to 4; `change` "": not said."""

    level: int
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schooling:
    enrolled: bool | None
    cost: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Insured work that began or ended, or wages owed for so many months."""

    started: bool | None
    ended: bool | None
    arrears_months: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """`ends_on`: the first day for which nothing is paid any more; None: it goes on."""

    code: str
    begins_on: date
    ends_on: date | None
    monthly: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Income:
    """A household's statement of one basis. `gross`: before costs of production. Without entries it is not known."""

    basis: IncomeBasis
    members: int
    net: Decimal
    gross: Decimal
    production: Decimal
    rigid_expenses: Decimal
    recorded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DisasterLoss:
    amount: Decimal | None
    home_usable: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccidentLoss:
    amount: Decimal | None
    severe: bool | None
    home_usable: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Of an area, told to each of its households. `index`: hundredths of the mean of three years."""

    commodity: str
    index: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class HousingGrade:
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterReport:
    """Of a supply point, told to each household it serves."""

    point_id: UUID
    outage_days: int | None
    quality_ok: bool | None


Detail = (
    CareCost
    | Certificate
    | Schooling
    | Work
    | Benefit
    | Income
    | DisasterLoss
    | AccidentLoss
    | Price
    | HousingGrade
    | WaterReport
)

FACTOR_OF: dict[type[Detail], RiskFactor] = {
    CareCost: RiskFactor.ILLNESS,
    Certificate: RiskFactor.DISABILITY,
    Schooling: RiskFactor.EDUCATION,
    Work: RiskFactor.UNEMPLOYMENT,
    Benefit: RiskFactor.INCOME_DROP,
    Income: RiskFactor.INCOME_DROP,
    DisasterLoss: RiskFactor.DISASTER,
    AccidentLoss: RiskFactor.ACCIDENT,
    Price: RiskFactor.LIVELIHOOD_FAILURE,
    HousingGrade: RiskFactor.HOUSING_SAFETY,
    WaterReport: RiskFactor.WATER_SAFETY,
}

USING_INCOME = (RiskFactor.INCOME_DROP, RiskFactor.DISASTER, RiskFactor.LIVELIHOOD_FAILURE)
"""Factors whose level may change with a new income statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One version of one record about a household; `member_id` None: of all of it."""

    department: str
    record_id: str
    version: int
    household_id: UUID
    member_id: UUID | None
    area_path: str
    kind: str
    occurred_on: date
    received_at: datetime
    corrects: str | None
    detail: Detail

    def __post_init__(self) -> None:
        amount = amount_of(self.detail)
        if amount is not None and not amount.is_finite():
            raise FactMalformed("An amount must be a number.", field="amount")
        if amount is not None and amount < 0 and (self.kind not in LOWERING or not self.corrects):
            raise FactMalformed("Only what corrects or withdraws a record may be negative.", field="amount")

    @property
    def record(self) -> tuple[str, str]:
        return self.department, self.record_id

    @property
    def key(self) -> RecordVersion:
        return self.department, self.record_id, self.version

    @property
    def factor(self) -> RiskFactor:
        return FACTOR_OF[type(self.detail)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Of unknown age is taken for grown up."""

    id: UUID
    date_of_birth: date | None
    able_to_work: bool
    in_school: bool

    def age_on(self, day: date) -> int | None:
        born = self.date_of_birth
        if born is None:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Who lives in the household. Without persons nothing is known of who earns."""

    persons: tuple[Person, ...] = ()

    def person(self, member_id: UUID | None) -> Person | None:
        return next((one for one in self.persons if one.id == member_id), None)

    def earners(self, day: date) -> frozenset[UUID]:
        return frozenset(one.id for one in self.persons if _earns(one, day))

    def is_sole_earner(self, member_id: UUID | None, day: date) -> bool:
        return member_id is not None and self.earners(day) == {member_id}

    def may_earn(self, member_id: UUID | None, day: date) -> bool:
        """Also where nothing is known: a warning too many brings a visit, one too few brings nobody."""
        person = self.person(member_id)
        return person is None or _earns(person, day)


_SAYS_NOTHING = LOWERING | {UNLINKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """All that is known of one household: newest versions only, and what people have decided about already."""

    facts: tuple[Fact, ...]
    cleared_sums: tuple[ClearedSum, ...] = ()
    cleared: frozenset[RecordVersion] = frozenset()

    def standing(self) -> list[Fact]:
        """Without what was withdrawn or cleared, in the order of its days."""
        return [one for one in self.told() if one.key not in self.cleared]

    def told(self) -> list[Fact]:
        """Without what was withdrawn, in the order of its days: what later reports are held against."""
        withdrawn = {(one.department, one.corrects) for one in self.facts if one.kind == WITHDRAWAL}
        left = [one for one in self.facts if one.kind not in _SAYS_NOTHING and one.record not in withdrawn]
        return sorted(left, key=lambda one: (one.occurred_on, one.record_id))


def newest(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The newest version of each record."""
    found: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        known = found.get(fact.record)
        if known is None or known.version < fact.version:
            found[fact.record] = fact
    return tuple(found.values())


def amount_of(detail: Detail) -> Decimal | None:
    """What of it is a cost."""
    match detail:
        case CareCost(amount=amount) | DisasterLoss(amount=amount) | AccidentLoss(amount=amount):
            return amount
        case Schooling(cost=cost):
            return cost
        case _:
            return None


def _earns(person: Person, day: date) -> bool:
    age = person.age_on(day)
    return person.able_to_work and not person.in_school and (age is None or age >= WORKING_AGE)


WORKING_AGE = 16
"""The age below which nobody may be employed (Labour Law of the PRC, article 15)."""
