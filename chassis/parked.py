"""Events that could not be taken in, kept with their reason until an operator has them tried again or gives them up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.errors import Refusal
from chassis.tables import parked, positions
from contracts.common.v1.envelope_pb2 import Envelope

CHANNEL = "replay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """`code`: a refusal's own, or one of those below. `text` names fields, never a value or a stack."""

    code: str
    text: str


GAP = Reason(code="GAP", text="An earlier event of this subject did not come in time.")
BEHIND = Reason(code="BEHIND", text="Waits behind an earlier event of this subject.")
POISON = Reason(code="POISON", text="The process ended each time it worked on this event.")


def reason_of(error: Exception) -> Reason:
    """What an operator is shown. Of a defect only the kind: its text may repeat what it choked on."""
    if isinstance(error, Refusal):
        field = f" (field {error.field})" if error.field else ""
        return Reason(code=error.code, text=error.message + field)
    return Reason(code="INTERNAL", text=f"A defect of ours: {type(error).__name__}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedEvent:
    event_id: UUID
    source: str
    event_type: str
    subject_id: str
    subject_sequence: int
    code: str
    reason: str
    parked_at: datetime
    is_replay_requested: bool
    discarded: Discarded | None
    envelope: Envelope


async def park(connection: AsyncConnection, envelope: Envelope, reason: Reason) -> None:
    """Keeps the event, or the new reason of one that is kept already."""
    fresh = upsert(parked).values(
        event_id=UUID(envelope.event_id),
        source=envelope.source,
        event_type=envelope.event_type,
        subject_id=envelope.subject_id,
        subject_sequence=envelope.subject_sequence,
        envelope=envelope.SerializeToString(),
        code=reason.code,
        reason=reason.text,
    )
    await connection.execute(
        fresh.on_conflict_do_update(
            index_elements=[parked.c.event_id],
            set_={"code": reason.code, "reason": reason.text, "replay_requested_at": None},
        )
    )


async def unpark(connection: AsyncConnection, event_id: UUID) -> None:
    await connection.execute(delete(parked).where(parked.c.event_id == event_id))


def is_discarded() -> ColumnElement[bool]:
    return parked.c.discarded_at.is_not(None)


async def list_parked(
    connection: AsyncConnection,
    *,
    source: str | None = None,
    subject_id: str | None = None,
    with_discarded: bool = False,
) -> Sequence[ParkedEvent]:
    """In the order in which they have to be taken in."""
    query = select(parked).order_by(parked.c.source, parked.c.subject_id, parked.c.subject_sequence)
    if not with_discarded:
        query = query.where(~is_discarded())
    if source is not None:
        query = query.where(parked.c.source == source)
    if subject_id is not None:
        query = query.where(parked.c.subject_id == subject_id)
    return [_event(row) for row in await connection.execute(query)]


async def next_of_subject(connection: AsyncConnection, source: str, subject_id: str) -> ParkedEvent | None:
    """The first event that its subject's position has not passed: a discarded one holds its place until then."""
    query = (
        select(parked)
        .outerjoin(positions, _position_of_parked())
        .where(
            parked.c.source == source,
            parked.c.subject_id == subject_id,
            ~is_discarded() | (parked.c.subject_sequence > func.coalesce(positions.c.last_sequence, 0)),
        )
        .order_by(parked.c.subject_sequence)
        .limit(1)
    )
    row = (await connection.execute(query)).first()
    return None if row is None else _event(row)


async def lock_parked(connection: AsyncConnection, event_id: UUID) -> ParkedEvent | None:
    """As it is now, and nobody discards it before the transaction's end. None when it is not parked any more."""
    row = (await connection.execute(select(parked).where(parked.c.event_id == event_id).with_for_update())).first()
    return None if row is None else _event(row)


async def count_parked(connection: AsyncConnection) -> Mapping[str, int]:
    """By source, without those given up."""
    query = select(parked.c.source, func.count().label("waiting")).where(~is_discarded()).group_by(parked.c.source)
    return {row.source: row.waiting for row in await connection.execute(query)}


async def discard(connection: AsyncConnection, event_id: UUID, *, by: str, reason: str) -> bool:
    """Gives a parked event up; the consumer passes over it. False when it is not parked, or was given up before."""
    changed = await connection.execute(
        update(parked)
        .where(parked.c.event_id == event_id, ~is_discarded())
        .values(discarded_at=func.now(), discarded_by=by, discarded_reason=reason, replay_requested_at=None)
        .returning(parked.c.event_id)
    )
    await connection.execute(text("select pg_notify(:channel, '')"), {"channel": CHANNEL})
    return changed.first() is not None


async def request_replay(connection: AsyncConnection, *, event_id: UUID | None = None) -> int:
    """Asks the consumer to try a parked event, or all of them, again; how many that are."""
    query = update(parked).where(~is_discarded()).values(replay_requested_at=func.now())
    if event_id is not None:
        query = query.where(parked.c.event_id == event_id)
    asked = (await connection.execute(query.returning(parked.c.event_id))).all()
    await connection.execute(text("select pg_notify(:channel, '')"), {"channel": CHANNEL})
    return len(asked)


async def resumable_subjects(connection: AsyncConnection, source: str) -> Sequence[str]:
    """Subjects with an event that an operator wants tried again, or that only waited for what has come since.

    Or with one that was given up, unless an earlier one still stands in the way.
    """
    earlier = parked.alias("earlier")
    obstacle = select(earlier.c.event_id).where(
        earlier.c.source == parked.c.source,
        earlier.c.subject_id == parked.c.subject_id,
        earlier.c.subject_sequence < parked.c.subject_sequence,
        earlier.c.discarded_at.is_(None),
    )
    waits = parked.c.code.in_([GAP.code, BEHIND.code])
    can_go_on = parked.c.subject_sequence <= positions.c.last_sequence + 1
    not_passed = parked.c.subject_sequence > func.coalesce(positions.c.last_sequence, 0)
    query = (
        select(parked.c.subject_id)
        .outerjoin(positions, _position_of_parked())
        .where(
            parked.c.source == source,
            parked.c.replay_requested_at.is_not(None)
            | (~is_discarded() & waits & can_go_on)
            | (is_discarded() & not_passed & ~obstacle.exists()),
        )
        .distinct()
        .order_by(parked.c.subject_id)
    )
    return [row.subject_id for row in await connection.execute(query)]


async def clear_requests(connection: AsyncConnection, source: str, subject_id: str) -> None:
    """The subject's events were tried; what is still parked waits for another request."""
    await connection.execute(
        update(parked)
        .where(parked.c.source == source, parked.c.subject_id == subject_id)
        .values(replay_requested_at=None)
    )


def _position_of_parked() -> ColumnElement[bool]:
    return (positions.c.source == parked.c.source) & (positions.c.subject_id == parked.c.subject_id)


def _event(row: Row[tuple[object, ...]]) -> ParkedEvent:
    envelope = Envelope()
    envelope.ParseFromString(row.envelope)
    given_up = row.discarded_at is not None
    return ParkedEvent(
        event_id=row.event_id,
        source=row.source,
        event_type=row.event_type,
        subject_id=row.subject_id,
        subject_sequence=row.subject_sequence,
        code=row.code,
        reason=row.reason,
        parked_at=row.parked_at,
        is_replay_requested=row.replay_requested_at is not None,
        discarded=Discarded(at=row.discarded_at, by=row.discarded_by, reason=row.discarded_reason)
        if given_up
        else None,
        envelope=envelope,
    )
