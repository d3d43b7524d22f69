"""PostgreSQL's LISTEN/NOTIFY on one connection of its own, shared by everyone in the process who listens."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import structlog

from chassis.database import driver_url

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
WAITING_PAYLOADS = 1000
# Said instead of a payload: something may have been missed, look again.
LOOK_AGAIN = ""

logger = structlog.get_logger(__name__)


class Notifications:
    """A notification is a hint, never the truth: listeners read the tables again, above all after LOOK_AGAIN."""

    def __init__(self, database_url: str) -> None:
        self._url = driver_url(database_url)
        self._waiting: defaultdict[str, set[asyncio.Queue[str]]] = defaultdict(set)
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def listen(self, channel: str) -> AsyncIterator[str]:
        """Payloads as they come; LOOK_AGAIN once when the listening has begun and after every gap."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._waiting[channel].add(queue)
        self._changed.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._hold())
        try:
            while True:
                yield await queue.get()
        finally:
            self._waiting[channel].discard(queue)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _hold(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                connection = await asyncpg.connect(self._url, timeout=10)
            except (OSError, TimeoutError, asyncpg.PostgresError) as error:
                logger.warning("notifications.away", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                continue
            pause = FIRST_PAUSE_SECONDS
            try:
                await self._serve(connection)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                logger.warning("notifications.lost", error=type(error).__name__)
            finally:
                with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                    await connection.close(timeout=2)

    async def _serve(self, connection: asyncpg.Connection) -> None:
        """Listens on every channel that someone waits on, until the connection ends."""
        connection.add_termination_listener(lambda _: self._changed.set())
        listening: set[str] = set()
        while not connection.is_closed():
            self._changed.clear()
            for channel in [channel for channel in self._waiting if channel not in listening]:
                await connection.add_listener(channel, self._hear)
                listening.add(channel)
                self._tell(channel, LOOK_AGAIN)
            await self._changed.wait()

    def _hear(self, _: object, __: int, channel: str, payload: str) -> None:
        self._tell(channel, payload)

    def _tell(self, channel: str, payload: str) -> None:
        for queue in self._waiting[channel]:
            if queue.qsize() >= WAITING_PAYLOADS:
                while not queue.empty():
                    queue.get_nowait()
                payload = LOOK_AGAIN
            queue.put_nowait(payload)
