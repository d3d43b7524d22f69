"""A relay on one database and a consumer on another, as their processes run them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.broker import Broker
from chassis.consumer import Consumer
from chassis.database import Database
from chassis.intake import Intake
from chassis.relay import POLL_SECONDS, Relay
from tests.chassis.rig import Ear, opener


@asynccontextmanager
async def flowing(
    source_url: str,
    url: str,
    broker_url: str,
    *,
    ear: Ear | None = None,
    consumers: int = 1,
    relay: bool = True,
    poll_seconds: float = POLL_SECONDS,
) -> AsyncIterator[None]:
    """A relay on one database and consumers on another, as their processes run them."""
    stop = asyncio.Event()
    tasks, opened = [], []
    for number in range(consumers):
        broker = Broker(broker_url, f"consumer-{number}")
        database = Database.connect(url)
        opened.append(database)
        intake = Intake(subscription=(ear or Ear()).subscription(), begin=opener(database))
        tasks += [
            asyncio.create_task(broker.hold(stop)),
            asyncio.create_task(Consumer("risk", url, broker, intake).run(stop)),
        ]
    if relay:
        broker = Broker(broker_url, "relay")
        tasks.append(asyncio.create_task(broker.hold(stop)))
        passing = Relay(source="households", database_url=source_url, broker=broker, poll_seconds=poll_seconds)
        tasks.append(asyncio.create_task(passing.run(stop)))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 10)
        for database in opened:
            await database.close()
