"""Companions, batches with a least number, and what a run tells of both."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2020_09_09_together"
down_revision = "2020_09_08_outcomes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        create table companions (
            worker_id uuid not null,
            companion_id uuid not null,
            area_path text collate "C" not null,
            named_at timestamptz,
            refused_at timestamptz,
            primary key (worker_id, companion_id),
            check (worker_id <> companion_id)
        )
        """
    )
    op.execute("create unique index companions_one_at_a_time on companions (worker_id) where named_at is not null")
    op.execute("create index companions_by_named on companions (companion_id)")
    rls(op, "companions")
    op.execute("alter table vacancies add column least_batch integer not null default 1 check (least_batch >= 1)")
    op.execute("alter table matching_proposals add column companion_id uuid")
    op.execute("alter table matching_prices add column least integer not null default 0")
    op.execute("alter table matching_prices add column too_few boolean not null default false")


def downgrade() -> None:
    for column in ("least", "too_few"):
        op.execute(f"alter table matching_prices drop column {column}")
    op.execute("alter table matching_proposals drop column companion_id")
    op.execute("alter table vacancies drop column least_batch")
    op.execute("drop table companions")
