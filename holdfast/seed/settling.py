"""Waiting until every service's copies have followed what was loaded: outboxes sent, consumers with nothing left.

Then their tables are counted: PostgreSQL plans for empty ones until it is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import asyncpg
import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from chassis.broker import stream_name
from chassis.database import Database
from chassis.statistics import refresh_statistics

BETWEEN_SECONDS = 0.25
UNSENT = "select count(*) from chassis.outbox where published_at is null"


async def settle(
    database_urls: Mapping[str, str], nats_url: str, *, seconds: float, progress: Callable[[int], None]
) -> bool:
    """Whether all events were taken in before the deadline. `progress` is told how many are left.

    Only running services take events in; on a stopped system this gives up when nothing moves for ten seconds.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    client = await nats.connect(nats_url, max_reconnect_attempts=2, error_cb=_quiet)
    try:
        left, moved_at = -1, loop.time()
        while loop.time() < min(deadline, moved_at + 10):
            now_left = await _unsent(database_urls) + await _untaken(client, tuple(database_urls))
            if now_left == 0:
                return True
            if now_left != left:
                left, moved_at = now_left, loop.time()
                progress(left)
            await asyncio.sleep(BETWEEN_SECONDS)
        return False
    finally:
        await client.close()


async def count_tables(database_urls: Mapping[str, str]) -> None:
    """Of every service, the copies included."""
    for url in database_urls.values():
        database = Database.connect(url, pool_size=1)
        try:
            async with database.engine.begin() as connection:
                await refresh_statistics(connection)
        finally:
            await database.close()


async def _unsent(database_urls: Mapping[str, str]) -> int:
    total = 0
    for url in database_urls.values():
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            total += int(await connection.fetchval(UNSENT))
        finally:
            await connection.close()
    return total


async def _untaken(client: Client, sources: tuple[str, ...]) -> int:
    total = 0
    streams = client.jetstream()
    for source in sources:
        try:
            consumers = await streams.consumers_info(stream_name(source))
        except (NotFoundError, NatsError):
            continue
        total += sum((info.num_pending or 0) + (info.num_ack_pending or 0) for info in consumers)
    return total


async def _quiet(error: Exception) -> None:
    del error
