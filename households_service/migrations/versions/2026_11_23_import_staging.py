"""Imports are staged row by row before they are applied; what an update changed is kept; exports are noted.

Expands only: the running version reads and writes imports without the new columns.
"""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2026_11_23_import_staging"
down_revision = "2026_11_23_ten_feeds"
branch_labels = None
depends_on = None

WALLED = ("registry_staged_blocks", "registry_changes", "registry_exports")


def upgrade() -> None:
    op.execute("alter table registry_imports add column encoding text")
    op.execute("alter table registry_imports add column headers jsonb not null default '{}'")
    op.execute("""
        create index registry_import_issues_by_row
        on registry_import_issues (import_id, row_number, number)""")
    op.execute("""
        create table registry_staged_blocks (
            import_id uuid not null references registry_imports (id),
            number integer not null,
            area_path text collate "C" not null,
            row_numbers integer[] not null,
            households integer[] not null,
            codes text[] not null,
            paths text[] not null,
            states text[] not null,
            rows_sealed bytea,
            primary key (import_id, number),
            check (cardinality(row_numbers) = cardinality(states))
        )""")
    op.execute("""
        create table registry_changes (
            id uuid primary key,
            household_id uuid not null references households (id),
            member_id uuid references members (id),
            area_path text collate "C" not null,
            version integer not null,
            import_id uuid not null references registry_imports (id),
            fields text[] not null,
            before_sealed bytea not null,
            changed_by text not null,
            changed_at timestamptz not null
        )""")
    op.execute("create index registry_changes_by_household on registry_changes (household_id, id)")
    op.execute("""
        create table registry_exports (
            id uuid primary key,
            list text not null,
            format text not null,
            area_path text collate "C" not null,
            filter jsonb not null,
            columns text[] not null,
            opened boolean not null,
            reason text not null,
            requested_by text not null,
            requested_at timestamptz not null,
            rows_found bigint not null,
            rows_sent bigint,
            finished_at timestamptz
        )""")
    op.execute("create index registry_exports_by_area on registry_exports (area_path, id)")
    for table in WALLED:
        rls(op, table)


def downgrade() -> None:
    for table in WALLED:
        op.execute(f"drop table {table}")
    op.execute("drop index registry_import_issues_by_row")
    op.execute("alter table registry_imports drop column headers")
    op.execute("alter table registry_imports drop column encoding")
