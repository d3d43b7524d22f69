"""What a plan of an area is declared by, what it was made from, and what came of it. Pure.

A plan proposes; only a person turns a proposal into an offer. It looks at likelihoods to offer help and at nothing
that anybody refused, left or complained about.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from risk_service.planning.domain import Objective
from risk_service.planning.reasons import Reason
from risk_service.policy.domain import MeasureType, RiskFactor

CODE = re.compile(r"[A-Z][A-Z0-9_]{0,39}", re.ASCII)
MOST_MEASURES = 40
LONGEST_LABEL = 200
MOST_CENTS = 10**13
MOST_PLACES = 10**7
NOT_PLANNED = {
    MeasureType.JOB_REFERRAL: "Work is offered where the worker asks for it, never by a likelihood.",
    MeasureType.SUBSISTENCE_ALLOWANCE: "Whoever is entitled to it gets it; a budget does not choose among them.",
}
"""What no plan may deal out."""


class AssistancePlanInvalid(InvalidInput):
    code = "ASSISTANCE_PLAN_INVALID"


class MeasureNotPlannable(InvalidInput):
    code = "MEASURE_NOT_PLANNABLE"


class NobodyToPlanFor(Conflict):
    code = "NOBODY_TO_PLAN_FOR"


class AssistancePlanNotFound(NotFound):
    code = "ASSISTANCE_PLAN_NOT_FOUND"


class WhatIfTooLarge(Conflict):
    code = "WHAT_IF_TOO_LARGE"


class HouseholdFact(StrEnum):
    """What a measure may ask of a household; the list is closed."""

    ABLE_TO_WORK = "ABLE_TO_WORK"
    PARTLY_ABLE_TO_WORK = "PARTLY_ABLE_TO_WORK"
    CHILDREN = "CHILDREN"
    ELDERS = "ELDERS"
    HEAD_65 = "HEAD_65"
    DISABLED_MEMBER = "DISABLED_MEMBER"
    CARE_DUTY = "CARE_DUTY"
    STUDENT = "STUDENT"
    UNSAFE_HOUSING = "UNSAFE_HOUSING"
    UNSAFE_WATER = "UNSAFE_WATER"
    REGISTERED_BEFORE = "REGISTERED_BEFORE"


class EffectBasis(StrEnum):
    ASSUMED = "ASSUMED"
    """Nobody has measured it."""


class Way(StrEnum):
    """How a budget may be spent."""

    THIS_PLAN = "THIS_PLAN"
    HIGHEST_RISK_FIRST = "HIGHEST_RISK_FIRST"
    THRESHOLD_ONLY = "THRESHOLD_ONLY"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredMeasure:
    """`needs` must all hold; of `factors`, if any are named, an alert about one must be open."""

    code: str
    type: MeasureType
    label: str
    unit_cost: int
    capacity: int | None
    effect: float
    needs: tuple[HouseholdFact, ...] = ()
    factors: tuple[RiskFactor, ...] = ()
    effect_basis: EffectBasis = EffectBasis.ASSUMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What somebody asks for. Shares, 0 to 1, are of the budget that would be the group's by its number."""

    area_path: str
    objective: Objective
    budget: int
    measures: tuple[DeclaredMeasure, ...]
    townships_share: float = 0.0
    heads_of_65_share: float = 0.0


def whole_cents(amount: Decimal, *, field: str) -> int:
    """Raises AssistancePlanInvalid for anything but an amount of at most two decimals."""
    if not amount.is_finite() or abs(amount) * 100 > MOST_CENTS or amount * 100 != int(amount * 100):
        raise AssistancePlanInvalid("An amount has at most two decimals.", field=field)
    return int(amount * 100)


def require_sound(declared: Declared) -> None:
    """Raises AssistancePlanInvalid or MeasureNotPlannable."""
    if not 1 <= len(declared.measures) <= MOST_MEASURES:
        raise AssistancePlanInvalid(f"A plan has 1 to {MOST_MEASURES} measures.", field="measures")
    if not 0 <= declared.budget <= MOST_CENTS:
        raise AssistancePlanInvalid("The budget must not be below zero, nor beyond all measure.", field="budget")
    for name, share in (("townships", declared.townships_share), ("headsOf65", declared.heads_of_65_share)):
        if not (math.isfinite(share) and 0 <= share <= 1):
            raise AssistancePlanInvalid("A floor is a share from 0 to 1.", field=f"floors.{name}")
    codes: set[str] = set()
    for number, measure in enumerate(declared.measures):
        _require_measure(measure, f"measures.{number}")
        if measure.code in codes:
            raise AssistancePlanInvalid(f"{measure.code} is declared twice.", field=f"measures.{number}.code")
        codes.add(measure.code)


def _require_measure(measure: DeclaredMeasure, place: str) -> None:
    if measure.type in NOT_PLANNED:
        raise MeasureNotPlannable(NOT_PLANNED[measure.type], field=f"{place}.type")
    if CODE.fullmatch(measure.code) is None:
        raise AssistancePlanInvalid("A code is of capitals, digits and underscores.", field=f"{place}.code")
    if len(measure.label) > LONGEST_LABEL:
        raise AssistancePlanInvalid(f"At most {LONGEST_LABEL} characters.", field=f"{place}.label")
    if not 0 <= measure.unit_cost <= MOST_CENTS:
        raise AssistancePlanInvalid("A cost must not be below zero, nor beyond all measure.", field=f"{place}.unitCost")
    if measure.capacity is not None and not 0 <= measure.capacity <= MOST_PLACES:
        raise AssistancePlanInvalid("A capacity must not be below zero.", field=f"{place}.capacity")
    if not (math.isfinite(measure.effect) and 0 < measure.effect <= 1):
        raise AssistancePlanInvalid("An effect is above 0 and at most 1.", field=f"{place}.assumedEffect")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A household as it was when the plan was made. `likelihood` None: not assessed. `shortfall`: cents a head and
    year below the line, None where no income is recorded. `declined`: measures it declined in this very plan, which
    it is not asked about again.
    """

    household_id: UUID
    area_path: str
    likelihood: float | None
    members: int
    red: bool
    factors: frozenset[RiskFactor]
    facts: frozenset[HouseholdFact]
    shortfall: int | None
    declined: frozenset[str] = frozenset()

    @property
    def township(self) -> str:
        return "/".join(self.area_path.split("/")[:4]) + "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """`number` counts from 1 in the order of the register. Without a `measure`, nothing is proposed.

    `margin`: value by which the choice beats `instead`, the next best.
    """

    number: int
    candidate: Candidate
    likelihood: float
    measure: str | None
    cost: int
    value: float
    reason: Reason
    margin: float
    instead: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureResult:
    """`one_more`: what one more place would avert."""

    code: str
    offered: int
    one_more: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorResult:
    """Cents; `lacking` is what could not be met. `cent_less`: what a cent less of it would avert elsewhere."""

    name: str
    least: int
    lacking: int
    cent_less: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    way: Way
    value: float
    helped: int
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the engine found, without the households."""

    value: float
    bound: float
    cost: int
    helped: int
    cent_more: float
    measures: tuple[MeasureResult, ...]
    floors: tuple[FloorResult, ...]
    red_left_out: int
    compared: tuple[Compared, ...]

    @property
    def gap(self) -> float:
        return max(0.0, self.bound - self.value) / self.bound if self.bound > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    by: str
    at: datetime
    reason: str
    offers: int
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistancePlan:
    """`root_id`: of the plan it supplements after declines, else its own id. `not_assessed`: households left out for
    want of a likelihood.
    """

    id: UUID
    root_id: UUID
    declared: Declared
    currency: str
    as_of: date
    requested_by: str
    made_at: datetime
    households: int
    not_assessed: int
    models: tuple[str, ...]
    policy_version: str
    content_hash: str
    found: Found
    approval: Approval | None = None

    @property
    def is_supplement(self) -> bool:
        return self.root_id != self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything about a plan but what the engine finds."""

    id: UUID
    root_id: UUID
    declared: Declared
    candidates: tuple[Candidate, ...]
    currency: str
    as_of: date
    requested_by: str
    not_assessed: int
    models: tuple[str, ...]
    policy_version: str

    @property
    def is_supplement(self) -> bool:
        return self.root_id != self.id

    def made(self, found: Found, content_hash: str, *, at: datetime) -> AssistancePlan:
        return AssistancePlan(
            id=self.id,
            root_id=self.root_id,
            declared=self.declared,
            currency=self.currency,
            as_of=self.as_of,
            requested_by=self.requested_by,
            made_at=at,
            households=len(self.candidates),
            not_assessed=self.not_assessed,
            models=self.models,
            policy_version=self.policy_version,
            content_hash=content_hash,
            found=found,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a what-if asks: cents more or less, places more or less and effects times a factor, by code."""

    budget: int = 0
    places: tuple[tuple[str, int], ...] = ()
    effects: tuple[tuple[str, float], ...] = ()

    def require_known(self, codes: Iterable[str]) -> None:
        """Raises AssistancePlanInvalid."""
        known = set(codes)
        for number, (code, _) in enumerate((*self.places, *self.effects)):
            if code not in known:
                raise AssistancePlanInvalid(f"{code} is no measure of the plan.", field=f"changes.{number}.measure")
        for code, times in self.effects:
            if not (math.isfinite(times) and 0 < times <= 10):
                raise AssistancePlanInvalid(f"The effect of {code} is multiplied by above 0 to 10.", field="effects")


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """`flipped`: households that would be proposed something else."""

    found: Found
    flipped: int
