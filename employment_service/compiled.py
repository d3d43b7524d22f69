"""Loops as machine code. The one place that touches numba, whose decorators have no types of their own.

Compiled once: kept beside the sources, in NUMBA_CACHE_DIR when that is set, or in the user's cache folder where the
package is read-only. Where nothing can be written, each process compiles for itself. They let other threads run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeVar, cast

import numpy as np
from numba import njit
from numba.core import event


class _Dispatcher(Protocol):
    targetoptions: dict[str, bool]


Loop = TypeVar("Loop", bound=Callable[..., object])


class _Clock(event.Listener):
    def __init__(self) -> None:
        self.seconds, self._began, self._depth = 0.0, 0.0, 0

    def on_start(self, event: object) -> None:  # noqa: ARG002 - numba calls it so
        self._began = self._began if self._depth else time.process_time()
        self._depth += 1

    def on_end(self, event: object) -> None:  # noqa: ARG002 - as above
        self._depth -= 1
        self.seconds += 0.0 if self._depth else time.process_time() - self._began


_CLOCK = _Clock()
event.register("numba:compile", _CLOCK)  # type: ignore[no-untyped-call]  # numba has no types


def compiling_seconds() -> float:
    """CPU that this process spent on compiling so far: nothing where all loops were kept."""
    return _CLOCK.seconds


def compiled(loop: Loop) -> Loop:
    return cast("Loop", _dispatched(loop))


def inner(loop: Loop) -> Loop:
    """A loop that only compiled ones call. Without a door for Python's objects it is compiled in half the time."""
    made = _dispatched(loop)
    made.targetoptions.update(no_cpython_wrapper=True, no_cfunc_wrapper=True)
    return cast("Loop", made)


def _dispatched(loop: Callable[..., object]) -> _Dispatcher:
    try:
        made = njit(cache=True, nogil=True, error_model="numpy")(loop)
    except RuntimeError:
        # No folder for the cache: slower to begin with, and right all the same.
        made = njit(nogil=True, error_model="numpy")(loop)
    return cast("_Dispatcher", made)


@inner
def wide(number: int) -> int:
    """64 bits, whatever it had: a loop that meets one width alone is compiled once."""
    return int(np.int64(number))
