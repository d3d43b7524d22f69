"""What every service does by itself once a day: forget what has been kept for its time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.tables import idempotency_keys, inbox, outbox, timers
from chassis.timers import DueTimer, TimerKind
from chassis.uow import UnitOfWork

OUTBOX_KEPT = timedelta(days=30)
# Longer than the broker keeps a message, so that none comes back as new.
INBOX_KEPT = timedelta(days=40)
IDEMPOTENCY_KEPT = timedelta(days=30)
DONE_TIMERS_KEPT = timedelta(days=30)

Work = TypeVar("Work", bound=UnitOfWork)


def daily_chores() -> Sequence[TimerKind[Work]]:
    return [TimerKind(name="chassis.prune", handle=_prune, every=timedelta(days=1))]


async def _prune(work: UnitOfWork, _: DueTimer) -> None:
    await prune(work.connection)
    await work.connection.execute(
        delete(idempotency_keys).where(idempotency_keys.c.created_at < work.now - IDEMPOTENCY_KEPT)
    )
    await work.connection.execute(delete(timers).where(timers.c.done_at < work.now - DONE_TIMERS_KEPT))


async def prune(connection: AsyncConnection) -> None:
    """What is kept by wall time, as the broker keeps it: published events and the inbox."""
    await connection.execute(
        delete(outbox).where(outbox.c.published_at.is_not(None), outbox.c.created_at < func.now() - OUTBOX_KEPT)
    )
    await connection.execute(delete(inbox).where(inbox.c.received_at < func.now() - INBOX_KEPT))
