"""The risk service's first tables: policies, copies, signals, alerts, visits, clearances, assessments."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2020_09_02_first_tables"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    """
    create table policy_packs (
        id uuid primary key,
        name text not null,
        version text not null,
        area text collate "C" not null,
        effective_from date not null,
        effective_until date check (effective_until > effective_from),
        approved_by text not null,
        approved_on date not null,
        content_hash text not null,
        source text not null,
        applied_at timestamptz not null,
        applied_by text not null,
        unique (area, name, version)
    )
    """,
    """
    create table areas (
        id uuid primary key,
        path text collate "C" not null unique,
        code text not null,
        level text not null,
        name text not null,
        time_zone text not null
    )
    """,
    """
    create table officers (
        id uuid primary key,
        subject text not null,
        roles text[] not null,
        seat text collate "C" not null,
        active boolean not null
    )
    """,
    "create index officers_by_subject on officers (subject)",
    "create index officers_by_seat on officers (seat)",
    """
    create table households (
        id uuid primary key,
        code text not null,
        area_path text collate "C" not null,
        registration_history text not null,
        monitoring_category text not null,
        safe_housing boolean not null,
        safe_water boolean not null
    )
    """,
    "create index households_by_area on households (area_path, id)",
    """
    create table members (
        id uuid primary key,
        household_id uuid not null,
        area_path text collate "C" not null,
        date_of_birth date,
        head boolean not null,
        labour_capacity text not null,
        in_school boolean not null,
        disabled boolean not null,
        counted boolean not null,
        care_duties integer not null
    )
    """,
    "create index members_by_household on members (household_id)",
    """
    create table pairings (
        household_id uuid not null,
        officer_id uuid not null,
        area_path text collate "C" not null,
        primary key (household_id, officer_id)
    )
    """,
    "create index pairings_by_officer on pairings (officer_id)",
    """
    create table statements (
        household_id uuid not null,
        basis text not null,
        area_path text collate "C" not null,
        as_of date not null,
        member_count integer not null,
        currency text not null,
        wage_cents bigint not null,
        production_cents bigint not null,
        property_cents bigint not null,
        transfer_cents bigint not null,
        production_cost_cents bigint not null,
        net_cents bigint not null,
        rigid_expenses_cents bigint not null,
        primary key (household_id, basis)
    )
    """,
    """
    create table signals (
        id uuid primary key,
        department text not null,
        record_id text not null,
        version integer not null check (version > 0),
        household_id uuid not null,
        member_id uuid not null,
        area_path text collate "C" not null,
        factor text not null,
        kind text not null,
        occurred_on date not null,
        amount numeric(14, 2) not null,
        currency text not null,
        corrects text,
        superseded boolean not null,
        received_at timestamptz not null,
        unique (department, record_id, version),
        check (amount >= 0 or corrects is not null)
    )
    """,
    "create index signals_current on signals (household_id, factor) where not superseded",
    """
    create table cleared_sums (
        household_id uuid not null,
        factor text not null,
        member_id uuid,
        period_from date not null,
        area_path text collate "C" not null,
        amount numeric(14, 2) not null check (amount >= 0),
        unique nulls not distinct (household_id, factor, member_id, period_from)
    )
    """,
    """
    create table alerts (
        id uuid primary key,
        household_id uuid not null,
        area_path text collate "C" not null,
        factor text not null,
        level smallint not null check (level in (1, 2)),
        status text not null check (status in ('OPEN', 'VISITED', 'CLEARED')),
        priority text not null check (priority in ('NORMAL', 'HIGH')),
        amount numeric(14, 2) not null,
        currency text not null,
        member_id uuid,
        period_from date not null,
        yellow_over numeric(14, 2) not null,
        red_over numeric(14, 2) not null,
        policy_version text not null,
        policy_hash text not null,
        rule_texts jsonb not null,
        counted jsonb not null,
        cleared_before numeric(14, 2) not null,
        raised_at timestamptz not null,
        raised_on date not null,
        cleared_at timestamptz,
        watch_until date,
        version integer not null,
        check ((status = 'CLEARED') = (cleared_at is not null))
    )
    """,
    "create unique index alerts_one_open on alerts (household_id, factor) where status <> 'CLEARED'",
    "create index alerts_by_household on alerts (household_id, raised_at)",
    "create index alerts_by_area on alerts (area_path, raised_at)",
    """
    create table alert_changes (
        alert_id uuid not null,
        number integer not null,
        area_path text collate "C" not null,
        kind text not null,
        level smallint not null,
        amount numeric(14, 2) not null,
        at timestamptz not null,
        primary key (alert_id, number)
    )
    """,
    """
    create table alert_feed (
        position bigint primary key,
        alert_id uuid not null,
        area_path text collate "C" not null,
        kind text not null,
        at timestamptz not null
    )
    """,
    "create index alert_feed_by_area on alert_feed (area_path, position)",
    """
    create table verification_tasks (
        id uuid primary key,
        alert_id uuid not null,
        household_id uuid not null,
        area_path text collate "C" not null,
        level smallint not null,
        status text not null check (status in ('UNASSIGNED', 'ASSIGNED', 'DONE')),
        assignee_id uuid,
        assignee_subject text,
        due_on date not null,
        due_at timestamptz not null,
        preferred_manner text not null,
        created_at timestamptz not null,
        done_at timestamptz,
        version integer not null,
        check (status <> 'ASSIGNED' or assignee_id is not null)
    )
    """,
    "create unique index verification_tasks_one_open on verification_tasks (alert_id) where status <> 'DONE'",
    "create index verification_tasks_by_area on verification_tasks (area_path, due_at)",
    "create index verification_tasks_by_assignee on verification_tasks (assignee_id) where status = 'ASSIGNED'",
    """
    create table visits (
        id uuid primary key,
        task_id uuid not null unique,
        alert_id uuid not null,
        household_id uuid not null,
        area_path text collate "C" not null,
        visitor_id uuid,
        visitor_subject text not null,
        visited_on date not null,
        manner text not null,
        asked_by_household boolean not null,
        spoke_with uuid[] not null,
        needs text[] not null,
        outcome text not null,
        findings text not null,
        note text not null,
        checks jsonb not null,
        reported_at timestamptz not null
    )
    """,
    "create index visits_by_alert on visits (alert_id, reported_at)",
    "create index visits_by_household on visits (household_id, visited_on)",
    """
    create table clearances (
        id uuid primary key,
        alert_id uuid not null unique,
        household_id uuid not null,
        area_path text collate "C" not null,
        decided_by text not null,
        decided_at timestamptz not null,
        reason text not null check (reason <> ''),
        how_bill_was_paid text not null,
        statement_id uuid not null,
        statement_as_of date not null,
        currency text not null,
        bases jsonb not null,
        test_basis text not null,
        test_mode text not null,
        test_line numeric(14, 2) not null,
        test_exceeds boolean not null,
        watch_until date not null,
        contestable_until date not null
    )
    """,
    """
    create table notifications (
        id uuid primary key,
        recipient_kind text not null check (recipient_kind in ('OFFICER', 'HOUSEHOLD')),
        recipient_id uuid not null,
        kind text not null,
        about_id uuid not null,
        household_id uuid not null,
        area_path text collate "C" not null,
        created_at timestamptz not null,
        read_at timestamptz
    )
    """,
    "create index notifications_by_recipient on notifications (recipient_id, created_at)",
    """
    create table models (
        n bigint generated always as identity primary key,
        version text not null unique,
        body text not null,
        households integer not null,
        fitted_at timestamptz not null
    )
    """,
    """
    create table assessments (
        household_id uuid primary key,
        area_path text collate "C" not null,
        likelihood double precision not null check (likelihood between 0 and 1),
        band text not null,
        horizon_months integer not null,
        probit_index double precision not null,
        typical_index double precision not null,
        contributions jsonb not null,
        line numeric(14, 2) not null,
        currency text not null,
        policy_version text not null,
        model_version text not null,
        as_of date not null,
        scored_at timestamptz not null
    )
    """,
)

WALLED = (
    "households",
    "members",
    "pairings",
    "statements",
    "signals",
    "cleared_sums",
    "alerts",
    "alert_changes",
    "alert_feed",
    "verification_tasks",
    "visits",
    "clearances",
    "notifications",
    "assessments",
)
OPEN = ("models", "officers", "areas", "policy_packs")


def upgrade() -> None:
    op.execute("create sequence alert_feed_positions as bigint")
    for statement in TABLES:
        op.execute(statement)
    for table in WALLED:
        rls(op, table)


def downgrade() -> None:
    for table in (*reversed(WALLED), *OPEN):
        op.execute(f"drop table {table}")
    op.execute("drop sequence alert_feed_positions")
