"""What every feature has: numbers in columns, and the direction in which more of it may move the likelihood."""

from __future__ import annotations

from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]


class Effect(IntEnum):
    """What more of a feature may do to the likelihood."""

    LOWERS = -1
    FREE = 0
    RAISES = 1
