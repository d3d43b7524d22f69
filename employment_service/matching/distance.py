"""Great-circle distances by the haversine formula on a sphere of 6,371.0088 km (IUGG mean radius)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088
Floats = NDArray[np.float64]


def haversine_km(lat: Floats, lon: Floats, other_lat: Floats, other_lon: Floats) -> Floats:
    """Kilometres between points given in degrees; the shapes broadcast. NaN where a coordinate is NaN."""
    phi, other_phi = np.radians(lat), np.radians(other_lat)
    half_phi = np.sin((other_phi - phi) / 2.0) ** 2
    half_lambda = np.sin(np.radians(other_lon - lon) / 2.0) ** 2
    half = half_phi + np.cos(phi) * np.cos(other_phi) * half_lambda
    kilometres: Floats = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return kilometres
