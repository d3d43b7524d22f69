"""What each view is worth: a conditional logit over a title's candidates (McFadden 1974), and how sure to be of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from employment_service.occupations.coding.grams import Ints
from employment_service.occupations.coding.views import NAMES, PLAIN_VIEWS, Candidates

Doubles = NDArray[np.float64]
SHRINKAGE = 5.0
SAME_UNSEEN = 8.0
"""What the very same title is worth where none of those learnt from was the same as another."""
SUREST = 0.995
FEWEST = 50
"""Titles that teach, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    weights: Doubles
    """One a view, on its own scale."""

    def scores(self, found: Candidates) -> Doubles:
        return found.values.astype(np.float64) @ self.weights


def shares(scores: Doubles, row: Ints, rows: int) -> Doubles:
    """Softmax over each title's candidates."""
    most = np.full(rows, -np.inf)
    np.maximum.at(most, row, scores)
    grown = np.exp(scores - most[row])
    chance: Doubles = grown / np.bincount(row, weights=grown, minlength=rows)[row]
    return chance


def fitted(found: Candidates, truth: Ints, *, from_confirmed: bool) -> Mixture | None:
    """`truth`: the code of each title. Titles whose code is no candidate teach nothing here; None: too few teach."""
    rows = len(truth)
    right = found.code == truth[found.row]
    taught = np.bincount(found.row[right], minlength=rows) > 0
    used = taught[found.row]
    if int(taught.sum()) < FEWEST:
        return None
    values, row, hit = found.values[used], found.row[used], right[used]
    scale = values.std(axis=0, dtype=np.float64)
    flat = scale < 1e-9
    scale[flat] = 1
    values /= scale.astype(np.float32)
    values[:, flat] = 0
    wanted = values[hit].sum(axis=0, dtype=np.float64)

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        chance = shares((values @ weights.astype(np.float32)).astype(np.float64), row, rows)
        value = -float(np.log(np.maximum(chance[hit], 1e-300)).sum()) + SHRINKAGE * float(weights @ weights)
        slope = (chance.astype(np.float32) @ values).astype(np.float64)
        return value, slope - wanted + 2 * SHRINKAGE * weights

    # To be more like a code never speaks against it, also beyond what was seen while learning.
    bounds = [(0.0, None)] * PLAIN_VIEWS + [(None, None)] * (len(NAMES) - PLAIN_VIEWS)
    start = np.zeros(values.shape[1])
    solved = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 120})
    weights = solved.x / scale
    at = {name: number for number, name in enumerate(NAMES)}
    if not from_confirmed:
        weights[at["label_same"]] = SAME_UNSEEN
        # Learnt before anybody confirmed a title: one that staff then confirm counts as a label, the same far more.
        for view in ("", "_squared"):
            weights[at[f"confirmed{view}"]] = weights[at[f"label{view}"]]
        weights[at["confirmed_same"]] = 2 * SAME_UNSEEN
    return Mixture(weights=weights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Turns a share into the probability of being right: a * logit(share) + b, as a logit (Platt 1999)."""

    slope: float
    offset: float
    threshold: float
    """Below this probability nothing is claimed."""

    def probability(self, share: Doubles) -> Doubles:
        sure = np.clip(share, 1e-6, SUREST)
        return 1 / (1 + np.exp(-(self.slope * np.log(sure / (1 - sure)) + self.offset)))


def calibrated(share: Doubles, right: NDArray[np.bool_], *, wanted: float) -> Calibration:
    """From titles that nothing was fitted to: the first answer's share, and whether it was right.

    The threshold is the lowest above which, at every length of the list, the answered ones reach `wanted`.
    """
    sure = np.clip(share, 1e-6, SUREST)
    odds = np.log(sure / (1 - sure))
    hit = right.astype(np.float64)

    def loss(line: Doubles) -> tuple[float, Doubles]:
        chance = 1 / (1 + np.exp(-(line[0] * odds + line[1])))
        value = -float((hit * np.log(chance + 1e-12) + (1 - hit) * np.log(1 - chance + 1e-12)).sum())
        return value + 0.5 * float((line[0] - 1) ** 2), np.array(
            [float(((chance - hit) * odds).sum()) + line[0] - 1, float((chance - hit).sum())]
        )

    slope, offset = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B").x
    made = Calibration(slope=float(max(slope, 0.05)), offset=float(offset), threshold=1.0)
    chance = made.probability(share)
    order = np.argsort(-chance, kind="stable")
    reached = np.cumsum(hit[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(reached >= wanted)
    threshold = float(chance[order[enough[-1]]]) if len(enough) else 1.0
    return Calibration(slope=made.slope, offset=made.offset, threshold=threshold)
