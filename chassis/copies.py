"""Building a copy of another service's facts anew, in one transaction, from a snapshot.

While the transaction lasts, no event of the source is taken in. The snapshot is asked for after that, so it includes
every event that was ever taken in, and the events behind it find their places: nothing older can come over it.
Readers see the old copy until the commit.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import column as sql_column
from sqlalchemy import delete, select, text, values
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, Text

from chassis.tables import parked, positions

ROWS = 2000


async def hold_events(connection: AsyncConnection) -> None:
    """Until the transaction's end no event of any source is taken in; it waits for those being taken in now.

    Before the snapshot is asked for. Consumers write the positions first of all, and wait.
    """
    await connection.execute(text("lock table chassis.positions in share row exclusive mode"))


async def includes(connection: AsyncConnection, *, source: str, subject_id: str, sequence: int) -> bool:
    """Whether the subject's event of this number has been taken in, or a later one."""
    query = select(positions.c.last_sequence).where(positions.c.source == source, positions.c.subject_id == subject_id)
    return int(await connection.scalar(query) or 0) >= sequence


async def place_events(connection: AsyncConnection, *, source: str, sequences: Mapping[str, int]) -> None:
    """The copy now includes each subject's events up to its number: they are passed over, parked ones dropped.

    Under `hold_events`. Also moves back: a source that was restored from a backup numbers on from there.
    """
    ordered = sorted(sequences.items())
    for start in range(0, len(ordered), ROWS):
        part = ordered[start : start + ROWS]
        fresh = upsert(positions).values(
            [{"source": source, "subject_id": subject, "last_sequence": number} for subject, number in part]
        )
        await connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[positions.c.source, positions.c.subject_id],
                set_={"last_sequence": fresh.excluded.last_sequence},
            )
        )
        included = values(sql_column("subject", Text), sql_column("number", BigInteger), name="included").data(part)
        await connection.execute(
            delete(parked).where(
                parked.c.source == source,
                parked.c.subject_id == included.c.subject,
                parked.c.subject_sequence <= included.c.number,
                # What an operator gave up stays on record.
                parked.c.discarded_at.is_(None),
            )
        )
