"""What is told beside a likelihood: reasons, the scenario band, horizons, the likelihood without present support, and
what would change it. Pure. A reason is the model's, never the cause.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from risk_service.scoring.engine import Engine, Points, Scores, likelihood_of
from risk_service.scoring.features import Effect, Floats
from risk_service.scoring.points import UNIT, FeaturePoints, PointsTable
from risk_service.scoring.readable import MoneyLine, scale_of

WORDS = ("the model's reason, not the cause", "模型依据,并非真实原因")
_LEAST_WELFARE_SHARE = 0.05
"""Income without support is never told below this share of what it is: a logarithm needs something above zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """`value` and `typical` in a unit that people read; None: not known. `logit`: what it adds against the typical
    value.
    """

    name: str
    label: str
    label_zh: str
    unit: str
    unit_zh: str
    value: float | None
    typical: float | None
    logit: float

    @property
    def is_told(self) -> bool:
        """A figure that reads like the typical one explains nothing to whoever reads it."""
        return self.value is None or self.value != self.typical


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The likelihood if this one feature, which help can move, were at its typical value; both as people read them."""

    name: str
    label: str
    label_zh: str
    unit: str
    unit_zh: str
    value: float
    to: float
    likelihood: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`logit` is `base` plus the logits of `reasons`, one a feature. `by_month`: (months, likelihood), rising."""

    likelihood: float
    low: float
    high: float
    without_support: float
    logit: float
    base: float
    reasons: tuple[Reason, ...]
    raising: tuple[Reason, ...]
    lowering: tuple[Reason, ...]
    changes: tuple[Change, ...]
    by_month: tuple[tuple[int, float], ...]
    model_version: str


def tell(engine: Engine, row: Sequence[float], *, line: MoneyLine | None = None) -> Told:
    """One household in full; with the line it was held against, money is told as money."""
    values = np.array([row], dtype=np.float64)
    scores = engine.score(values)
    table = engine.table
    reasons = tuple(
        _reason(feature, row[j], int(scores.contributions[j, 0]), line) for j, feature in enumerate(table.features)
    )
    low, high = scenario_band(table, scores)
    return Told(
        likelihood=float(scores.likelihood[0]),
        low=float(low[0]),
        high=float(high[0]),
        without_support=float(without_support(engine, values, scores)[0]),
        logit=int(scores.total[0]) * UNIT,
        base=int(scores.base[0]) * UNIT,
        reasons=reasons,
        raising=tuple(reasons[j] for j in scores.raising[:, 0] if j >= 0 and reasons[j].is_told),
        lowering=tuple(reasons[j] for j in scores.lowering[:, 0] if j >= 0 and reasons[j].is_told),
        changes=_changes(engine, values, scores, line),
        by_month=tuple((month, float(chance[0])) for month, chance in by_month(table, scores.likelihood)),
        model_version=table.version,
    )


def _reason(feature: FeaturePoints, value: float, points: int, line: MoneyLine | None) -> Reason:
    scale = scale_of(feature.unit, line)
    return Reason(
        name=feature.name,
        label=feature.label,
        label_zh=feature.label_zh,
        unit=scale.unit,
        unit_zh=scale.unit_zh,
        value=scale.shown(value),
        typical=scale.shown(feature.typical),
        logit=points * UNIT,
    )


def scenario_band(table: PointsTable, scores: Scores) -> tuple[Floats, Floats]:
    """Likelihoods in a year as good, and as bad, as the extremes of the last ones."""
    moved = scores.total - table.scenario.central
    return likelihood_of(moved + table.scenario.low), likelihood_of(moved + table.scenario.high)


def by_month(table: PointsTable, likelihood: Floats) -> tuple[tuple[int, Floats], ...]:
    """Cumulative: by each horizon's month, rising to the likelihood itself."""
    survival = np.log1p(-np.minimum(likelihood, 1 - 1e-12))
    return tuple(
        (one.months, likelihood if one.share == 1.0 else np.asarray(-np.expm1(one.share * survival)))
        for one in table.horizons
    )


def without_support(engine: Engine, values: Floats, scores: Scores) -> Floats:
    """p0: with the declared support taken away, and the income that it is. Never below the likelihood: that somebody
    receives help may mark need, but help taken away makes nobody safer.
    """
    table = engine.table
    moved = values.copy(order="F")
    for j, feature in enumerate(table.features):
        if feature.support_none is not None:
            moved[:, j] = np.where(np.isnan(values[:, j]), np.nan, feature.support_none)
    names = table.names
    if table.welfare in names and table.welfare_share in names:
        welfare, share = names.index(table.welfare), names.index(table.welfare_share)
        left = np.clip(1.0 - np.nan_to_num(values[:, share]), _LEAST_WELFARE_SHARE, 1.0)
        moved[:, welfare] = values[:, welfare] + np.log(left)
    if np.array_equal(moved, values, equal_nan=True):
        return scores.likelihood
    bare: Points = engine.score(moved).contributions
    rise = np.maximum(bare.astype(np.int64) - scores.contributions, 0).sum(axis=0)
    return likelihood_of(scores.total + rise)


def _changes(engine: Engine, values: Floats, scores: Scores, line: MoneyLine | None) -> tuple[Change, ...]:
    """Strongest first. Only features that help can move, from the worse side towards what is typical."""
    found = []
    for j, feature in enumerate(engine.table.features):
        value = float(values[0, j])
        if not feature.helpable or feature.effect is Effect.FREE or feature.typical is None or math.isnan(value):
            continue
        if int(feature.effect) * (value - feature.typical) <= 0:
            continue
        moved = values.copy()
        moved[0, j] = feature.typical
        likelihood = float(engine.likelihoods(moved)[0])
        if likelihood < float(scores.likelihood[0]):
            scale = scale_of(feature.unit, line)
            found.append(
                Change(
                    name=feature.name,
                    label=feature.label,
                    label_zh=feature.label_zh,
                    unit=scale.unit,
                    unit_zh=scale.unit_zh,
                    value=scale.shown(value) or 0.0,
                    to=scale.shown(feature.typical) or 0.0,
                    likelihood=likelihood,
                )
            )
    return tuple(sorted(found, key=lambda one: one.likelihood))


def visit_order(
    table: PointsTable, scores: Scores, members: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]
) -> Floats:
    """What visits go by, greatest first: the logit in points, and the leads that a policy gives to groups."""
    order = scores.total.astype(np.float64)
    for rule in table.visits:
        if rule.group in members:
            order += rule.lead * members[rule.group]
    return order
