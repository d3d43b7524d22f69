"""The chance that a placement is stable at six months: a table of points, one entry for each hundredth of a logit.

Until outcomes exist the prior below holds. It is a convention, not a measurement: near work, work that was done
before, a contract of some length hold better; nights, long weeks and living away hold worse (the directions are those
that retention studies agree on). Nothing about the person enters but what they did for work. With outcomes,
`calibrated` fits slope and level of the same points to our own placements (Platt 1999), pulled towards the prior.
A table, because sums of whole numbers and a look-up give the same bits in every implementation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.int64]
Chances = NDArray[np.float64]

LOWEST, HIGHEST = -400, 400
"""Points outside are counted as these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StabilityPoints:
    """Hundredths of a logit."""

    start: int = 110
    per_km: int = -2
    """For each whole kilometre of a daily way, up to `far_km`."""
    far_km: int = 60
    living_there: int = -40
    nights: int = -30
    long_week: int = -30
    long_week_hours: int = 48
    half_a_year: int = 20
    """Contracts of six months and more."""
    near_care: int = 15
    """Whoever is cared for is at most `near_care_km` away."""
    near_care_km: float = 5.0
    same_work: int = 40
    """The same occupation was done before, paid or not: farm work and care count."""
    like_work: int = 20
    """Another occupation of the same two-digit group was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Chance = logistic(level + slope x points / 100). `outcomes`: how many placements it was fitted to."""

    level: float = 0.0
    slope: float = 1.0
    outcomes: int = 0

    def table(self) -> Chances:
        """Chance by points, from `LOWEST` to `HIGHEST`."""
        logits = self.level + self.slope * np.arange(LOWEST, HIGHEST + 1) / 100.0
        chances: Chances = 1.0 / (1.0 + np.exp(-logits))
        return chances


PRIOR = Calibration()
LEAST_OUTCOMES = 200
LEAST_OF_EACH = 20
PRIOR_STRENGTH = 25.0
"""How many outcomes the prior weighs, in the curvature of the fit."""


def calibrated(points: Points, stable: NDArray[np.bool_]) -> Calibration:
    """Fitted to placements at least six months old: their points when they began, and what became of them.

    The prior itself with fewer than 200 outcomes, or fewer than 20 of either kind. The slope never falls below a
    quarter: a market where everybody stays teaches nothing about what holds.
    """
    kept = int(stable.sum())
    if len(points) < LEAST_OUTCOMES or min(kept, len(points) - kept) < LEAST_OF_EACH:
        return PRIOR
    x = np.clip(points, LOWEST, HIGHEST) / 100.0
    y = stable.astype(np.float64)
    level, slope = 0.0, 1.0
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-(level + slope * x)))
        spread = chance * (1.0 - chance)
        gradient = np.array([(chance - y).sum() + 0.01 * level, ((chance - y) * x).sum()])
        gradient[1] += PRIOR_STRENGTH * (slope - 1.0)
        curve = np.array(
            [
                [spread.sum() + 0.01, (spread * x).sum()],
                [(spread * x).sum(), (spread * x * x).sum() + PRIOR_STRENGTH],
            ]
        )
        step = np.linalg.solve(curve, gradient)
        level, slope = level - float(step[0]), slope - float(step[1])
        if float(np.abs(step).max()) < 1e-10:
            break
    return Calibration(level=level, slope=max(slope, 0.25), outcomes=len(points))
