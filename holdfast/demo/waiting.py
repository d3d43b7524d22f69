"""Waiting for what events bring about: a condition with a deadline, never a guess of time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from holdfast.demo.stage import StoryDiverged

Found = TypeVar("Found")
SECONDS = 120.0
"""Long, for a machine that has other work to do; what is awaited comes within a few on an idle one."""
BETWEEN = 0.1


async def until(what: str, look: Callable[[], Awaitable[Found | None]], *, seconds: float = SECONDS) -> Found:
    """The first thing that `look` finds. StoryDiverged when it finds nothing in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while loop.time() < deadline:
        found = await look()
        if found is not None:
            return found
        await asyncio.sleep(BETWEEN)
    raise StoryDiverged(f"{what} did not come within {seconds:g} s.")
