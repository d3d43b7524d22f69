"""Weights for a classification with too few titles to learn from: what held on several others."""

from __future__ import annotations

import numpy as np

from employment_service.occupations.coding.mixture import Calibration, Mixture
from employment_service.occupations.coding.views import NAMES

_WEIGHTS = {
    "label": 6.0,
    "label_squared": 3.0,
    "label_same": 3.0,
    "label_share": 2.0,
    "around": 2.0,
    "confirmed": 6.0,
    "confirmed_squared": 3.0,
    "confirmed_same": 8.0,
    "inside": 2.0,
    "linear_root": 2.0,
    "linear_minor": 1.0,
    "inside_minor": 1.0,
}
PLAIN = (
    Mixture(weights=np.array([_WEIGHTS.get(name, 0.0) for name in NAMES])),
    Calibration(slope=0.715, offset=-0.4, threshold=0.81),
)
