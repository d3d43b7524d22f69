"""From a yes to steady work: reasons in the log, travel, late wages, words in three languages."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2020_09_03_lifecycle"
down_revision = "2020_09_02_copy_builds"
branch_labels = None
depends_on = None

# Each with an area_path, behind the wall.
TABLES = {
    "terms_mismatches": """
        id uuid primary key,
        placement_id uuid not null references placements (id),
        offer_id uuid not null,
        vacancy_id uuid not null,
        employer_id uuid not null,
        worker_id uuid not null,
        area_path text collate "C" not null,
        figure text not null,
        accepted text not null,
        written text not null,
        found_at timestamptz not null,
        found_by text not null
    """,
    "group_trips": """
        id uuid primary key,
        vacancy_id uuid not null,
        employer_id uuid not null,
        area_path text collate "C" not null,
        leaves_on date not null,
        meeting_place text not null,
        arranged_by text not null,
        arranged_at timestamptz not null
    """,
    "trips": """
        id uuid primary key,
        placement_id uuid not null references placements (id),
        worker_id uuid not null,
        area_path text collate "C" not null,
        direction text not null,
        way text not null,
        group_trip_id uuid references group_trips (id),
        leaves_on date,
        state text not null,
        noted_at timestamptz not null,
        noted_by text not null
    """,
    "travel_subsidies": """
        placement_id uuid primary key references placements (id),
        worker_id uuid not null,
        area_path text collate "C" not null,
        km integer not null check (km >= 0),
        cents bigint not null check (cents > 0),
        policy_version text not null,
        owed_on date not null,
        paid_on date,
        paid_by text
    """,
    "wage_arrears": """
        placement_id uuid not null references placements (id),
        month date not null,
        worker_id uuid not null,
        employer_id uuid not null,
        area_path text collate "C" not null,
        due_on date not null,
        level text not null,
        raised_on date not null,
        said_by_worker boolean not null,
        help_asked_at timestamptz,
        help_given_at timestamptz,
        help_given_by text,
        settled_on date,
        primary key (placement_id, month)
    """,
    "group_recruitments": """
        vacancy_id uuid not null,
        area_path text collate "C" not null,
        opened_by text not null,
        opened_at timestamptz not null,
        primary key (vacancy_id, area_path)
    """,
}

COLUMNS = (
    "alter table placement_steps add column reason text not null default 'NOT_RECORDED'",
    "alter table placements add column follows_id uuid",
    "alter table placements add column worked_since date",
    "alter table placements add column another_post_asked_at timestamptz",
    "alter table placements add column travel_choice text",
    "alter table vacancy_terms add column offer_id uuid",
    "alter table vacancy_terms add column texts jsonb not null default '[]'",
    "alter table offers add column shown_language_sealed bytea",
    "alter table offers add column understood_at timestamptz",
    "alter table consents add column understood_at timestamptz",
    "alter table follow_ups add column weekly_hours integer check (weekly_hours between 0 and 168)",
)

INDEXES = (
    "create index terms_mismatches_by_placement on terms_mismatches (placement_id)",
    "create index terms_mismatches_by_employer on terms_mismatches (employer_id, found_at)",
    "create index trips_by_placement on trips (placement_id)",
    "create index trips_by_group on trips (group_trip_id)",
    "create index trips_by_area on trips (area_path, id)",
    "create index group_trips_by_vacancy on group_trips (vacancy_id)",
    "create index travel_subsidies_by_area on travel_subsidies (area_path, owed_on)",
    "create index wage_arrears_by_area on wage_arrears (area_path, due_on)",
    "create index placements_by_follows on placements (follows_id) where follows_id is not null",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for name, columns in TABLES.items():
        op.execute(f"create table {name} ({columns})")
    for statement in (*COLUMNS, *INDEXES):
        op.execute(statement)
    for name in TABLES:
        rls(op, name)
    # Whoever makes offers must see, from any area, that this work is offered by the platform.
    op.execute("create policy public_board on group_recruitments for select using (true)")


def downgrade() -> None:
    for name in reversed(TABLES):
        op.execute(f"drop table {name}")
    for statement in COLUMNS:
        table, column = statement.split()[2], statement.split()[5]
        op.execute(f"alter table {table} drop column {column}")
