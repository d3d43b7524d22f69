"""Months and languages of workers, what a vacancy asks of them, weights of households, and runs of a whole market."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2020_09_06_matching"
down_revision = "2020_09_05_guards"
branch_labels = None
depends_on = None

TABLES = {
    "household_warnings": """
        alert_id uuid primary key,
        household_id uuid not null,
        hundredths integer not null""",
    "stability_calibrations": """
        area_path text collate "C" not null,
        fitted_on date not null,
        level double precision not null,
        slope double precision not null,
        outcomes integer not null,
        primary key (area_path, fitted_on)""",
    "matching_runs": """
        id uuid primary key,
        n bigint generated always as identity unique,
        area_path text collate "C" not null,
        as_of date not null,
        requested_by text not null,
        made_at timestamptz not null,
        follows uuid references matching_runs,
        cause text,
        keep_bonus integer not null,
        policy_version text not null,
        totals jsonb not null,
        audit jsonb not null""",
    "matching_prices": """
        run_id uuid not null references matching_runs,
        vacancy_id uuid not null,
        area_path text collate "C" not null,
        places integer not null,
        proposed integer not null,
        price integer not null,
        primary key (run_id, vacancy_id)""",
    "matching_proposals": """
        run_id uuid not null references matching_runs,
        number integer not null,
        worker_id uuid not null,
        area_path text collate "C" not null,
        vacancy_id uuid,
        moved_from uuid,
        options integer not null,
        score integer not null,
        price integer not null,
        stable double precision not null,
        gain_cents bigint not null,
        weight double precision not null,
        way_cents integer not null,
        care_cents integer not null,
        km double precision,
        primary key (run_id, number)""",
}
INDEXES = (
    "create index household_warnings_by_household on household_warnings (household_id)",
    "create index matching_runs_by_area on matching_runs (area_path, n)",
    "create index matching_proposals_by_worker on matching_proposals (worker_id)",
    "create index matching_proposals_by_vacancy on matching_proposals (run_id, vacancy_id)",
)
WALLED = ("matching_runs", "matching_prices", "matching_proposals", "stability_calibrations")


def upgrade() -> None:
    op.execute("alter table workers add column languages_sealed bytea")
    op.execute("alter table workers add column farm_months integer[] not null default '{}'")
    op.execute("alter table workers add column free_from date")
    op.execute("alter table vacancies add column languages text[] not null default '{}'")
    op.execute("alter table vacancies add column farm_leave boolean not null default false")
    for name, columns in TABLES.items():
        op.execute(f"create table {name} ({columns})")
    for index in INDEXES:
        op.execute(index)
    for name in WALLED:
        rls(op, name)


def downgrade() -> None:
    for name in reversed(TABLES):
        op.execute(f"drop table {name}")
    for column in ("languages_sealed", "farm_months", "free_from"):
        op.execute(f"alter table workers drop column {column}")
    for column in ("languages", "farm_leave"):
        op.execute(f"alter table vacancies drop column {column}")
