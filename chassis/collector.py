"""How often the process looks for objects that only hold each other: a request leaves next to none."""

from __future__ import annotations

import gc


def spare_the_collector() -> None:
    """Called once everything that lives to the end was made: it is not looked at again, and what is new less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
