"""What the model says of a household, and what is worth offering it. Pure.

Neither grants, cuts, orders or reports anything: a likelihood can bring a visit or an offer, and that is all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from risk_service.policy.domain import (
    AlertLevel,
    LikelihoodBand,
    MeasureOffer,
    MeasureType,
    PolicyPack,
    RiskFactor,
)
from risk_service.scoring.likelihood import Contribution, Scored


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    household_id: UUID
    area_path: str
    scored: Scored
    band: LikelihoodBand
    horizon_months: int
    line: Decimal
    currency: str
    policy_version: str
    model_version: str
    as_of: date
    scored_at: datetime

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        return self.scored.contributions


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
