"""Refused answers in a worker's place; a sex for audits alone."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls_of_role

revision = "2020_09_10_guarded_more"
down_revision = "2020_09_08_outcomes"
branch_labels = None
depends_on = None

MONITOR, SETTING = "INDEPENDENT_MONITOR", "app.guard"


def upgrade() -> None:
    op.execute(
        """
        create table consent_attempts (
            id uuid primary key,
            action text not null,
            offer_id uuid not null,
            worker_id uuid not null,
            area_path text collate "C" not null,
            attempted_by text not null,
            roles text[] not null,
            day date not null,
            first_at timestamptz not null,
            last_at timestamptz not null,
            times integer not null check (times > 0)
        )
        """
    )
    op.execute(
        "create unique index consent_attempts_of_day on consent_attempts (offer_id, attempted_by, action, day)"
    )
    op.execute("create index consent_attempts_by_area on consent_attempts (area_path, id)")
    rls_of_role(op, "consent_attempts", role=MONITOR, setting=SETTING)


def downgrade() -> None:
    op.execute("drop table consent_attempts")
