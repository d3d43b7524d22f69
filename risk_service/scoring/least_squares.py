"""Least squares within bounds, from the normal equations. Pure."""

from __future__ import annotations

import numpy as np

from risk_service.scoring.features import Floats

_STEP = 1e-12
_SWEEPS = 20_000
_TURNS = 50


def solve_bounded(gram: Floats, moment: Floats, lower: Floats, upper: Floats) -> Floats:
    """The x within the bounds that is least in x'Gx/2 - m'x, G positive definite.

    Bounds are held and let go until no slope points inwards and none is broken, which takes a few solutions; where
    that goes in circles, coordinate descent, which converges for any bounds.
    """
    found: Floats = np.clip(np.linalg.solve(gram, moment), lower, upper)
    held = (found <= lower) | (found >= upper)
    least = 1e-9 * max(1.0, float(np.abs(moment).max()))
    for _ in range(_TURNS):
        free = ~held
        if free.any():
            rest = moment[free] - gram[np.ix_(free, held)] @ found[held]
            loose = np.linalg.solve(gram[np.ix_(free, free)], rest)
            found[free] = np.clip(loose, lower[free], upper[free])
            broke = (loose < lower[free]) | (loose > upper[free])
            if broke.any():
                held[np.flatnonzero(free)[broke]] = True
                continue
        slope = gram @ found - moment
        inwards = held & (((found <= lower) & (slope < -least)) | ((found >= upper) & (slope > least)))
        if not inwards.any():
            return found
        held[inwards] = False
    return _descended(gram, moment, lower, upper, found)


def _descended(gram: Floats, moment: Floats, lower: Floats, upper: Floats, found: Floats) -> Floats:
    for _ in range(_SWEEPS):
        step = 0.0
        for place in range(len(found)):
            rest = moment[place] - gram[place] @ found + gram[place, place] * found[place]
            moved = min(max(float(rest / gram[place, place]), float(lower[place])), float(upper[place]))
            step = max(step, abs(moved - float(found[place])))
            found[place] = moved
        if step < _STEP:
            break
    return found
