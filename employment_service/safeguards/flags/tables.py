"""What the independent monitor alone may see, and what the guard weighs: behind a wall of their own."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, DateTime, Index, Integer, LargeBinary, Table, Text, Uuid, text

from employment_service.metadata import metadata

Instant = DateTime(timezone=True)

coercion_flags = Table(
    "coercion_flags",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", Text, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("employer_id", Uuid),
    Column("vacancy_id", Uuid),
    Column("placement_id", Uuid),
    Column("worker_id", Uuid),
    Column("household_id", Uuid),
    Column("staff_subject", Text),
    Column("figure", Integer),
    Column("due_at", Instant),
    Column("escalated_at", Instant),
    Column("settled_at", Instant),
    Column("settled_by", Text),
    Column("settled_reason", Text),
    Index("coercion_flags_open", "code", "key", unique=True, postgresql_where=text("settled_at is null")),
    Index("coercion_flags_by_area", "area_path", "id"),
)

holds = Table(
    "holds",
    metadata,
    Column("placement_id", Uuid, primary_key=True),
    Column("flag_id", Uuid, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("placed_at", Instant, nullable=False),
    Column("lifted_at", Instant),
    Column("lifted_by", Text),
    Column("lifted_reason", Text),
    Index("holds_by_flag", "flag_id"),
)

monitor_tasks = Table(
    "monitor_tasks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("flag_id", Uuid),
    Column("placement_id", Uuid),
    Column("worker_id", Uuid),
    Column("employer_id", Uuid),
    Column("cents", BigInteger),
    Column("done_at", Instant),
    Column("done_by", Text),
    Column("outcome", Text),
    Index("monitor_tasks_by_area", "area_path", "id"),
)

acceptance_traces = Table(
    "acceptance_traces",
    metadata,
    Column("placement_id", Uuid, primary_key=True),
    Column("vacancy_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("accepted_at", Instant, nullable=False),
    Column("session", LargeBinary),
    Index("acceptance_traces_by_place", "vacancy_id", "area_path", "accepted_at"),
    Index("acceptance_traces_by_session", "session"),
)

term_readings = Table(
    "term_readings",
    metadata,
    Column("offer_id", Uuid, primary_key=True),
    Column("opened_at", Instant, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("closed_at", Instant),
    Column("language", Text),
)

job_contacts = Table(
    "job_contacts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("worker_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("told_by", Text, nullable=False),
    Index("job_contacts_by_worker", "worker_id", "happened_on"),
)

reported_hours = Table(
    "reported_hours",
    metadata,
    Column("placement_id", Uuid, primary_key=True),
    Column("monday", Date, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("hours", Integer, nullable=False),
)
