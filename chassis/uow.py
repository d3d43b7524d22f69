"""One unit of work: one transaction, at whose end rows and the events that tell of them commit together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from types import TracebackType
from typing import Self
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import outbox
from chassis.clock import Clock
from chassis.database import Database, say_last
from chassis.errors import Conflict
from chassis.identity import Actor
from chassis.ids import new_id
from chassis.literals import bytes_literal, instant_literal, text_literal, texts_literal
from chassis.outbox import Emitted, OutboxMessage
from chassis.tables import idempotency_keys, jobs, timers

ToMessage = Callable[[object], OutboxMessage | None]
JsonObject = dict[str, object]


class IdempotencyKeyReused(Conflict):
    code = "IDEMPOTENCY_KEY_REUSED"


class UnitOfWork:
    """`async with` it. Leaving normally commits once, leaving by an error rolls everything back.

    A service subclasses it, makes its repositories in `open_repositories`, and gives the `to_message` of its
    `events.py`, which maps a domain event to its contract (None: the event is not published).
    """

    connection: AsyncConnection
    now: datetime

    def __init__(self, database: Database, actor: Actor, clock: Clock, to_message: ToMessage) -> None:
        self.database = database
        self.actor = actor
        self.clock = clock
        self._to_message = to_message
        self._messages: list[Emitted] = []

    async def __aenter__(self) -> Self:
        self.now = self.clock.now()
        self._messages = []
        self.connection = await self.database.engine.connect()
        try:
            await self.connection.begin()
            self.database.raise_wall(self.connection, self.actor)
        except BaseException:
            await self.connection.close()
            raise
        self.open_repositories()
        return self

    def open_repositories(self) -> None:
        """Makes the repositories on `self.connection`."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                await outbox.write(self.connection, self._messages, occurred_at=self.now)
                await self.connection.commit()
            else:
                await self.connection.rollback()
        finally:
            await self.connection.close()

    def emit(self, *events: object) -> None:
        """Domain events, in the order they happened; published after the commit."""
        messages = (self._to_message(event) for event in events)
        self._messages += Emitted.now([message for message in messages if message is not None])

    async def audit(self, *, action: str, subject_id: str, purpose: str, fields: Sequence[str] = ()) -> None:
        """One row of the hash-chained audit log: who did or read what, of whom, and why.

        Each row's hash covers the row before it, so that a changed, removed or swapped row shows. It is added with
        the commit: whoever writes the row before is waited for then, and the next waits for nothing but a commit.
        """
        roles = sorted(self.actor.roles)
        framed = _framed(
            self.now.isoformat(), self.actor.subject, ",".join(roles), action, subject_id, purpose, ",".join(fields)
        )
        values = (
            instant_literal(self.now),
            text_literal(self.actor.subject),
            texts_literal(roles),
            *map(text_literal, (action, subject_id, purpose)),
            texts_literal(fields),
            bytes_literal(framed),
        )
        await say_last(self.connection, f"select chassis.add_audit({', '.join(values)})")

    async def recall(self, mutation: str, key: str, request: bytes) -> str | None:
        """What `remember` kept for this caller, mutation and key; None the first time.

        Waits for a concurrent first attempt with the same key. Raises IdempotencyKeyReused when the key came
        with another request before.
        """
        lock = int.from_bytes(sha256(f"{self.actor.subject}\0{mutation}\0{key}".encode()).digest()[:8], signed=True)
        await self.connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": lock})
        row = (
            await self.connection.execute(
                select(idempotency_keys.c.fingerprint, idempotency_keys.c.result).where(
                    idempotency_keys.c.subject == self.actor.subject,
                    idempotency_keys.c.mutation == mutation,
                    idempotency_keys.c.key == key,
                )
            )
        ).first()
        if row is None:
            return None
        if row.fingerprint != sha256(request).digest():
            raise IdempotencyKeyReused("This key was used with another request.", field="idempotencyKey")
        return str(row.result)

    async def remember(self, mutation: str, key: str, request: bytes, result: str) -> None:
        """Keeps what the mutation gave, usually the id of what it made, for 30 days."""
        await self.connection.execute(
            insert(idempotency_keys).values(
                subject=self.actor.subject,
                mutation=mutation,
                key=key,
                fingerprint=sha256(request).digest(),
                result=result,
                created_at=self.now,
            )
        )

    async def schedule(self, kind: str, key: str, due_at: datetime) -> None:
        """A timer of `kind` fires once for `key` when business time reaches `due_at`; scheduling again moves it."""
        fresh = upsert(timers).values(kind=kind, key=key, due_at=due_at)
        await self.connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[timers.c.kind, timers.c.key],
                set_={"due_at": fresh.excluded.due_at, "done_at": None, "attempts": 0, "retry_at": None},
            )
        )

    async def enqueue_job(self, kind: str, payload: JsonObject, *, area_path: str = "") -> UUID:
        """Long work, done after the commit by the jobs role; its id is the handle to its progress."""
        job_id = new_id()
        await self.connection.execute(
            insert(jobs).values(
                id=job_id,
                kind=kind,
                state="QUEUED",
                area_path=area_path,
                payload=payload,
                created_by=self.actor.subject,
                created_at=self.now,
                updated_at=self.now,
            )
        )
        await self.connection.execute(text("select pg_notify('jobs', '')"))
        return job_id


def audit_hash(previous: bytes, *values: str) -> bytes:
    """SHA-256 over the previous row's hash and this row's values, its number first, each prefixed by its length."""
    return sha256(previous + _framed(*values)).digest()


def _framed(*values: str) -> bytes:
    return b"".join(len(encoded).to_bytes(4) + encoded for encoded in map(str.encode, values))
