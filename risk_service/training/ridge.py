"""Logistic regression held towards the prior, within the declared signs: the stage from 500 labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_service.scoring.declaration import FeatureSet
from risk_service.scoring.features import Effect, Floats
from risk_service.scoring.least_squares import solve_bounded
from risk_service.training.binning import Bins, Sheet, Standard, standard_of

PENALTY = 50.0
"""On the square of each slope per standard deviation, halved: a slope of 0.14 is one standard deviation from none."""
PRIOR_PENALTY = 10.0
"""On how far the prior's own slope is from 1."""
LEAST_GAP_SHARE = 0.005
"""Below this share of gaps a feature's gap says nothing of its own."""
_ROUNDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RidgeDesign:
    """Made once for all folds. Columns: 1, the prior's logit (if any), features, gaps of the features in `gaps`."""

    standard: Standard
    prior: Sheet | None
    gaps: tuple[int, ...]
    matrix: Floats
    lower: Floats
    upper: Floats
    penalty: Floats
    centre: Floats


def design_of(declared: FeatureSet, bins: Bins, codes: Sequence[NDArray[np.uint8]], prior: Sheet | None) -> RidgeDesign:
    standard = standard_of(bins, codes)
    missing = [codes[j] == bins.missing(j) for j in range(len(codes))]
    gaps = tuple(j for j, gap in enumerate(missing) if LEAST_GAP_SHARE <= gap.mean() < 1)
    columns = [np.ones(len(codes[0]))]
    lower, upper, penalty, centre = [-np.inf], [np.inf], [1e-6], [0.0]
    if prior is not None:
        columns.append(prior.logits(codes))
        lower, upper, penalty, centre = [*lower, 0.0], [*upper, np.inf], [*penalty, PRIOR_PENALTY], [0.0, 1.0]
    lower += [0.0 if one.effect is Effect.RAISES else -np.inf for one in declared.features]
    upper += [0.0 if one.effect is Effect.LOWERS else np.inf for one in declared.features]
    matrix = np.column_stack([*columns, standard.matrix(codes), *(missing[j].astype(np.float64) for j in gaps)])
    rest = matrix.shape[1] - len(penalty)
    return RidgeDesign(
        standard=standard,
        prior=prior,
        gaps=gaps,
        matrix=matrix,
        lower=np.array([*lower, *[-np.inf] * len(gaps)]),
        upper=np.array([*upper, *[np.inf] * len(gaps)]),
        penalty=np.array([*penalty, *[PENALTY] * rest]),
        centre=np.array([*centre, *[0.0] * rest]),
    )


def fit_ridge(
    design: RidgeDesign, label: Floats, rows: NDArray[np.bool_], start: Floats | None = None
) -> tuple[Sheet, Floats]:
    """The sheet, and the coefficients to start another fold from. Newton's method, each step within the bounds."""
    matrix, target = design.matrix[rows], label[rows]
    found = design.centre.copy() if start is None else start.copy()
    if start is None:
        rate = float(np.clip(target.mean(), 1e-4, 1 - 1e-4))
        found[0] = np.log(rate / (1 - rate)) - (float(matrix[:, 1].mean()) if design.prior is not None else 0.0)
    loss = np.inf
    for _ in range(_ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(matrix @ found, -30, 30)))
        weight = np.maximum(chance * (1.0 - chance), 1e-6)
        gradient = matrix.T @ (target - chance) - design.penalty * (found - design.centre)
        gram = (matrix * weight[:, None]).T @ matrix + np.diag(design.penalty)
        aim = solve_bounded(gram, gradient + gram @ found, design.lower, design.upper)
        step, before = 1.0, loss
        loss, trial = _loss(design, matrix, target, aim), aim
        while loss > before + 1e-9 and step > 1e-3:
            step /= 2.0
            trial = found + step * (aim - found)
            loss = _loss(design, matrix, target, trial)
        moved = float(np.abs(trial - found).max())
        found = trial
        if moved < 1e-6 or abs(before - loss) < 1e-7 * max(loss, 1.0):
            break
    return _sheet(design, found), found


def _loss(design: RidgeDesign, matrix: Floats, target: Floats, found: Floats) -> float:
    logits = matrix @ found
    return float(
        np.logaddexp(0.0, logits).sum() - target @ logits + 0.5 * design.penalty @ (found - design.centre) ** 2
    )


def _sheet(design: RidgeDesign, found: Floats) -> Sheet:
    first = 1 if design.prior is None else 2
    width = len(design.standard.parts)
    parts = [slope * part for slope, part in zip(found[first : first + width], design.standard.parts, strict=True)]
    for place, j in enumerate(design.gaps):
        parts[j] = parts[j] + np.append(np.zeros(len(parts[j]) - 1), found[first + width + place])
    base = float(found[0])
    if design.prior is not None:
        base += float(found[1]) * design.prior.base
        parts = [part + found[1] * own for part, own in zip(parts, design.prior.parts, strict=True)]
    return Sheet(base=base, parts=tuple(np.asarray(part, dtype=np.float64) for part in parts))
