"""Loops as machine code. The one place that touches numba, whose decorator has no types of its own.

Compiled once: kept beside the sources, in NUMBA_CACHE_DIR when that is set, or in the user's cache folder where the
package is read-only. Where nothing can be written, each process compiles for itself. They let other threads run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    try:
        made = njit(cache=True, nogil=True, error_model="numpy")(loop)
    except RuntimeError:
        # No folder for the cache: slower to begin with, and right all the same.
        made = njit(nogil=True, error_model="numpy")(loop)
    return cast("Loop", made)
