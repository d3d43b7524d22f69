"""The feature function of the county: what was known of a household on a day, as declared values. Pure.

Fitting and serving both come through `household_values`. A cost, an alert, a case or a measure counts only if it was
received by the day; copies of the register and the ledger show what is known now, and what they showed on earlier
days stands in the history of assessments, as values.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from risk_service.copies.domain import BasisCopy, HouseholdCopy, LabourCapacity, MemberCopy
from risk_service.likelihood.declared import declared
from risk_service.policy.domain import RiskFactor
from risk_service.scoring.facts import Fact, values_on

CHILD_BELOW = 16
ELDER_FROM = 65
YEAR = timedelta(days=365)
RECENTLY = timedelta(days=730)
LEAST_INCOME = 0.05
"""Share of the line as which any lower income counts: a logarithm needs something above zero."""
_COSTS = {
    RiskFactor.ILLNESS: "illness_costs",
    RiskFactor.EDUCATION: "education_costs",
    RiskFactor.DISASTER: "losses",
    RiskFactor.ACCIDENT: "losses",
}
SHOCKS = frozenset({RiskFactor.INCOME_DROP, RiskFactor.LIVELIHOOD_FAILURE})
"""Not unemployment: whoever resigns is told no differently from whoever stays, but by what the ledger then shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One version of one department record. The newest version that was known counts alone."""

    record: str
    version: int
    factor: RiskFactor
    occurred_on: date
    known_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """An alert: open from `begins` until the day it was cleared."""

    factor: RiskFactor
    begins: date
    ends: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All that is known of one household; `received` None: no statement. Money in the line's currency."""

    household: HouseholdCopy
    received: BasisCopy | None
    costs: Sequence[Cost] = ()
    warned: Sequence[Warned] = ()
    resolved_on: Sequence[date] = ()
    measures_on: Sequence[date] = field(default=())


def household_values(sources: Sources, *, line: Decimal, day: date) -> tuple[float, ...] | None:
    """In the order of the declaration, NaN for what is not known; None where no member counts."""
    counted = [member for member in sources.household.members if member.counted]
    if not counted:
        return None
    facts = [
        *_register(sources.household, counted, day),
        *_ledger(sources.received, float(line), day),
        *_costs(sources.costs, float(line) * len(counted), day),
        *_conditions(sources, day),
    ]
    return values_on(declared(), facts, day)


def _known(feature: str, value: float, day: date) -> Fact:
    """What is known today of today."""
    return Fact(feature=feature, value=value, begins=day, known_on=day)


def _register(household: HouseholdCopy, counted: Sequence[MemberCopy], day: date) -> Iterator[Fact]:
    """Of unknown age is neither child nor elder."""
    size = float(len(counted))
    ages = [_age(member.date_of_birth, day) for member in counted]
    children = sum(1 for age in ages if age is not None and age < CHILD_BELOW)
    elders = sum(1 for age in ages if age is not None and age >= ELDER_FROM)
    students = sum(
        1
        for member, age in zip(counted, ages, strict=True)
        if member.in_school and age is not None and age >= CHILD_BELOW
    )
    yield _known("ln_members", math.log(size), day)
    yield _known("children_share", children / size, day)
    yield _known("elders_share", elders / size, day)
    yield _known("students_share", students / size, day)
    yield _known("disabled_share", sum(1 for one in counted if one.disabled) / size, day)
    yield _known("care_share", sum(1 for one in counted if one.care_duties > 0) / size, day)
    capacities = [one.labour_capacity for one in counted]
    yield _known("able_share", capacities.count(LabourCapacity.FULL) / size, day)
    yield _known("partly_able_share", capacities.count(LabourCapacity.PARTIAL) / size, day)
    head = next((age for member, age in zip(counted, ages, strict=True) if member.head), None)
    if head is not None:
        yield _known("head_65", float(head >= ELDER_FROM), day)
    yield _known("unsafe_housing", float(not household.safe_housing), day)
    yield _known("registered_before", float(household.registration_history in {"REGISTERED", "GRADUATED"}), day)


def _ledger(received: BasisCopy | None, line: float, day: date) -> Iterator[Fact]:
    if received is None or not received.is_recorded or received.member_count < 1:
        return
    welfare = (received.net - received.rigid_expenses) / 100 / received.member_count
    logs = math.log(max(welfare, LEAST_INCOME * line) / line)
    yield Fact(feature="log_income", value=logs, begins=min(received.as_of, day), known_on=day)
    whole = received.wage + received.production + received.property_income + received.transfer
    if whole > 0:
        yield Fact(
            feature="transfer_share", value=received.transfer / whole, begins=min(received.as_of, day), known_on=day
        )
        yield Fact(feature="wage_share", value=received.wage / whole, begins=min(received.as_of, day), known_on=day)


def _costs(costs: Iterable[Cost], scale: float, day: date) -> Iterator[Fact]:
    """Of the 12 months up to the day; never below nothing."""
    newest: dict[str, Cost] = {}
    for cost in costs:
        if cost.known_on <= day:
            held = newest.get(cost.record)
            if held is None or held.version < cost.version:
                newest[cost.record] = cost
    sums = dict.fromkeys(_COSTS.values(), Decimal(0))
    for cost in newest.values():
        feature = _COSTS.get(cost.factor)
        if feature is not None and day - YEAR < cost.occurred_on <= day:
            sums[feature] += cost.amount
    for feature, amount in sums.items():
        yield _known(feature, max(float(amount), 0.0) / scale, day)


def _conditions(sources: Sources, day: date) -> Iterator[Fact]:
    is_open = {one.factor for one in sources.warned if one.begins <= day and (one.ends is None or one.ends > day)}
    unsafe = not sources.household.safe_water or RiskFactor.WATER_SAFETY in is_open
    yield _known("unsafe_water", float(unsafe), day)
    yield _known("income_shock", float(not SHOCKS.isdisjoint(is_open)), day)
    yield _known("resolved_recently", float(any(day - RECENTLY < on <= day for on in sources.resolved_on)), day)
    yield _known("support_measures", float(sum(day - YEAR < on <= day for on in sources.measures_on)), day)


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
