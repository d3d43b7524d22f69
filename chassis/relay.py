"""The relay role: hands the outbox to the broker, in order, and again to every broker store that has not got it.

One relay per database works at a time, under an advisory lock that falls with its connection. It asks for
"not yet published, in order of n" and never for "behind the last number": numbers commit out of order. A row
is marked only after the broker took it; a retry carries the same message id. JetStream acknowledges before it
syncs and a store may be lost, so the store's own birth time and last number are compared with what was noted:
another store, or one that ends early, is refilled with everything the outbox still keeps.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Protocol
from uuid import UUID

import asyncpg
import structlog
from nats.js import JetStreamContext
from nats.js.api import PubAck

from chassis.broker import BROKER_ERRORS, Broker, StoreState, stream_name, subject_of
from chassis.errors import DependencyDown
from chassis.metrics import Metrics
from chassis.outbox import CHANNEL
from chassis.parcels import Packed, pack
from chassis.turn import DATABASE_ERRORS, rest, taking_turns
from contracts.common.v1.envelope_pb2 import Envelope

BATCH = 1000
POLL_SECONDS = 2.0
STORE_CHECK_SECONDS = 5.0
ACK_SECONDS = 5.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0

_WAITING = """
    select n, event_id, event_type, subject_id, subject_sequence, area_path, payload, occurred_at,
           correlation_id, traceparent
    from chassis.outbox where published_at is null order by n limit $1
"""
_MARK = "update chassis.outbox set published_at = now() where n = any($1::bigint[])"
_UNMARK = "update chassis.outbox set published_at = null where published_at is not null"
_NOTED = "select created_at, last_sequence from chassis.broker_stores where stream = $1"
_NOTE = """
    insert into chassis.broker_stores (stream, created_at, last_sequence) values ($1, $2, $3)
    on conflict (stream) do update set created_at = excluded.created_at, last_sequence = excluded.last_sequence
"""

logger = structlog.get_logger(__name__)


class Row(Protocol):
    """One row of the outbox."""

    n: int
    event_id: UUID
    event_type: str
    subject_id: str
    subject_sequence: int
    area_path: str
    payload: bytes
    occurred_at: datetime
    correlation_id: str
    traceparent: str


def envelope_of(row: Row, source: str) -> Envelope:
    envelope = Envelope(
        event_id=str(row.event_id),
        event_type=row.event_type,
        subject_id=row.subject_id,
        subject_sequence=row.subject_sequence,
        area_path=row.area_path,
        correlation_id=row.correlation_id,
        traceparent=row.traceparent,
        payload=row.payload,
        source=source,
    )
    envelope.occurred_at.FromDatetime(row.occurred_at)
    return envelope


def to_mark(sent: Sequence[tuple[Row, bool]]) -> list[int]:
    """Of rows, each with whether the broker took it, those that may be marked: so was all of their subject before."""
    broken: set[str] = set()
    marked: list[int] = []
    for row, taken in sent:
        if not taken:
            broken.add(row.subject_id)
        elif row.subject_id not in broken:
            marked.append(row.n)
    return marked


def is_refill_due(noted: StoreState | None, found: StoreState) -> bool:
    """Whether the store lacks what was handed over: it is another one, or it has lost its end."""
    return noted is not None and (found.created_at != noted.created_at or found.last_sequence < noted.last_sequence)


@dataclass(slots=True, kw_only=True)
class Relay:
    source: str
    database_url: str
    broker: Broker
    metrics: Metrics = field(default_factory=Metrics)
    poll_seconds: float = POLL_SECONDS
    """How long it waits at most for a word of a commit before it looks by itself."""
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _returned: asyncio.Event = field(default_factory=asyncio.Event)
    _store_checked_at: float = 0.0
    _last_sequence: int = 0

    async def run(self, stop: asyncio.Event) -> None:
        self.broker.on_return(self._renew)
        pause = FIRST_PAUSE_SECONDS
        while not stop.is_set():
            try:
                await self._serve(stop)
                pause = FIRST_PAUSE_SECONDS
            except (*DATABASE_ERRORS, *BROKER_ERRORS, DependencyDown) as error:
                logger.warning("relay.interrupted", error=type(error).__name__)
                self._doubt_store()
                await rest(stop, pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _serve(self, stop: asyncio.Event) -> None:
        async with taking_turns(self.database_url, "relay", stop) as turn:
            if turn is None:
                return
            connection, _ = turn
            await connection.add_listener(CHANNEL, lambda *_: self._wake.set())
            connection.add_termination_listener(lambda _: self._wake.set())
            await self._relay(connection, stop)

    async def _relay(self, connection: asyncpg.Connection, stop: asyncio.Event) -> None:
        streams: JetStreamContext | None = None
        while not stop.is_set():
            self._wake.clear()
            if monotonic() - self._store_checked_at > STORE_CHECK_SECONDS:
                streams = streams if streams is not None and self.broker.away_seconds() == 0 else None
                await self._settle_store(connection)
            streams = streams or self.broker.streams()
            if not await self._pass_on(connection, streams):
                await self._wait(stop)

    async def _wait(self, stop: asyncio.Event) -> None:
        tasks = [asyncio.create_task(self._wake.wait()), asyncio.create_task(stop.wait())]
        await asyncio.wait(tasks, timeout=self.poll_seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()

    async def _settle_store(self, connection: asyncpg.Connection) -> None:
        """Compares the broker's store with the one that was noted, and refills it where it lacks something."""
        found = await self.broker.ensure_stream(self.source)
        name = stream_name(self.source)
        row = await connection.fetchrow(_NOTED, name)
        noted = None if row is None else StoreState(created_at=row.created_at, last_sequence=row.last_sequence)
        async with connection.transaction():
            if is_refill_due(noted, found):
                outcome = await connection.execute(_UNMARK)
                logger.warning("relay.refill", stream=name, rows=int(outcome.rpartition(" ")[2]))
            if noted != found:
                await connection.execute(_NOTE, name, found.created_at, found.last_sequence)
        self._last_sequence = found.last_sequence
        self._store_checked_at = monotonic()

    async def _pass_on(self, connection: asyncpg.Connection, streams: JetStreamContext) -> bool:
        """Publishes one batch in order, its parcels all at once on the wire; False when nothing waited."""
        rows = await connection.fetch(_WAITING, BATCH)
        if not rows:
            return False
        parcels = pack(rows)
        pending = [await self._publish(streams, parcel) for parcel in parcels]
        await self._acknowledged(pending)
        acks = [_ack(future) for future in pending]
        taken = [isinstance(ack, PubAck) for ack in acks]
        marked = to_mark([(row, got) for parcel, got in zip(parcels, taken, strict=True) for row in parcel.rows])
        if marked:
            await connection.execute(_MARK, marked)
            self.metrics.published.inc(len(marked))
        await self._watch_numbers(
            connection, [ack.seq for ack in acks if isinstance(ack, PubAck) and not ack.duplicate]
        )
        failure = next((ack for ack in acks if isinstance(ack, Exception)), None)
        if failure is not None:
            raise failure
        return True

    async def _acknowledged(self, pending: Sequence[asyncio.Future[PubAck]]) -> None:
        """Until all are settled, the time is over, or the connection was another one meanwhile."""
        self._returned.clear()
        everything = asyncio.ensure_future(asyncio.wait(pending))
        returned = asyncio.create_task(self._returned.wait())
        await asyncio.wait({everything, returned}, timeout=ACK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in (everything, returned):
            task.cancel()

    async def _publish(self, streams: JetStreamContext, parcel: Packed[Row]) -> asyncio.Future[PubAck]:
        return await streams.publish_async(
            subject_of(self.source, parcel.partition),
            parcel.seal(lambda row: envelope_of(row, self.source)),
            wait_stall=ACK_SECONDS,
            stream=stream_name(self.source),
            headers={"Nats-Msg-Id": parcel.message_id},
        )

    async def _watch_numbers(self, connection: asyncpg.Connection, numbers: Sequence[int]) -> None:
        """A number at or below one that was given before: the store was replaced under our hands."""
        if not numbers:
            return
        if min(numbers) <= self._last_sequence:
            self._doubt_store()
            return
        self._last_sequence = max(numbers)
        await connection.execute(
            "update chassis.broker_stores set last_sequence = $2 where stream = $1",
            stream_name(self.source),
            self._last_sequence,
        )

    def _renew(self) -> None:
        """The broker was away: what it had not acknowledged by then it never will."""
        self._returned.set()
        self._doubt_store()

    def _doubt_store(self) -> None:
        self._store_checked_at = 0.0
        self._wake.set()


def _ack(future: asyncio.Future[PubAck]) -> PubAck | Exception:
    if not future.done():
        future.cancel()
        return DependencyDown("The broker did not acknowledge in time.")
    error = future.exception()
    if error is None:
        return future.result()
    return error if isinstance(error, Exception) else DependencyDown("The publishing was cancelled.")
