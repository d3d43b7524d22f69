"""What departments and ledgers told besides costs, whom a supply point served, and the figures behind a warning."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2026_11_23_facts"
down_revision = "2026_11_23_points_tables"
branch_labels = None
depends_on = None

TABLES = (
    """
    create table facts (
        department text not null,
        record_id text not null,
        version bigint not null,
        household_id uuid,
        member_id uuid,
        area_path text collate "C" not null,
        factor text not null,
        kind text not null,
        occurred_on date not null,
        corrects text,
        detail jsonb not null,
        superseded boolean not null,
        received_at timestamptz not null,
        primary key (department, record_id, version)
    )
    """,
    "create index facts_current on facts (household_id) where not superseded",
    "create index facts_by_area on facts (area_path, occurred_on)",
    "create index facts_of_areas on facts (factor, area_path) where household_id is null and not superseded",
    """
    create table cleared_facts (
        household_id uuid not null,
        department text not null,
        record_id text not null,
        version bigint not null,
        area_path text collate "C" not null,
        primary key (household_id, department, record_id, version)
    )
    """,
    """
    create table weighings_due (
        household_id uuid not null,
        factor text not null,
        area_path text collate "C" not null,
        due_on date not null,
        primary key (household_id, factor)
    )
    """,
    "create index weighings_due_by_day on weighings_due (due_on)",
)
WALLED = ("facts", "cleared_facts", "weighings_due")


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table in WALLED:
        rls(op, table)
    op.execute("alter table alerts add column inputs jsonb not null default '[]'")
    op.execute("alter table conditions add column served uuid[] not null default '{}'")


def downgrade() -> None:
    op.execute("alter table conditions drop column served")
    op.execute("alter table alerts drop column inputs")
    for table in reversed(WALLED):
        op.execute(f"drop table {table}")
