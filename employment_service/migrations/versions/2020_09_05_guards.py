"""Signs of coercion, holds, grievances and reviews of cuts: behind a wall that opens to the independent monitor."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls_of_role

revision = "2020_09_05_guards"
down_revision = "2020_09_04_calls_and_care"
branch_labels = None
depends_on = None

TABLES = {
    "coercion_flags": """
        id uuid primary key,
        code text not null,
        area_path text collate "C" not null,
        key text not null,
        raised_at timestamptz not null,
        employer_id uuid,
        vacancy_id uuid,
        placement_id uuid,
        worker_id uuid,
        household_id uuid,
        staff_subject text,
        figure integer,
        due_at timestamptz,
        escalated_at timestamptz,
        settled_at timestamptz,
        settled_by text,
        settled_reason text,
        check ((settled_at is null) = (settled_by is null) and (settled_at is null) = (settled_reason is null))
    """,
    "holds": """
        placement_id uuid not null,
        flag_id uuid not null,
        area_path text collate "C" not null,
        placed_at timestamptz not null,
        lifted_at timestamptz,
        lifted_by text,
        lifted_reason text,
        primary key (placement_id, flag_id),
        check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lifted_reason is null))
    """,
    "monitor_tasks": """
        id uuid primary key,
        kind text not null,
        area_path text collate "C" not null,
        made_at timestamptz not null,
        due_at timestamptz not null,
        flag_id uuid,
        placement_id uuid,
        worker_id uuid,
        employer_id uuid,
        cents bigint,
        done_at timestamptz,
        done_by text,
        outcome text
    """,
    "acceptance_traces": """
        placement_id uuid primary key,
        vacancy_id uuid not null,
        area_path text collate "C" not null,
        accepted_at timestamptz not null,
        session bytea
    """,
    "term_readings": """
        offer_id uuid not null,
        opened_at timestamptz not null,
        area_path text collate "C" not null,
        closed_at timestamptz,
        language text,
        primary key (offer_id, opened_at)
    """,
    "job_contacts": """
        id uuid primary key,
        worker_id uuid not null,
        area_path text collate "C" not null,
        happened_on date not null,
        told_by text not null
    """,
    "reported_hours": """
        placement_id uuid not null,
        monday date not null,
        area_path text collate "C" not null,
        hours integer not null check (hours between 0 and 168),
        primary key (placement_id, monday)
    """,
    "consent_witnesses": """
        offer_id uuid not null,
        subject text not null,
        area_path text collate "C" not null,
        witnessed_at timestamptz not null,
        primary key (offer_id, subject)
    """,
    "grievances": """
        id uuid primary key,
        area_path text collate "C" not null,
        kind text not null,
        channel text not null,
        text_sealed bytea not null,
        filed_at timestamptz not null,
        due_at timestamptz not null,
        state text not null,
        filer bytea,
        receipt bytea,
        worker_id uuid,
        household_id uuid,
        watch_until timestamptz,
        about_subject text,
        about_employer_id uuid,
        about_placement_id uuid,
        escalated_at timestamptz,
        version integer not null,
        check ((filer is null) <> (receipt is null)),
        check (receipt is null or (worker_id is null and household_id is null))
    """,
    "grievance_steps": """
        grievance_id uuid not null references grievances (id),
        number integer not null,
        area_path text collate "C" not null,
        state text not null,
        at timestamptz not null,
        by text,
        said_sealed bytea,
        primary key (grievance_id, number)
    """,
    "benefit_reviews": """
        proposal_id uuid primary key,
        household_id uuid not null,
        area_path text collate "C" not null,
        benefit text not null,
        current_cents bigint not null,
        proposed_cents bigint not null,
        effective_from date not null,
        entered_at timestamptz not null,
        matched boolean not null,
        state text not null,
        decided_at timestamptz,
        decided_by text,
        reason text,
        told_at timestamptz
    """,
}

INDEXES = (
    "create unique index coercion_flags_open on coercion_flags (code, key) where settled_at is null",
    "create index coercion_flags_by_area on coercion_flags (area_path, id)",
    "create index holds_by_flag on holds (flag_id)",
    "create index monitor_tasks_by_area on monitor_tasks (area_path, id)",
    "create index acceptance_traces_by_place on acceptance_traces (vacancy_id, area_path, accepted_at)",
    "create index acceptance_traces_by_session on acceptance_traces (session)",
    "create index job_contacts_by_worker on job_contacts (worker_id, happened_on)",
    "create index grievances_by_area on grievances (area_path, id)",
    "create index grievances_by_filer on grievances (filer)",
    "create unique index grievances_by_receipt on grievances (receipt)",
    "create index grievances_by_worker on grievances (worker_id)",
    "create index grievances_by_household on grievances (household_id)",
    "create index benefit_reviews_by_household on benefit_reviews (household_id, entered_at)",
    "create index benefit_reviews_by_area on benefit_reviews (area_path, proposal_id)",
)
MONITOR, SETTING = "INDEPENDENT_MONITOR", "app.guard"


def upgrade() -> None:
    for name, columns in TABLES.items():
        op.execute(f"create table {name} ({columns})")
    for index in INDEXES:
        op.execute(index)
    for name in TABLES:
        rls_of_role(op, name, role=MONITOR, setting=SETTING)
    # What is left of a no has no area: nobody but the guard and the clock comes near it.
    op.execute("alter table silences enable row level security")
    op.execute("alter table silences force row level security")
    op.execute(
        "create policy guard_wall on silences using ("
        f" coalesce(current_setting('{SETTING}', true), '') = 'on'"
        " or position(',SYSTEM,' in coalesce(current_setting('app.roles', true), '')) > 0)"
    )
    op.execute("alter table follow_ups add column fee_cents bigint check (fee_cents > 0)")


def downgrade() -> None:
    op.execute("alter table follow_ups drop column fee_cents")
    op.execute("drop policy guard_wall on silences")
    op.execute("alter table silences no force row level security")
    op.execute("alter table silences disable row level security")
    for name in reversed(TABLES):
        op.execute(f"drop table {name}")
