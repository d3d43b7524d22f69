"""Loops as machine code. The one place that touches numba, whose decorator has no types of its own.

Compiled once: kept beside the sources, or in the user's cache folder (NUMBA_CACHE_DIR when set) where the package is
read-only. They let other threads run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    return cast("Loop", njit(cache=True, nogil=True, error_model="numpy")(loop))
