"""Taking turns between processes: whoever holds an advisory lock of the database works, the others stand by.

The lock belongs to a connection of its own and falls with it, however its process ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha256

import asyncpg

from chassis.database import driver_url

STAND_BY_SECONDS = 1.0
DATABASE_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


def lock_number(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)


class Record(asyncpg.Record):  # type: ignore[misc]  # the driver is untyped
    """Columns as attributes."""

    def __getattr__(self, name: str) -> object:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


@asynccontextmanager
async def taking_turns(
    database_url: str, name: str, stop: asyncio.Event
) -> AsyncIterator[tuple[asyncpg.Connection, asyncio.Event] | None]:
    """The connection that holds the turn called `name`, and an event that is set when it is lost; None: stopped.

    Waits until the turn is free. Raises one of DATABASE_ERRORS when the database is away.
    """
    connection = await asyncpg.connect(driver_url(database_url), timeout=10, command_timeout=60, record_class=Record)
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())
    try:
        while not await connection.fetchval("select pg_try_advisory_lock($1)", lock_number(name)):
            if await rest(stop, STAND_BY_SECONDS):
                yield None
                return
        yield connection, lost
    finally:
        with suppress(*DATABASE_ERRORS):
            await connection.close(timeout=2)


async def rest(stop: asyncio.Event, seconds: float) -> bool:
    """Whether the stop came meanwhile."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
