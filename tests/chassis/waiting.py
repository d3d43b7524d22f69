"""Waiting for what happens elsewhere, with a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic


async def until(condition: Callable[[], Awaitable[bool]], *, seconds: float = 20.0) -> None:
    """Asks until it holds; fails by name when it does not in time."""
    deadline = monotonic() + seconds
    while not await condition():
        if monotonic() > deadline:
            raise AssertionError(f"{condition.__qualname__} did not come true in {seconds} s")
        await asyncio.sleep(0.03)
