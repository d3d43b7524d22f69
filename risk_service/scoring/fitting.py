"""Vulnerability to expected poverty from one cross-section, without labels.

Three-step feasible generalised least squares (Amemiya 1977) as in Chaudhuri, Jalan and Suryahadi (2002) and
Chaudhuri (2003): the scatter of log welfare per head is regressed on features, its square root weighs the
regression of the level. The level's coefficients keep the sign of `Feature.effect`; the scatter depends on the
FREE features alone, so that the likelihood is monotone in every feature that has a sign.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np

from chassis.errors import Conflict, InvalidInput
from risk_service.scoring.features import FEATURES, NAMES, Effect, Floats
from risk_service.scoring.least_squares import solve_bounded

LEAST_HOUSEHOLDS = 60
# Welfare at or below this share of the line counts as this share: a logarithm needs something above zero.
FLOOR_SHARE = 0.05
# Share of the mean residual variance below which no fitted variance falls.
LEAST_VARIANCE_SHARE = 0.1
RIDGE = 1e-6
HORIZON_MONTHS = 12
# How far a household's own deviation from what its features say persists over the horizon (0: not, 1: fully).
PERSISTENCE = 0.5


class TooFewHouseholds(Conflict):
    code = "TOO_FEW_HOUSEHOLDS"


@dataclass(frozen=True, slots=True, kw_only=True)
class VulnerabilityModel:
    """Coefficients on the features themselves, in the order of `names`. Logarithms are natural, of money per head.

    `typical` are the feature means and `typical_log_welfare` the mean over the households it was fitted on.
    """

    names: tuple[str, ...]
    intercept: float
    coefficients: tuple[float, ...]
    scatter_intercept: float
    scatter_coefficients: tuple[float, ...]
    least_variance: float
    typical: tuple[float, ...]
    typical_log_welfare: float
    persistence: float
    horizon_months: int
    households: int

    @property
    def version(self) -> str:
        return _version_of(self)

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> VulnerabilityModel:
        """Raises InvalidInput for a model over other features than this program knows."""
        table = json.loads(text)
        if tuple(table["names"]) != NAMES:
            raise InvalidInput("The stored model speaks of other features.")
        return VulnerabilityModel(
            names=NAMES,
            intercept=float(table["intercept"]),
            coefficients=tuple(float(value) for value in table["coefficients"]),
            scatter_intercept=float(table["scatter_intercept"]),
            scatter_coefficients=tuple(float(value) for value in table["scatter_coefficients"]),
            least_variance=float(table["least_variance"]),
            typical=tuple(float(value) for value in table["typical"]),
            typical_log_welfare=float(table["typical_log_welfare"]),
            persistence=float(table["persistence"]),
            horizon_months=int(table["horizon_months"]),
            households=int(table["households"]),
        )


@lru_cache(maxsize=8)
def _version_of(model: VulnerabilityModel) -> str:
    return "vep-" + hashlib.sha256(model.to_json().encode()).hexdigest()[:12]


def log_welfare(welfare: Floats, line: Floats | float) -> Floats:
    """Natural logarithm with the floor applied; NaN (not recorded) stays NaN."""
    floored: Floats = np.maximum(welfare, FLOOR_SHARE * np.asarray(line, dtype=np.float64))
    return np.log(floored)


def fit(features: Floats, log_welfare_: Floats, *, persistence: float = PERSISTENCE) -> VulnerabilityModel:
    """`features` (n, k) and `log_welfare_` (n,) of households whose welfare is recorded.

    Raises TooFewHouseholds, or InvalidInput for a number that is not finite.
    """
    if features.ndim != 2 or features.shape[1] != len(FEATURES) or features.shape[0] != log_welfare_.shape[0]:
        raise InvalidInput("Features and welfare must have one row per household.")
    if not (np.isfinite(features).all() and np.isfinite(log_welfare_).all()):
        raise InvalidInput("Features and welfare must be finite numbers.")
    if not 0.0 <= persistence < 1.0:
        raise InvalidInput("Persistence lies between 0 and 1.")
    if features.shape[0] < LEAST_HOUSEHOLDS:
        raise TooFewHouseholds(f"At least {LEAST_HOUSEHOLDS} households with a recorded income are needed.")

    typical = features.mean(axis=0)
    spread = features.std(axis=0)
    varies = spread > 1e-12
    scale = np.where(varies, spread, 1.0)
    design = np.column_stack([np.ones(len(features)), np.where(varies, (features - typical) / scale, 0.0)])
    free = np.array([True] + [feature.effect is Effect.FREE for feature in FEATURES])
    lower, upper = _bounds()

    first = _bounded_least_squares(design, log_welfare_, np.ones(len(features)), lower, upper)
    squared = (log_welfare_ - design @ first) ** 2
    least = LEAST_VARIANCE_SHARE * float(squared.mean()) + 1e-6
    scatter_design = design[:, free]
    rough = np.maximum(scatter_design @ _least_squares(scatter_design, squared, np.ones(len(squared))), least)
    scatter = _least_squares(scatter_design, squared, 1.0 / rough**2)
    variance = np.maximum(scatter_design @ scatter, least)
    level = _bounded_least_squares(design, log_welfare_, 1.0 / variance, lower, upper)

    full_scatter = np.zeros(len(FEATURES) + 1)
    full_scatter[free] = scatter
    slopes, scatter_slopes = level[1:] / scale, full_scatter[1:] / scale
    return VulnerabilityModel(
        names=NAMES,
        intercept=float(level[0] - slopes @ typical),
        coefficients=tuple(float(value) for value in slopes),
        scatter_intercept=float(full_scatter[0] - scatter_slopes @ typical),
        scatter_coefficients=tuple(float(value) for value in scatter_slopes),
        least_variance=least,
        typical=tuple(float(value) for value in typical),
        typical_log_welfare=float(log_welfare_.mean()),
        persistence=persistence,
        horizon_months=HORIZON_MONTHS,
        households=len(features),
    )


def _bounds() -> tuple[Floats, Floats]:
    """For the level of welfare: what raises the likelihood of poverty must not raise welfare, and the reverse."""
    lower = [-np.inf] + [0.0 if feature.effect is Effect.LOWERS else -np.inf for feature in FEATURES]
    upper = [np.inf] + [0.0 if feature.effect is Effect.RAISES else np.inf for feature in FEATURES]
    return np.array(lower), np.array(upper)


def _least_squares(design: Floats, target: Floats, weights: Floats) -> Floats:
    gram, moment = _normal_equations(design, target, weights)
    return np.asarray(np.linalg.solve(gram, moment), dtype=np.float64)


def _bounded_least_squares(design: Floats, target: Floats, weights: Floats, lower: Floats, upper: Floats) -> Floats:
    """Weighted least squares within bounds."""
    gram, moment = _normal_equations(design, target, weights)
    return solve_bounded(gram, moment, lower, upper)


def _normal_equations(design: Floats, target: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Scaled to unit total weight, with a ridge that a constant feature (all zeros) needs to be solvable."""
    share = weights / weights.sum()
    weighted = design * share[:, None]
    gram: Floats = design.T @ weighted + RIDGE * np.eye(design.shape[1])
    moment: Floats = weighted.T @ target
    gram[0, 0] -= RIDGE
    return gram, moment
