"""What a service has taken in: events by id, and how far it has come with each subject of each source."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.tables import attempts, inbox, parked, positions
from contracts.common.v1.envelope_pb2 import Envelope


class Verdict(StrEnum):
    """What is to be done with an event, given what was taken in before."""

    DELIVER = "deliver"
    # Its effect is here already, by the event itself or by a snapshot that includes it.
    DUPLICATE = "duplicate"
    # An earlier event of the subject has not come yet.
    GAP = "gap"
    # An earlier event of the subject is parked.
    BEHIND = "behind"
    # No handler: only the subject's position moves.
    SKIP = "skip"


@dataclass(slots=True, kw_only=True)
class Ledger:
    """The state of some subjects, locked until the transaction's end; kept up to date as events are taken in."""

    seen: set[UUID]
    # Last number taken in, by subject.
    position: dict[str, int]
    # Numbers that are parked, by subject.
    parked: dict[str, list[int]]

    def judge(self, envelope: Envelope, *, known: bool) -> Verdict:
        position = self.position.get(envelope.subject_id, 0)
        number = envelope.subject_sequence
        if number <= position or UUID(envelope.event_id) in self.seen:
            return Verdict.DUPLICATE
        before = [other for other in self.parked.get(envelope.subject_id, ()) if other <= number]
        if before:
            return Verdict.DUPLICATE if number in before else Verdict.BEHIND
        if number > position + 1:
            return Verdict.GAP
        return Verdict.DELIVER if known else Verdict.SKIP

    def take(self, envelope: Envelope) -> None:
        self.seen.add(UUID(envelope.event_id))
        self.position[envelope.subject_id] = envelope.subject_sequence

    def is_awaited(self, envelope: Envelope) -> bool:
        """Whether later events of the subject are parked and may go on now."""
        return bool(self.parked.get(envelope.subject_id))


async def open_ledger(connection: AsyncConnection, source: str, envelopes: Sequence[Envelope]) -> Ledger:
    """Locks the subjects of the events in one order, then reads what is known of them.

    The lock is the position's row, made where it is missing: consumers, replays and snapshots of one subject
    take turns.
    """
    subjects = sorted({envelope.subject_id for envelope in envelopes})
    fresh = upsert(positions).values(
        [{"source": source, "subject_id": subject, "last_sequence": 0} for subject in subjects]
    )
    await connection.execute(fresh.on_conflict_do_nothing())
    mine = (positions.c.source == source) & positions.c.subject_id.in_(subjects)
    locked = await connection.execute(
        select(positions.c.subject_id, positions.c.last_sequence)
        .where(mine)
        .order_by(positions.c.subject_id)
        .with_for_update()
    )
    position = {row.subject_id: int(row.last_sequence) for row in locked}
    ids = [UUID(envelope.event_id) for envelope in envelopes]
    seen = {row.event_id for row in await connection.execute(select(inbox.c.event_id).where(inbox.c.event_id.in_(ids)))}
    waiting: dict[str, list[int]] = {}
    query = select(parked.c.subject_id, parked.c.subject_sequence, parked.c.discarded_at).where(
        parked.c.source == source, parked.c.subject_id.in_(subjects)
    )
    for row in await connection.execute(query):
        number = int(row.subject_sequence)
        # One that was given up holds its place until the position has passed it.
        if row.discarded_at is None or number > position[row.subject_id]:
            waiting.setdefault(row.subject_id, []).append(number)
    return Ledger(seen=seen, position=position, parked=waiting)


async def record(
    connection: AsyncConnection, source: str, taken: Sequence[Envelope], delivered: Collection[str]
) -> None:
    """Notes events as taken in: the subjects' positions, and the ids of those that had an effect."""
    if not taken:
        return
    rows = [
        {"event_id": UUID(envelope.event_id), "source": source} for envelope in taken if envelope.event_id in delivered
    ]
    if rows:
        await connection.execute(upsert(inbox).values(rows).on_conflict_do_nothing())
    last: dict[str, int] = {}
    for envelope in taken:
        last[envelope.subject_id] = max(last.get(envelope.subject_id, 0), envelope.subject_sequence)
    await _move(connection, source, last)


async def set_position(connection: AsyncConnection, *, source: str, subject_id: str, sequence: int) -> None:
    """A snapshot of the subject includes its events up to `sequence`: they are passed over, parked ones dropped.

    In the transaction that writes the copy. Never moves back.
    """
    await _move(connection, source, {subject_id: sequence})
    await connection.execute(
        delete(parked).where(
            parked.c.source == source,
            parked.c.subject_id == subject_id,
            parked.c.subject_sequence <= sequence,
            parked.c.discarded_at.is_(None),
        )
    )


async def set_positions(connection: AsyncConnection, *, source: str, sequences: Mapping[str, int]) -> None:
    """`set_position` for many subjects."""
    for subject_id, sequence in sorted(sequences.items()):
        await set_position(connection, source=source, subject_id=subject_id, sequence=sequence)


async def _move(connection: AsyncConnection, source: str, last: Mapping[str, int]) -> None:
    fresh = upsert(positions).values(
        [
            {"source": source, "subject_id": subject, "last_sequence": sequence}
            for subject, sequence in sorted(last.items())
        ]
    )
    await connection.execute(
        fresh.on_conflict_do_update(
            index_elements=[positions.c.source, positions.c.subject_id],
            set_={"last_sequence": func.greatest(positions.c.last_sequence, fresh.excluded.last_sequence)},
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """How often an event was begun; `waited`: of these, its last time it only waited for an earlier one."""

    tries: int
    waited: bool


STARTED = "STARTED"
WAITED = "GAP"


async def begin_attempts(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Attempts]:
    """Counts a try of each event. Committed before the event is touched, so that one that kills us is counted.

    The broker's own count starts again after a crash of the broker.
    """
    fresh = upsert(attempts).values([{"event_id": one, "count": 1, "last_code": STARTED} for one in sorted(ids)])
    counted = await connection.execute(
        fresh.on_conflict_do_update(
            index_elements=[attempts.c.event_id], set_={"count": attempts.c.count + 1}
        ).returning(attempts.c.event_id, attempts.c.count, attempts.c.last_code)
    )
    return {row.event_id: Attempts(tries=row[1], waited=row.last_code == WAITED) for row in counted}


async def end_attempts(connection: AsyncConnection, ids: Collection[UUID]) -> None:
    if ids:
        await connection.execute(delete(attempts).where(attempts.c.event_id.in_(ids)))


async def note_waiting(connection: AsyncConnection, ids: Collection[UUID]) -> None:
    """These waited for an earlier event: no fault of theirs."""
    if ids:
        await connection.execute(attempts.update().where(attempts.c.event_id.in_(ids)).values(last_code=WAITED))
