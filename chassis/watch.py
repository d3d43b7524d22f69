"""What probes and Prometheus are told of a service's outbox, broker and parked events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import parked
from chassis.broker import Broker
from chassis.database import Database
from chassis.health import NotReady
from chassis.metrics import Metrics
from chassis.outbox import oldest_unpublished
from chassis.revisions import chains_in
from chassis.tables import outbox

BROKER_AWAY_SECONDS = 60.0
OUTBOX_AGE_SECONDS = 300.0
_NAMES = {"chassis": "chassis", "public": "service"}


@dataclass(frozen=True, slots=True)
class Watch:
    """`sources`: the services whose events are consumed here."""

    database: Database
    broker: Broker
    metrics: Metrics
    sources: Sequence[str]

    async def check_broker(self) -> None:
        """The outbox bridges a short absence; only one from the start on, or a long one, is a reason to stay away."""
        if not self.broker.was_connected:
            raise NotReady("not yet connected")
        if self.broker.away_seconds() > BROKER_AWAY_SECONDS:
            raise NotReady("away")

    async def check_outbox(self) -> None:
        async with self.database.engine.connect() as connection:
            age = await _oldest_seconds(connection)
        if age > OUTBOX_AGE_SECONDS:
            raise NotReady("events wait too long for the broker")

    async def refresh_metrics(self) -> None:
        """Before every scrape."""
        async with self.database.engine.connect() as connection:
            age = await _oldest_seconds(connection)
            waiting = await connection.scalar(
                select(func.count()).select_from(outbox).where(outbox.c.published_at.is_(None))
            )
            by_source = await parked.count_parked(connection)
        self.metrics.outbox_waiting.set(waiting or 0)
        self.metrics.outbox_age.set(age)
        for source in self.sources:
            self.metrics.parked.labels(source).set(by_source.get(source, 0))


@dataclass(slots=True)
class SchemaCheck:
    """Readiness: the database is at least at the schema this code was written for."""

    database: Database
    migrations: Path
    _fine: bool = False

    async def __call__(self) -> None:
        if self._fine:
            return
        async with self.database.engine.connect() as connection:
            for each in chains_in(self.migrations):
                try:
                    version = await connection.scalar(text(each.version_query))
                except ProgrammingError:
                    version = None  # not even the table with the state is there
                if not each.reaches(version):
                    raise NotReady(f"schema of {_NAMES[each.schema]} is behind: run migrate")
        self._fine = True


async def _oldest_seconds(connection: AsyncConnection) -> float:
    """Age of the oldest event that waits; 0 when none does."""
    oldest = await oldest_unpublished(connection)
    return 0.0 if oldest is None else (datetime.now(UTC) - oldest).total_seconds()
