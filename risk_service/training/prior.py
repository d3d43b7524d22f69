"""The label-free prior: vulnerability to expected poverty joined with the household's own income, as a sheet.

As `scoring.likelihood`, for any declared table: log welfare y is regressed on what is no part of it (signs kept), and
what a household deviates from what its features say persists by rho. With an earlier income y0 as a second reading,

    y' = X b + rho / (1 + rho) ((y - X b) + (y0 - X b)) + noise

rho is measured where both readings are known, else 0.5. One scatter for all: features that have a sign must not act
through it. Phi is told as a logit, Phi(x) = 1 / (1 + exp(-1.702 x)) within 0.01.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chassis.errors import Conflict
from risk_service.scoring.declaration import FeatureSet
from risk_service.scoring.features import Effect, Floats
from risk_service.scoring.least_squares import solve_bounded
from risk_service.training.binning import Bins, Sheet, Standard, standard_of

LEAST_HOUSEHOLDS = 60
PERSISTENCE = 0.5
"""How far a household's own deviation from what its features say persists over the horizon, where not measured."""
PROBIT_TO_LOGIT = 1.702
RIDGE_ROWS = 50.0
"""As many rows of average weight speak for "no effect" of each feature."""
LEAST_SPREAD = 0.3
"""Share of the spread of log income that always stays unexplained: features that explain more are income itself."""
SAME_AS_INCOME = 0.97
"""A feature correlated so with log income is income by another name, and explains nothing."""
_UNEXPLAINING = frozenset({"history", "calendar"})
_LOWEST, _HIGHEST = -3.0, 3.0
"""Log income over the line, cut: a twentieth of the line and twenty times it."""


class TooFewHouseholds(Conflict):
    code = "TOO_FEW_HOUSEHOLDS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    sheet: Sheet
    persistence: float
    measured: bool


def prior_of(
    declared: FeatureSet, bins: Bins, codes: Sequence[NDArray[np.uint8]], *, use_earlier: bool = True
) -> Prior:
    """Over rows with a recorded income, at risk or not. Raises TooFewHouseholds."""
    assert declared.welfare is not None  # noqa: S101 - asked only where a welfare column is declared
    own = declared.place_of(declared.welfare.feature)
    earlier = None if declared.welfare.earlier is None else declared.place_of(declared.welfare.earlier)
    recorded = codes[own] < bins.missing(own)
    if recorded.sum() < LEAST_HOUSEHOLDS:
        raise TooFewHouseholds(f"At least {LEAST_HOUSEHOLDS} households with a recorded income are needed.")
    explaining = np.array(
        [
            j not in {own, earlier} and not feature.part_of_welfare and feature.source not in _UNEXPLAINING
            for j, feature in enumerate(declared.features)
        ]
    )
    standard = standard_of(bins, codes)
    slopes, intercept, residual = _regress(
        declared,
        standard,
        codes,
        recorded=recorded,
        explaining=explaining,
        target=_logs(bins, own)[codes[own]],
    )
    spread = max(
        float(residual[recorded].std()), LEAST_SPREAD * float(_logs(bins, own)[codes[own]][recorded].std()), 1e-3
    )
    persistence, measured = PERSISTENCE, False
    if earlier is not None:
        both = recorded & (codes[earlier] < bins.missing(earlier))
        expected = _logs(bins, own)[codes[own]] - residual
        if both.sum() >= LEAST_HOUSEHOLDS:
            before = _logs(bins, earlier)[codes[earlier]][both] - expected[both]
            if before.std() > 0:
                persistence = float(np.clip(np.corrcoef(residual[both], before)[0, 1], 0.2, 0.8))
                measured = True
    second = earlier is not None and use_earlier
    weight = persistence / (1.0 + persistence) if second else persistence
    scale = PROBIT_TO_LOGIT / (spread * np.sqrt(1.0 - persistence**2))
    through = 1.0 - (2.0 if second else 1.0) * weight
    parts = [-scale * through * slope * part for slope, part in zip(slopes, standard.parts, strict=True)]
    base = -scale * through * intercept
    for place in (own, earlier) if second else (own,):
        assert place is not None  # noqa: S101 - `second` says so
        logs = _logs(bins, place)
        usual = float(logs[codes[place]][codes[place] < bins.missing(place)].mean())
        parts[place] = -scale * weight * (np.append(logs[:-1], usual) - usual)
        base -= scale * weight * usual
    return Prior(sheet=Sheet(base=float(base), parts=tuple(parts)), persistence=persistence, measured=measured)


def _logs(bins: Bins, place: int) -> Floats:
    return np.append(np.clip(bins.middle[place], _LOWEST, _HIGHEST), 0.0)


def _regress(
    declared: FeatureSet,
    standard: Standard,
    codes: Sequence[NDArray[np.uint8]],
    *,
    recorded: NDArray[np.bool_],
    explaining: NDArray[np.bool_],
    target: Floats,
) -> tuple[Floats, float, Floats]:
    """(slope per feature, intercept, residual of every row)."""
    slopes = np.zeros(len(standard.parts))
    centre = float(target[recorded].mean())
    explaining = explaining & ~_same(standard.matrix(codes)[recorded], target[recorded])
    design = standard.matrix(codes)[:, explaining]
    if design.shape[1]:
        rows = design[recorded]
        gram = rows.T @ rows + RIDGE_ROWS * np.eye(rows.shape[1])
        effects = [feature.effect for feature, taken in zip(declared.features, explaining, strict=True) if taken]
        lower = np.array([0.0 if one is Effect.LOWERS else -np.inf for one in effects])
        upper = np.array([0.0 if one is Effect.RAISES else np.inf for one in effects])
        slopes[explaining] = solve_bounded(gram, rows.T @ (target[recorded] - centre), lower, upper)
    return slopes, centre, np.asarray(target - centre - design @ slopes[explaining])


def _same(matrix: Floats, target: Floats) -> NDArray[np.bool_]:
    """Columns that are the target by another name."""
    centred, aim = matrix - matrix.mean(axis=0), target - target.mean()
    norm = np.sqrt((centred**2).sum(axis=0) * float(aim @ aim))
    return np.asarray(np.abs(aim @ centred) > SAME_AS_INCOME * np.maximum(norm, 1e-12), dtype=np.bool_)
