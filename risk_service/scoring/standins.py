"""Lets what is known of a household speak for what is not known yet. Pure.

Points of features vary together among households: who has few points for income has few for work. Given the known
points c_o the expected sum of the missing ones is, for a normal distribution with covariance K (`kinship`),

    sum_j E[c_j | c_o] = w . c_o,      w = K_oo^-1 K_om 1

so each known contribution is multiplied by 1 + w_k, and less is told apart: the logit shrinks by
1 / sqrt(1 + pi/8 v), v the variance that remains (MacKay 1992). A factor below zero is set to zero, so that the
likelihood stays monotone in every feature that has a sign, whatever is missing.

A gap may itself say something (no earlier record: a newcomer). `late` weighs the two: the share of a feature's gaps
that come from late records and say nothing.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from risk_service.scoring.features import Floats
from risk_service.scoring.points import UNIT

RIDGE = 1e-5
"""Logit² added to each variance: a feature that never varies would make the system singular."""


_KEPT = 4_096
"""Patterns of gaps whose factors are kept: whole sources come late together, so that few recur often."""
_MOST = 2_000_000
"""Points beyond which the difference of two would not fit a pick of the engine; 200 logit say no more than 40."""


class StandIns:
    def __init__(self, kinship: Floats, late: Floats) -> None:
        self.kinship = kinship + RIDGE * np.eye(len(kinship))
        self.late = late
        self._known: dict[bytes, tuple[Floats, float]] = {}

    def applied(
        self, contributions: NDArray[np.int32], gaps: NDArray[np.bool_], base: int, typical: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """New contributions (features, rows) and base (rows,) for rows with the given `gaps` (rows, features).

        Contributions are against `typical` (features,), points of typical values, but where a late record is awaited.
        A typical household with the same gaps is told by the same factors: it stays what is compared with.
        """
        counted = gaps & (self.late > 0)
        packed = np.packbits(counted, axis=1)
        order = np.lexsort(packed.T)
        changed = np.flatnonzero((packed[order][1:] != packed[order][:-1]).any(axis=1)) + 1
        new, new_base = np.empty_like(contributions), np.empty(len(gaps), dtype=np.int32)
        for rows in np.split(order, changed):
            awaited = counted[rows[0]]
            factors, shrink = self._factors_of(packed[rows[0]].tobytes(), awaited)
            usual = np.where(awaited, 0, typical)
            compared = np.clip(np.rint(usual * factors), -_MOST, _MOST)
            grown = np.rint((contributions[:, rows] + usual[:, None]) * factors[:, None])
            new[:, rows] = np.clip(grown, -_MOST, _MOST) - compared[:, None]
            new_base[rows] = np.rint(base * shrink) + compared.sum()
        return new, new_base

    def _factors_of(self, pattern: bytes, missing: NDArray[np.bool_]) -> tuple[Floats, float]:
        found = self._known.get(pattern)
        if found is None:
            found = self.factors(missing)
            if len(self._known) < _KEPT:
                self._known[pattern] = found
        return found

    def factors(self, missing: NDArray[np.bool_]) -> tuple[Floats, float]:
        """What each contribution is multiplied with, and the base."""
        shares = np.where(missing, self.late, 0.0)
        known = ~missing
        asked = shares[missing]
        across = self.kinship[np.ix_(known, missing)] @ asked
        weights = np.linalg.solve(self.kinship[np.ix_(known, known)], across) if known.any() else across
        left = float(asked @ self.kinship[np.ix_(missing, missing)] @ asked - across @ weights)
        shrink = 1.0 / math.sqrt(1.0 + math.pi / 8.0 * max(left, 0.0))
        factors = np.empty(len(missing))
        factors[known] = np.maximum(1.0 + weights, 0.0) * shrink
        factors[missing] = (1.0 - asked) * shrink
        return factors, shrink


def kinship_of(contributions: NDArray[np.int32] | Floats) -> Floats:
    """(features, features) covariance in logit² of contributions (features, rows) in points."""
    if contributions.shape[1] < 2:
        return np.zeros((len(contributions), len(contributions)))
    return np.atleast_2d(np.cov(contributions * UNIT))
