"""Tables that every service's database has, in the PostgreSQL schema `chassis`. Their migrations lie beside them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(schema="chassis")

Instant = DateTime(timezone=True)

subject_sequences = Table(
    "subject_sequences",
    metadata,
    Column("subject_id", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("event_type", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("subject_sequence", BigInteger, nullable=False),
    Column("area_path", Text(collation="C"), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("traceparent", Text, nullable=False),
    Column("created_at", Instant, nullable=False, server_default=func.now()),
    Column("published_at", Instant),
    UniqueConstraint("subject_id", "subject_sequence"),
    Index("outbox_unpublished", "n", postgresql_where=text("published_at is null")),
)

# The broker store that rows were published to, by the time it was made: another one is empty and is refilled.
broker_stores = Table(
    "broker_stores",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("created_at", Instant, nullable=False),
    # Highest number the store ever acknowledged; a store that ends before it has lost its tail.
    Column("last_sequence", BigInteger, nullable=False, server_default="0"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("source", Text, nullable=False),
    Column("received_at", Instant, nullable=False, server_default=func.now()),
)

positions = Table(
    "positions",
    metadata,
    Column("source", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True),
    Column("last_sequence", BigInteger, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_code", Text, nullable=False),
)

parked = Table(
    "parked",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("source", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("subject_sequence", BigInteger, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("parked_at", Instant, nullable=False, server_default=func.now()),
    # An operator asked for it to be tried again; the consumer does it and clears this.
    Column("replay_requested_at", Instant),
    # An operator gave it up: later events of its subject go on without it. It stays as a record.
    Column("discarded_at", Instant),
    Column("discarded_by", Text),
    Column("discarded_reason", Text),
    Index("parked_by_subject", "source", "subject_id", "subject_sequence"),
)

timers = Table(
    "timers",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # Wall time before which a timer that failed is not tried again.
    Column("retry_at", Instant),
    Index("timers_due", "due_at", postgresql_where=text("done_at is null")),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("area_path", Text(collation="C"), nullable=False, server_default=""),
    Column("payload", JSONB, nullable=False),
    Column("cursor", JSONB),
    Column("result", JSONB),
    Column("done", BigInteger, nullable=False, server_default="0"),
    Column("total", BigInteger),
    Column("code", Text),
    Column("message", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_until", Instant),
    Column("created_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("jobs_waiting", "created_at", postgresql_where=text("state in ('QUEUED', 'RUNNING')")),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("mutation", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("result", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("n", BigInteger, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("action", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("fields", ARRAY(Text), nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("audit_by_subject", "subject_id", "n"),
)

# One row: a value sealed with the key of this database.
vault_mark = Table(
    "vault_mark",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
