"""The timers role: what `uow.schedule` asked for happens once business time reaches it.

Each due row is worked off in a transaction of its own that holds the row's lock, so that several processes
share the work, a killed one leaves nothing half done, and the effect and the row's end commit together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog
from opentelemetry.trace import SpanKind
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis import correlation, telemetry
from chassis.database import is_connection_loss
from chassis.errors import DependencyDown
from chassis.identity import SYSTEM_ACTOR, Actor
from chassis.ids import new_id
from chassis.metrics import Metrics
from chassis.tables import timers
from chassis.uow import UnitOfWork

PERIOD_SECONDS = 0.5
FIRST_RETRY_SECONDS = 2.0
LONGEST_RETRY_SECONDS = 600.0
ENDLESS = ""

Work = TypeVar("Work", bound=UnitOfWork)
logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTimer:
    key: str
    # Business time for which it was scheduled; the unit of work's `now` may be later.
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerKind(Generic[Work]):
    """`handle` must stand being called for something that has been settled meanwhile.

    `every`: the kind repeats by itself, once per period of business time, with an empty key.
    """

    name: str
    handle: Callable[[Work, DueTimer], Awaitable[None]]
    every: timedelta | None = None


@dataclass(slots=True, kw_only=True)
class Timers(Generic[Work]):
    begin: Callable[[Actor], Work]
    kinds: Sequence[TimerKind[Work]]
    metrics: Metrics = field(default_factory=Metrics)

    async def run(self, stop: asyncio.Event) -> None:
        await self.plant()
        while not stop.is_set():
            while not stop.is_set() and await self.fire_one():
                pass
            try:
                await asyncio.wait_for(stop.wait(), PERIOD_SECONDS)
            except TimeoutError:
                continue

    async def plant(self) -> None:
        """Makes the rows of repeating kinds where they are missing."""
        async with self.begin(SYSTEM_ACTOR) as work:
            for kind in self.kinds:
                if kind.every is not None:
                    fresh = upsert(timers).values(kind=kind.name, key=ENDLESS, due_at=work.now)
                    await work.connection.execute(fresh.on_conflict_do_nothing())

    async def fire_one(self) -> bool:
        """Works off the timer that has been due longest; False when none is due."""
        taken: tuple[TimerKind[Work], DueTimer] | None = None
        correlation.bind(str(new_id()))
        try:
            async with self.begin(SYSTEM_ACTOR) as work:
                taken = await self._take(work)
                if taken is None:
                    return False
                kind, due = taken
                with telemetry.span(f"timer {kind.name}", kind=SpanKind.INTERNAL):
                    await kind.handle(work, due)
                again = {"due_at": _next(due.due_at, kind.every, work.now)} if kind.every else {"done_at": work.now}
                await work.connection.execute(
                    update(timers)
                    .where(timers.c.kind == kind.name, timers.c.key == due.key, timers.c.due_at == due.due_at)
                    .values(attempts=0, retry_at=None, **again)
                )
        except Exception as error:
            if taken is None or is_connection_loss(error):
                raise
            await self._postpone(*taken, error)
            return True
        self.metrics.timers.labels(kind.name, "done").inc()
        return True

    async def _take(self, work: Work) -> tuple[TimerKind[Work], DueTimer] | None:
        known = {kind.name: kind for kind in self.kinds}
        query = (
            select(timers.c.kind, timers.c.key, timers.c.due_at)
            .where(
                timers.c.done_at.is_(None),
                timers.c.due_at <= work.now,
                timers.c.kind.in_(known),
                func.coalesce(timers.c.retry_at, func.now()) <= func.now(),
            )
            .order_by(timers.c.due_at, timers.c.kind, timers.c.key)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = (await work.connection.execute(query)).first()
        return None if row is None else (known[row.kind], DueTimer(key=row.key, due_at=row.due_at))

    async def _postpone(self, kind: TimerKind[Work], due: DueTimer, error: Exception) -> None:
        """A failed timer waits, longer each time, and lets the others pass; it is never given up."""
        async with self.begin(SYSTEM_ACTOR) as work:
            mine = (timers.c.kind == kind.name) & (timers.c.key == due.key)
            attempts = int(await work.connection.scalar(select(timers.c.attempts).where(mine)) or 0) + 1
            pause = min(FIRST_RETRY_SECONDS * 2 ** min(attempts - 1, 20), LONGEST_RETRY_SECONDS)
            await work.connection.execute(
                update(timers).where(mine).values(attempts=attempts, retry_at=func.now() + timedelta(seconds=pause))
            )
        self.metrics.timers.labels(kind.name, "failed").inc()
        report = logger.warning if isinstance(error, DependencyDown) else logger.error
        report("timer.failed", kind=kind.name, key=due.key, attempts=attempts, exc_info=error)


def _next(due_at: datetime, every: timedelta, now: datetime) -> datetime:
    """The next period's start after now: periods missed while nothing ran are not made up for."""
    missed = max(0, (now - due_at) // every)
    return due_at + every * (missed + 1)
