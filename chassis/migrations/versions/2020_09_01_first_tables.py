"""The chassis' first tables: outbox, inbox, positions, parked events, timers, jobs, idempotency keys, audit log."""

from __future__ import annotations

from alembic import op

revision = "2020_09_01_first_tables"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    """
    create table chassis.subject_sequences (
        subject_id text primary key,
        last bigint not null
    )
    """,
    """
    create table chassis.outbox (
        n bigint generated always as identity primary key,
        event_id uuid not null unique,
        event_type text not null,
        subject_id text not null,
        subject_sequence bigint not null,
        area_path text collate "C" not null,
        payload bytea not null,
        occurred_at timestamptz not null,
        correlation_id text not null,
        traceparent text not null,
        created_at timestamptz not null default now(),
        published_at timestamptz,
        unique (subject_id, subject_sequence)
    )
    """,
    "create index outbox_unpublished on chassis.outbox (n) where published_at is null",
    "create index outbox_created on chassis.outbox using brin (created_at)",
    """
    create table chassis.broker_stores (
        stream text primary key,
        created_at timestamptz not null,
        last_sequence bigint not null default 0
    )
    """,
    """
    create table chassis.inbox (
        event_id uuid primary key,
        source text not null,
        received_at timestamptz not null default now()
    )
    """,
    """
    create table chassis.positions (
        source text not null,
        subject_id text not null,
        last_sequence bigint not null,
        primary key (source, subject_id)
    )
    """,
    """
    create table chassis.attempts (
        event_id uuid primary key,
        count integer not null,
        last_code text not null
    )
    """,
    """
    create table chassis.parked (
        event_id uuid primary key,
        source text not null,
        event_type text not null,
        subject_id text not null,
        subject_sequence bigint not null,
        envelope bytea not null,
        code text not null,
        reason text not null,
        parked_at timestamptz not null default now(),
        replay_requested_at timestamptz
    )
    """,
    "create index parked_by_subject on chassis.parked (source, subject_id, subject_sequence)",
    """
    create table chassis.timers (
        kind text not null,
        key text not null,
        due_at timestamptz not null,
        done_at timestamptz,
        attempts integer not null default 0,
        retry_at timestamptz,
        primary key (kind, key)
    )
    """,
    "create index timers_due on chassis.timers (due_at) where done_at is null",
    """
    create table chassis.jobs (
        id uuid primary key,
        kind text not null,
        state text not null check (state in ('QUEUED', 'RUNNING', 'DONE', 'FAILED')),
        area_path text collate "C" not null default '',
        payload jsonb not null,
        cursor jsonb,
        result jsonb,
        done bigint not null default 0,
        total bigint,
        code text,
        message text,
        attempts integer not null default 0,
        lease_until timestamptz,
        created_by text not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
    )
    """,
    "create index jobs_waiting on chassis.jobs (created_at) where state in ('QUEUED', 'RUNNING')",
    """
    create table chassis.idempotency_keys (
        subject text not null,
        mutation text not null,
        key text not null,
        fingerprint bytea not null,
        result text not null,
        created_at timestamptz not null,
        primary key (subject, mutation, key)
    )
    """,
    """
    create table chassis.audit (
        n bigint primary key,
        at timestamptz not null,
        actor text not null,
        roles text[] not null,
        action text not null,
        subject_id text not null,
        purpose text not null,
        fields text[] not null,
        previous_hash bytea not null,
        hash bytea not null
    )
    """,
    "create index audit_by_subject on chassis.audit (subject_id, n)",
)

NAMES = (
    "audit",
    "idempotency_keys",
    "jobs",
    "timers",
    "parked",
    "attempts",
    "positions",
    "inbox",
    "broker_stores",
    "outbox",
    "subject_sequences",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    for name in NAMES:
        op.execute(f"drop table chassis.{name}")
