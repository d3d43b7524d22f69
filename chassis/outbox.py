"""Events on their way out: written in the same commit as the rows they tell of. The outbox is the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from google.protobuf.message import Message
from opentelemetry import propagate
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.correlation import correlation_id
from chassis.ids import new_id
from chassis.many_rows import insert_rows
from chassis.tables import outbox, subject_sequences

# Arrays, so that the text is the same for any number of subjects: it is compiled and planned once.
_TAKE_NUMBERS = text("""
    insert into chassis.subject_sequences as known (subject_id, last)
    select * from unnest(cast(:subjects as text[]), cast(:counts as bigint[]))
    on conflict (subject_id) do update set last = known.last + excluded.last
    returning subject_id, last
""")
CHANNEL = "outbox"
ROWS_PER_INSERT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """One event. `area_path` is its partition; empty when it is not bound to an area."""

    subject_id: str
    area_path: str
    message: Message


@dataclass(frozen=True, slots=True)
class Emitted:
    """A message and what set it in motion: one transaction may work off several events of different origin."""

    message: OutboxMessage
    correlation_id: str
    traceparent: str

    @staticmethod
    def now(messages: Iterable[OutboxMessage]) -> list[Emitted]:
        carrier: dict[str, str] = {}
        propagate.inject(carrier)
        origin, traceparent = correlation_id(), carrier.get("traceparent", "")
        return [Emitted(message, origin, traceparent) for message in messages]


async def write(connection: AsyncConnection, emitted: Sequence[Emitted], *, occurred_at: datetime) -> None:
    """Numbers the events per subject and writes them, in their order.

    Taking a subject's number locks it until the commit, so that numbers and rows of one subject commit in order.
    """
    if not emitted:
        return
    remaining = Counter(one.message.subject_id for one in emitted)
    last = await _take_numbers(connection, remaining)
    rows = []
    for one in emitted:
        message = one.message
        remaining[message.subject_id] -= 1
        rows.append(
            {
                "event_id": new_id(),
                "event_type": message.message.DESCRIPTOR.full_name,
                "subject_id": message.subject_id,
                "subject_sequence": last[message.subject_id] - remaining[message.subject_id],
                "area_path": message.area_path,
                "payload": message.message.SerializeToString(),
                "occurred_at": occurred_at,
                "correlation_id": one.correlation_id,
                "traceparent": one.traceparent,
            }
        )
    for start in range(0, len(rows), ROWS_PER_INSERT):
        await insert_rows(connection, outbox, rows[start : start + ROWS_PER_INSERT])
    await connection.execute(text("select pg_notify(:channel, '')"), {"channel": CHANNEL})


async def last_sequence(connection: AsyncConnection, subject_id: str) -> int:
    """The number of the subject's newest event, 0 before the first; what a snapshot says it includes."""
    query = select(subject_sequences.c.last).where(subject_sequences.c.subject_id == subject_id)
    return int(await connection.scalar(query) or 0)


async def _take_numbers(connection: AsyncConnection, counts: Counter[str]) -> dict[str, int]:
    # In one order, so that two transactions cannot wait for each other.
    ordered = sorted(counts.items())
    taken = await connection.execute(
        _TAKE_NUMBERS, {"subjects": [subject for subject, _ in ordered], "counts": [count for _, count in ordered]}
    )
    return {row.subject_id: row.last for row in taken}


async def oldest_unpublished(connection: AsyncConnection) -> datetime | None:
    """When the oldest event that still waits for the broker was written; None when none waits."""
    oldest: datetime | None = await connection.scalar(
        select(func.min(outbox.c.created_at)).where(outbox.c.published_at.is_(None))
    )
    return oldest
