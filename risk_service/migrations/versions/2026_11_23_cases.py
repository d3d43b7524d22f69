"""Monitoring cases; what each visit was about, so that rules and feeds can be judged by their visits; escalation."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2026_11_23_cases"
down_revision = "2026_11_23_conditions"
branch_labels = None
depends_on = None

TABLES = (
    """
    create table cases (
        id uuid primary key,
        number text not null unique,
        household_id uuid not null,
        area_path text collate "C" not null,
        status text not null,
        round integer not null check (round >= 1),
        category text,
        channel text not null,
        alert_id uuid,
        clue_on date not null,
        decision_due_on date not null check (decision_due_on >= clue_on),
        serious_difficulty boolean not null,
        green_channel boolean not null,
        closed_review boolean not null,
        notice_from date,
        identified_on date,
        supported_since date,
        first_measure_due_on date,
        first_measure_on date,
        resolved_on date,
        watch_until date check (watch_until >= resolved_on),
        policy_version text not null,
        created_at timestamptz not null,
        version integer not null,
        findings jsonb,
        statement_id uuid
    )
    """,
    "create unique index cases_one_live on cases (household_id) where status <> 'NOT_IDENTIFIED'",
    "create index cases_by_household on cases (household_id, created_at)",
    "create index cases_by_area on cases (area_path, created_at)",
    """
    create table case_steps (
        case_id uuid not null,
        number integer not null,
        area_path text collate "C" not null,
        round integer not null,
        kind text not null,
        from_status text,
        to_status text not null,
        "by" text not null,
        "on" date not null,
        at timestamptz not null,
        note text not null,
        primary key (case_id, number)
    )
    """,
    """
    create table case_measures (
        id uuid primary key,
        case_id uuid not null,
        household_id uuid not null,
        area_path text collate "C" not null,
        type text not null,
        delivered_on date not null,
        recorded_by text not null,
        recorded_at timestamptz not null,
        confirmed_by text check (confirmed_by <> recorded_by),
        confirmed_at timestamptz
    )
    """,
    "create index case_measures_by_case on case_measures (case_id)",
    """
    create table case_deadlines (
        case_id uuid not null,
        deadline text not null,
        due_on date not null,
        area_path text collate "C" not null,
        found_at timestamptz not null,
        primary key (case_id, deadline, due_on)
    )
    """,
)
WALLED = ("cases", "case_steps", "case_measures", "case_deadlines")

# Visits that were reported before keep what their alert says now.
BACKFILL = """
    update visits set
        factor = alerts.factor,
        level = alerts.level,
        policy_version = alerts.policy_version,
        departments = array(
            select distinct entry ->> 'department'
            from jsonb_array_elements(alerts.counted || alerts.conditions) as entry
            where coalesce((entry ->> 'in_amount')::boolean, true)
            order by 1
        )
    from alerts where alerts.id = visits.alert_id
"""


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table in WALLED:
        rls(op, table)
    op.execute("create sequence monitoring_case_numbers")
    op.execute(
        "alter table visits add column factor text, add column level smallint, add column policy_version text,"
        " add column departments text[] not null default '{}'"
    )
    # Row-level security would hide every row from its owner.
    op.execute("alter table visits no force row level security")
    op.execute("alter table alerts no force row level security")
    op.execute(BACKFILL)
    op.execute("alter table alerts force row level security")
    op.execute("alter table visits force row level security")
    op.execute("create index visits_by_area on visits (area_path, visited_on)")
    op.execute("alter table verification_tasks add column escalations smallint not null default 0")


def downgrade() -> None:
    op.execute("alter table verification_tasks drop column escalations")
    op.execute("drop index visits_by_area")
    op.execute(
        "alter table visits drop column factor, drop column level, drop column policy_version, drop column departments"
    )
    op.execute("drop sequence monitoring_case_numbers")
    for table in reversed(WALLED):
        op.execute(f"drop table {table}")
