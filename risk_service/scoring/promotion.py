"""Whether a candidate may take the place of what serves: only if it was better on rows of a later time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_service.scoring.features import Floats

DRAWS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Gains of candidate over incumbent with the bounds of 95 % of draws of households. Promoted if one gain is surely
    above zero (order, or likelihoods as told) and the other is not below it.
    """

    candidate: str
    incumbent: str
    rows: int
    auc_gain: float
    auc_low: float
    auc_high: float
    brier_gain: float
    brier_low: float
    brier_high: float

    @property
    def promoted(self) -> bool:
        surely = self.auc_low > 0.0 or self.brier_low > 0.0
        return surely and self.auc_gain >= 0.0 and self.brier_gain >= 0.0


def compare(
    candidate: tuple[str, Floats],
    incumbent: tuple[str, Floats],
    label: Floats,
    household: NDArray[np.int64],
    *,
    seed: int,
) -> Verdict:
    """Both told of the same rows, of a time that neither had seen. Households are drawn whole (Poisson bootstrap)."""
    rng = np.random.default_rng(seed)
    _, place = np.unique(household, return_inverse=True)
    groups = [np.unique(told, return_inverse=True)[1] for _, told in (candidate, incumbent)]
    errors = [(told - label) ** 2 for _, told in (candidate, incumbent)]
    gains = np.empty((DRAWS + 1, 2))
    for draw in range(DRAWS + 1):
        weight = np.ones(len(label)) if draw == 0 else rng.poisson(1.0, int(place.max()) + 1)[place].astype(np.float64)
        total = max(float(weight.sum()), 1.0)
        gains[draw, 0] = _auc(groups[0], label, weight) - _auc(groups[1], label, weight)
        gains[draw, 1] = float(weight @ errors[1] - weight @ errors[0]) / total
    low, high = np.quantile(gains[1:], [0.025, 0.975], axis=0)
    return Verdict(
        candidate=candidate[0],
        incumbent=incumbent[0],
        rows=len(label),
        auc_gain=float(gains[0, 0]),
        auc_low=float(low[0]),
        auc_high=float(high[0]),
        brier_gain=float(gains[0, 1]),
        brier_low=float(low[1]),
        brier_high=float(high[1]),
    )


def _auc(group: NDArray[np.intp], label: Floats, weight: Floats) -> float:
    """`group` numbers equal scores, rising."""
    size = int(group.max()) + 1
    events = np.bincount(group, weights=weight * label, minlength=size)
    others = np.bincount(group, weights=weight * (1.0 - label), minlength=size)
    pairs = float(events.sum() * others.sum())
    if pairs == 0.0:
        return 0.5
    return float(events @ (np.cumsum(others) - others / 2.0)) / pairs
