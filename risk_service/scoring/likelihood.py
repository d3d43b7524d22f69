"""The likelihood that a household is at or below the line when the horizon ends, and the model's reasons for it.

With z the line, X the features, y the welfare now and rho the persistence of a household's own deviation:

    log y' = X b + rho (log y - X b) + noise,   noise ~ N(0, s(X)^2 (1 - rho^2))
    likelihood = Phi( ((1 - rho)(log z - X b) + rho (log z - log y)) / (s(X) sqrt(1 - rho^2)) )

Without a recorded y, rho is 0 and this is Chaudhuri's vulnerability to expected poverty. The likelihood falls as
welfare rises and moves with every signed feature as its sign says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from chassis.errors import InvalidInput
from risk_service.scoring.features import FEATURES, Floats
from risk_service.scoring.fitting import VulnerabilityModel

WELFARE = "welfare_now"
SCATTER = "scatter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one input adds to the index (probit scale) against a typical household. `value` and `typical` are in
    the input's own unit: shares, yes/no as 1/0, money per head for welfare, standard deviation for scatter.
    """

    name: str
    value: float
    typical: float
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """`typical_index` plus all contributions is `index`; `likelihood` is Phi(index)."""

    likelihood: float
    index: float
    typical_index: float
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One household: its features in the model's order, natural logarithms of its welfare (None: not recorded) and
    of the line.
    """

    features: tuple[float, ...]
    log_welfare: float | None
    log_line: float


def normal_cdf(values: Floats) -> Floats:
    """Phi, accurate in both tails."""
    return np.array([0.5 * math.erfc(-value / math.sqrt(2.0)) for value in values], dtype=np.float64)


def explain(
    model: VulnerabilityModel, features: tuple[float, ...], log_welfare: float | None, log_line: float
) -> Scored:
    """One household's likelihood with the exact share of every input. A reason is the model's, never the cause."""
    return explain_all(model, [Asked(features=features, log_welfare=log_welfare, log_line=log_line)])[0]


def explain_all(model: VulnerabilityModel, asked: Sequence[Asked]) -> list[Scored]:
    """As `explain`, for many households at a fraction of the cost of each."""
    if not asked:
        return []
    rows = np.array([one.features for one in asked], dtype=np.float64)
    own = np.array([math.nan if one.log_welfare is None else one.log_welfare for one in asked], dtype=np.float64)
    lines = np.array([one.log_line for one in asked], dtype=np.float64)
    indices = _index(model, rows, own, lines)
    found = zip(asked, indices.tolist(), normal_cdf(indices).tolist(), _scatter(model, rows).tolist(), strict=True)
    return [_explained(model, one, index, likelihood, scatter) for one, index, likelihood, scatter in found]


def _explained(model: VulnerabilityModel, asked: Asked, index: float, likelihood: float, scatter: float) -> Scored:
    features, log_welfare, log_line = asked.features, asked.log_welfare, asked.log_line
    rho = model.persistence if log_welfare is not None else 0.0
    noise = math.sqrt(1.0 - rho * rho)
    typical_scatter, expected = _typical(model)
    typical_gap = (1.0 - rho) * (log_line - expected) + rho * (log_line - model.typical_log_welfare)
    gap = index * scatter * noise

    contributions = [
        Contribution(
            name=feature.name,
            value=value,
            typical=usual,
            amount=-(1.0 - rho) * slope * (value - usual) / (typical_scatter * noise),
        )
        for feature, value, usual, slope in zip(FEATURES, features, model.typical, model.coefficients, strict=True)
    ]
    if log_welfare is not None:
        contributions.append(
            Contribution(
                name=WELFARE,
                value=math.exp(log_welfare),
                typical=math.exp(model.typical_log_welfare),
                amount=rho * (model.typical_log_welfare - log_welfare) / (typical_scatter * noise),
            )
        )
    contributions.append(
        Contribution(
            name=SCATTER,
            value=scatter,
            typical=typical_scatter,
            amount=gap / noise * (1.0 / scatter - 1.0 / typical_scatter),
        )
    )
    return Scored(
        likelihood=likelihood,
        index=index,
        typical_index=float(typical_gap) / (typical_scatter * noise),
        contributions=tuple(contributions),
    )


def top(scored: Scored, *, raising: int = 3, lowering: int = 2) -> tuple[list[Contribution], list[Contribution]]:
    """The strongest raising and lowering contributions, strongest first; what adds nothing is left out."""
    up = sorted((one for one in scored.contributions if one.amount > 1e-9), key=lambda one: -one.amount)
    down = sorted((one for one in scored.contributions if one.amount < -1e-9), key=lambda one: one.amount)
    return up[:raising], down[:lowering]


def _index(model: VulnerabilityModel, features: Floats, log_welfare: Floats, log_line: Floats) -> Floats:
    if not (np.isfinite(features).all() and np.isfinite(log_line).all()) or np.isinf(log_welfare).any():
        raise InvalidInput("Features, welfare and line must be finite numbers.")
    recorded = ~np.isnan(log_welfare)
    rho = np.where(recorded, model.persistence, 0.0)
    own = np.where(recorded, log_welfare, 0.0)
    gap = (1.0 - rho) * (log_line - _expected(model, features)) + rho * (log_line - own)
    return np.asarray(gap / (_scatter(model, features) * np.sqrt(1.0 - rho**2)), dtype=np.float64)


@lru_cache(maxsize=8)
def _typical(model: VulnerabilityModel) -> tuple[float, float]:
    """Scatter and expected log welfare of a typical household."""
    typical = np.array([model.typical], dtype=np.float64)
    return float(_scatter(model, typical)[0]), float(_expected(model, typical)[0])


def _expected(model: VulnerabilityModel, features: Floats) -> Floats:
    return np.asarray(model.intercept + features @ np.array(model.coefficients), dtype=np.float64)


def _scatter(model: VulnerabilityModel, features: Floats) -> Floats:
    variance = model.scatter_intercept + features @ np.array(model.scatter_coefficients)
    return np.asarray(np.sqrt(np.maximum(variance, model.least_variance)), dtype=np.float64)
