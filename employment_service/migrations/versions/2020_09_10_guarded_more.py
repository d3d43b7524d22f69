"""Refused answers in a worker's place, a sex for audits alone, and care facilities recorded by mistake."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls_of_role

revision = "2020_09_10_guarded_more"
down_revision = "2020_09_09_together"
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
    op.execute("create unique index consent_attempts_of_day on consent_attempts (offer_id, attempted_by, action, day)")
    op.execute("create index consent_attempts_by_area on consent_attempts (area_path, id)")
    rls_of_role(op, "consent_attempts", role=MONITOR, setting=SETTING)
    op.execute(
        """
        create table audit_facts (
            worker_id uuid primary key,
            area_path text collate "C" not null,
            sex_sealed bytea not null
        )
        """
    )
    # Nobody's role opens it: only the audit of a run, and the worker's own question, pass as the guard.
    rls_of_role(op, "audit_facts", role="SYSTEM", setting=SETTING)
    op.execute("alter table care_facilities add column withdrawn_at timestamptz")


def downgrade() -> None:
    op.execute("alter table care_facilities drop column withdrawn_at")
    op.execute("drop table audit_facts")
    op.execute("drop table consent_attempts")
