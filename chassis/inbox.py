"""What a service has taken in: events by id, and how far it has come with each subject of each source."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.tables import attempts
from contracts.common.v1.envelope_pb2 import Envelope

# Arrays, so that a text is the same for any number of events: it is compiled and planned once.
_MAKE_POSITIONS = text("""
    insert into chassis.positions (source, subject_id, last_sequence)
    select :source, subject, 0 from unnest(cast(:subjects as text[])) as subject
    on conflict do nothing
""")
_LOCK_POSITIONS = text("""
    select subject_id, last_sequence from chassis.positions
    where source = :source and subject_id = any (cast(:subjects as text[]))
    order by subject_id for update
""")
_SEEN = text("select event_id from chassis.inbox where event_id = any (cast(:ids as uuid[]))")
_PARKED = text("""
    select subject_id, subject_sequence, discarded_at from chassis.parked
    where source = :source and subject_id = any (cast(:subjects as text[]))
""")
_NOTE = text("""
    insert into chassis.inbox (event_id, source)
    select id, :source from unnest(cast(:ids as uuid[])) as id
    on conflict do nothing
""")
_MOVE = text("""
    insert into chassis.positions as known (source, subject_id, last_sequence)
    select :source, subject, number
    from unnest(cast(:subjects as text[]), cast(:numbers as bigint[])) as given (subject, number)
    on conflict (source, subject_id) do update set last_sequence = greatest(known.last_sequence, excluded.last_sequence)
""")
_BEGIN = text("""
    insert into chassis.attempts as known (event_id, count, last_code)
    select id, 1, :code from unnest(cast(:ids as uuid[])) as id
    on conflict (event_id) do update set count = known.count + 1
    returning event_id, count, last_code
""")
_END = text("delete from chassis.attempts where event_id = any (cast(:ids as uuid[]))")


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
    mine = {"source": source, "subjects": subjects}
    await connection.execute(_MAKE_POSITIONS, mine)
    position = {row.subject_id: int(row.last_sequence) for row in await connection.execute(_LOCK_POSITIONS, mine)}
    ids = [UUID(envelope.event_id) for envelope in envelopes]
    seen = {row.event_id for row in await connection.execute(_SEEN, {"ids": ids})}
    waiting: dict[str, list[int]] = {}
    for row in await connection.execute(_PARKED, mine):
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
    ids = [UUID(envelope.event_id) for envelope in taken if envelope.event_id in delivered]
    if ids:
        await connection.execute(_NOTE, {"ids": ids, "source": source})
    last: dict[str, int] = {}
    for envelope in taken:
        last[envelope.subject_id] = max(last.get(envelope.subject_id, 0), envelope.subject_sequence)
    await _move(connection, source, last)


async def _move(connection: AsyncConnection, source: str, last: Mapping[str, int]) -> None:
    ordered = sorted(last.items())
    await connection.execute(
        _MOVE,
        {
            "source": source,
            "subjects": [subject for subject, _ in ordered],
            "numbers": [number for _, number in ordered],
        },
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
    counted = await connection.execute(_BEGIN, {"ids": sorted(ids), "code": STARTED})
    return {row.event_id: Attempts(tries=row[1], waited=row.last_code == WAITED) for row in counted}


async def end_attempts(connection: AsyncConnection, ids: Collection[UUID]) -> None:
    if ids:
        await connection.execute(_END, {"ids": sorted(ids)})


async def note_waiting(connection: AsyncConnection, ids: Collection[UUID]) -> None:
    """These waited for an earlier event: no fault of theirs."""
    if ids:
        await connection.execute(attempts.update().where(attempts.c.event_id.in_(ids)).values(last_code=WAITED))
