"""What a plan is declared by: an area, money, measures and floors. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from chassis.errors import InvalidInput
from risk_service.planning.domain import Objective
from risk_service.policy.domain import MeasureType, RiskFactor

CODE = re.compile(r"[A-Z][A-Z0-9_]{0,39}", re.ASCII)
MOST_MEASURES = 40
ELDER_FROM = 65
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


class HouseholdFact(StrEnum):
    """What a measure may ask of a household; the list is closed."""

    ABLE_TO_WORK = "ABLE_TO_WORK"
    PARTLY_ABLE_TO_WORK = "PARTLY_ABLE_TO_WORK"
    CHILDREN = "CHILDREN"
    ELDERS = "ELDERS"
    HEAD_65 = "HEAD_65"
    ELDER_HEAD = "ELDER_HEAD"
    """From the age on for which the policy keeps a floor."""
    DISABLED_MEMBER = "DISABLED_MEMBER"
    CARE_DUTY = "CARE_DUTY"
    STUDENT = "STUDENT"
    UNSAFE_HOUSING = "UNSAFE_HOUSING"
    UNSAFE_WATER = "UNSAFE_WATER"
    REGISTERED_BEFORE = "REGISTERED_BEFORE"


class EffectBasis(StrEnum):
    ASSUMED = "ASSUMED"
    """Nobody has measured it."""
    MEASURED = "MEASURED"
    """Seen in households that got it, and approved for plans by a second person."""


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
    assumed_effect: float | None = None
    """Where `effect` was measured: what was assumed before."""

    @property
    def assumed(self) -> float:
        return self.effect if self.assumed_effect is None else self.assumed_effect


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenWeights:
    """Which weights of a plan are a policy's: `names` as `planAssistance` calls them."""

    policy_version: str
    policy_hash: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What somebody asks for. Shares, 0 to 1, are of the budget that would be the group's by its number."""

    area_path: str
    objective: Objective
    budget: int
    measures: tuple[DeclaredMeasure, ...]
    townships_share: float = 0.0
    heads_of_65_share: float = 0.0
    red_first: bool = True
    elders_from_age: int = ELDER_FROM
    """Whose floor `heads_of_65_share` is."""
    taken: TakenWeights | None = None
    """None where no policy said anything of plans."""
    catalogue_id: UUID | None = None
    """Where the measures were taken from an approved list."""


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
