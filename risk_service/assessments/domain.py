"""What the model says of a household, and what is worth offering it. Pure.

Neither grants, cuts, orders or reports anything: a likelihood can bring a visit or an offer, and that is all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from chassis.errors import InvalidInput
from risk_service.policy.domain import (
    AlertLevel,
    LikelihoodBand,
    MeasureOffer,
    MeasureType,
    PolicyPack,
    RiskFactor,
)


class AssessmentDayInvalid(InvalidInput):
    code = "ASSESSMENT_DAY_INVALID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """`inputs` (NaN: not known) and `contributions` in points are in the order of the model's features; `base` and
    contributions add up to the logit. `raising`, `lowering`: places of the strongest, strongest first.
    `visit_points`: what the visit list goes by. `known_at`: since when exactly this is told.
    """

    household_id: UUID
    area_path: str
    likelihood: float
    without_support: float
    low: float
    high: float
    band: LikelihoodBand
    visit_points: int
    horizon_months: int
    base: int
    inputs: tuple[float, ...]
    contributions: tuple[int, ...]
    raising: tuple[int, ...]
    lowering: tuple[int, ...]
    line: Decimal
    currency: str
    policy_version: str
    model_version: str
    as_of: date
    scored_at: datetime
    known_at: datetime


class LikelihoodAgreement(StrEnum):
    AGREE = "AGREE"
    LIKELIHOOD_HIGHER = "LIKELIHOOD_HIGHER"
    LEVEL_HIGHER = "LEVEL_HIGHER"


def agreement(level: AlertLevel, band: LikelihoodBand) -> LikelihoodAgreement:
    """Whether rules and model say the same: no alert and LOW or MEDIUM, yellow and MEDIUM or HIGH, red and HIGH."""
    if level is AlertLevel.NONE:
        return LikelihoodAgreement.LIKELIHOOD_HIGHER if band is LikelihoodBand.HIGH else LikelihoodAgreement.AGREE
    if band is LikelihoodBand.LOW or (level is AlertLevel.RED and band is LikelihoodBand.MEDIUM):
        return LikelihoodAgreement.LEVEL_HIGHER
    return LikelihoodAgreement.AGREE


class AssessmentOrder(StrEnum):
    """How a list of assessments goes: by whom to visit first, or by which household id."""

    VISITS_FIRST = "VISITS_FIRST"
    BY_HOUSEHOLD = "BY_HOUSEHOLD"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentFilter:
    area_path: str
    band: LikelihoodBand | None
    order: AssessmentOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Somebody looked at a household's likelihood on a day."""

    reader: str
    roles: tuple[str, ...]
    read_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRisk:
    """An open alert as far as recommending measures asks."""

    factor: RiskFactor
    level: AlertLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendedMeasure:
    """`factor` or `band` says what it answers to."""

    type: MeasureType
    factor: RiskFactor | None
    level: AlertLevel
    band: LikelihoodBand | None


def recommend(
    pack: PolicyPack, *, risks: Iterable[OpenRisk], band: LikelihoodBand | None
) -> tuple[RecommendedMeasure, ...]:
    """The policy's list for the open alerts (of one factor, the row of the highest level it reaches) and the
    band; each measure once, alerts first, in the policy's order.
    """
    found: dict[MeasureType, RecommendedMeasure] = {}
    for risk in sorted(risks, key=lambda one: (-one.level, one.factor)):
        fitting = [one for one in pack.measures if one.factor is risk.factor and one.level <= risk.level]
        best = max(fitting, key=lambda one: one.level, default=None)
        _add(found, best, level=risk.level)
    if band is not None:
        for offer in pack.measures:
            if offer.band is band:
                _add(found, offer, level=AlertLevel.NONE)
    return tuple(found.values())


def _add(found: dict[MeasureType, RecommendedMeasure], offer: MeasureOffer | None, *, level: AlertLevel) -> None:
    if offer is None:
        return
    for kind in offer.types:
        found.setdefault(kind, RecommendedMeasure(type=kind, factor=offer.factor, level=level, band=offer.band))
