from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_service.scoring.least_squares import solve_bounded


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(1, 12))
def test_no_step_within_the_bounds_makes_it_less(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(3 * size, size))
    gram, moment = rows.T @ rows + 1e-3 * np.eye(size), rng.normal(size=size) * 10
    lower = np.where(rng.random(size) < 0.5, 0.0, -np.inf)
    upper = np.where(rng.random(size) < 0.3, 0.5, np.inf)
    found = solve_bounded(gram, moment, lower, upper)
    assert ((found >= lower) & (found <= upper)).all()
    slope = gram @ found - moment
    tolerance = 1e-6 * float(np.abs(moment).max())
    assert (np.abs(slope[(found > lower) & (found < upper)]) <= tolerance).all()
    assert (slope[found == lower] >= -tolerance).all()
    assert (slope[found == upper] <= tolerance).all()
