"""The table a county starts with, before sixty incomes are recorded: what is assumed, written out. Pure.

Vulnerability to expected poverty with current income, as `training.prior`, with assumed slopes of log income per head
instead of measured ones. It says "assumed" in its name; the county's own incomes replace it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np

from risk_service.likelihood.declared import declared
from risk_service.scoring.declaration import DeclaredFeature, FeatureSet
from risk_service.scoring.features import Effect
from risk_service.scoring.points import UNIT, FeaturePoints, HorizonShare, PointsTable, Scenario

PERSISTENCE = 0.5
SPREAD = 0.55
"""Scatter of log income per head among households that look the same."""
TYPICAL_INCOME = 0.7
"""Log income over the line of a typical rural household: twice the line."""
PROBIT_TO_LOGIT = 1.702
SWING = 0.35
"""Logit by which a good or a bad year is assumed to move everybody, until three years were seen."""

# feature: (slope of log income, typical value, edges between bins)
_SHARES = tuple(step / 8 for step in range(1, 8))
_COSTS = (0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.1, 1.5, 2.0)
_ASSUMED: dict[str, tuple[float, float, tuple[float, ...]]] = {
    "children_share": (-0.40, 0.20, _SHARES),
    "elders_share": (-0.25, 0.15, _SHARES),
    "head_65": (-0.15, 0.0, (0.5,)),
    "disabled_share": (-0.45, 0.05, _SHARES),
    "care_share": (-0.25, 0.05, _SHARES),
    "able_share": (0.60, 0.50, _SHARES),
    "partly_able_share": (0.30, 0.10, _SHARES),
    "unsafe_housing": (-0.20, 0.0, (0.5,)),
    "unsafe_water": (-0.10, 0.0, (0.5,)),
    "registered_before": (-0.25, 0.0, (0.5,)),
    "resolved_recently": (-0.25, 0.0, (0.5,)),
    "illness_costs": (-0.25, 0.0, _COSTS),
    "education_costs": (-0.15, 0.0, _COSTS),
    "losses": (-0.25, 0.0, _COSTS),
    "income_shock": (-0.40, 0.0, (0.5,)),
}
_INCOME_EDGES = tuple(round(float(edge), 2) for edge in np.arange(-2.0, 2.51, 0.1))


@cache
def starting_table() -> PointsTable:
    own = declared()
    scale = PROBIT_TO_LOGIT / (SPREAD * math.sqrt(1.0 - PERSISTENCE**2))
    features = tuple(_points(feature, scale) for feature in own.features)
    table = PointsTable(
        stage="prior",
        declared=f"{own.name}, assumed",
        horizon_months=own.horizon_months,
        base=round(-scale * TYPICAL_INCOME / UNIT),
        features=features,
        kinship=tuple(tuple(0.0 for _ in features) for _ in features),
        horizons=(HorizonShare(months=own.horizon_months, share=1.0),),
        scenario=Scenario(low=0, central=0, high=0),
        visits=(),
        welfare=own.welfare.feature if own.welfare else None,
        welfare_share=next((one.feature for one in own.support if one.share_of_welfare), None),
        labels=0,
        data_from="",
        data_to="",
    )
    return with_assumptions(table, own)


def with_assumptions(table: PointsTable, own: FeatureSet) -> PointsTable:
    """What a table without labels cannot know: an even hazard over the months, and good and bad years."""
    months = sorted({*(one.months for one in own.horizons), own.horizon_months})
    shift = round(SWING / UNIT)
    return replace(
        table,
        horizons=tuple(HorizonShare(months=one, share=one / own.horizon_months) for one in months),
        scenario=Scenario(low=-shift, central=0, high=shift),
    )


def _points(feature: DeclaredFeature, scale: float) -> FeaturePoints:
    if feature.name == "log_income":
        slope, typical, upper = PERSISTENCE, TYPICAL_INCOME, _INCOME_EDGES
    else:
        assumed, typical, upper = _ASSUMED.get(feature.name, (0.0, 0.0, ()))
        slope = (1.0 - PERSISTENCE) * assumed
    middle = _middle(feature.name, typical, upper)
    points = [round(-scale * slope * (value - typical) / UNIT) for value in middle]
    sign = int(feature.effect)
    if feature.effect is not Effect.FREE:
        points = [sign * int(value) for value in np.maximum.accumulate(np.array(points) * sign)]
    none = next(
        (one.none for one in declared().support if one.feature == feature.name and not one.share_of_welfare), None
    )
    return FeaturePoints.of(
        feature,
        upper=upper,
        points=tuple(points),
        missing=0,
        late=1.0,
        typical=typical,
        support_none=none,
    )


def _middle(name: str, typical: float, upper: tuple[float, ...]) -> list[float]:
    """A value of each bin."""
    if not upper:
        return [typical]
    if len(upper) == 1:
        return [0.0, 1.0]
    inner = [(low + high) / 2.0 for low, high in pairwise(upper)]
    return [upper[0] if name == "log_income" else 0.0, *inner, upper[-1]]
