"""The feature function of the county: what was known of a household on a day, as declared values. Pure.

Fitting and serving both come through `household_values`. A cost, an alert, a case or a measure counts only if it was
received by the day; copies of the register and the ledger show what is known now, and what they showed on earlier
days stands in the history of assessments, as values.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from risk_service.copies.domain import BasisCopy, HouseholdCopy, LabourCapacity, MemberCopy
from risk_service.likelihood.declared import declared
from risk_service.policy.domain import RiskFactor

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
TOLD_BY_ALERTS = (*SHOCKS, RiskFactor.WATER_SAFETY, RiskFactor.HOUSING_SAFETY, RiskFactor.DISABILITY)
"""What an open alert says that the register may not know yet; costs are counted from their records."""


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
    measures_on: Sequence[date] = ()


def household_values(sources: Sources, *, line: Decimal, day: date) -> tuple[float, ...] | None:
    """In the order of the declaration, NaN for what is not known; None where no member counts."""
    counted = [member for member in sources.household.members if member.counted]
    if not counted:
        return None
    values = _register(sources.household, counted, day)
    if sources.received is not None:
        values |= _ledger(sources.received, float(line))
    values |= _costs(sources.costs, float(line) * len(counted), day)
    values |= _conditions(sources, len(counted), values["disabled_share"], day)
    return tuple(values.get(name, math.nan) for name in _names())


@cache
def _names() -> tuple[str, ...]:
    return declared().names


def _register(household: HouseholdCopy, counted: Sequence[MemberCopy], day: date) -> dict[str, float]:
    """Of unknown age is neither child nor elder."""
    size = len(counted)
    children = elders = students = disabled = carers = able = partly_able = 0
    head: int | None = None
    for member in counted:
        age = _age(member.date_of_birth, day)
        if age is not None:
            children += age < CHILD_BELOW
            elders += age >= ELDER_FROM
            students += member.in_school and age >= CHILD_BELOW
        if member.head:
            head = age
        disabled += member.disabled
        carers += member.care_duties > 0
        able += member.labour_capacity is LabourCapacity.FULL
        partly_able += member.labour_capacity is LabourCapacity.PARTIAL
    return {
        "ln_members": math.log(size),
        "children_share": children / size,
        "elders_share": elders / size,
        "students_share": students / size,
        "disabled_share": disabled / size,
        "care_share": carers / size,
        "able_share": able / size,
        "partly_able_share": partly_able / size,
        "head_65": math.nan if head is None else float(head >= ELDER_FROM),
        "registered_before": float(household.registration_history in {"REGISTERED", "GRADUATED"}),
    }


def _ledger(received: BasisCopy, line: float) -> dict[str, float]:
    if not received.is_recorded or received.member_count < 1:
        return {}
    welfare = (received.net - received.rigid_expenses) / 100 / received.member_count
    found = {"log_income": math.log(max(welfare, LEAST_INCOME * line) / line)}
    whole = received.wage + received.production + received.property_income + received.transfer
    if whole > 0:
        found |= {"transfer_share": received.transfer / whole, "wage_share": received.wage / whole}
    return found


def _costs(costs: Iterable[Cost], scale: float, day: date) -> dict[str, float]:
    """Of the 12 months up to the day; never below nothing."""
    newest: dict[str, Cost] = {}
    for cost in costs:
        if cost.known_on <= day:
            held = newest.get(cost.record)
            if held is None or held.version < cost.version:
                newest[cost.record] = cost
    sums = dict.fromkeys(_COSTS.values(), 0.0)
    exact: dict[str, Decimal] = {}
    for cost in newest.values():
        feature = _COSTS.get(cost.factor)
        if feature is not None and day - YEAR < cost.occurred_on <= day:
            exact[feature] = exact.get(feature, Decimal(0)) + cost.amount
    return sums | {feature: max(float(amount), 0.0) / scale for feature, amount in exact.items()}


def _conditions(sources: Sources, size: int, disabled_share: float, day: date) -> dict[str, float]:
    is_open = {one.factor for one in sources.warned if one.begins <= day and (one.ends is None or one.ends > day)}
    home = sources.household
    certified = 1 / size if RiskFactor.DISABILITY in is_open else 0.0
    return {
        "unsafe_water": float(not home.safe_water or RiskFactor.WATER_SAFETY in is_open),
        "unsafe_housing": float(not home.safe_housing or RiskFactor.HOUSING_SAFETY in is_open),
        "disabled_share": max(disabled_share, certified),
        "income_shock": float(not SHOCKS.isdisjoint(is_open)),
        "resolved_recently": float(any(day - RECENTLY < on <= day for on in sources.resolved_on)),
        "support_measures": float(sum(day - YEAR < on <= day for on in sources.measures_on)),
    }


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
