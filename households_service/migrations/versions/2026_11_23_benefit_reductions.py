"""Cuts of aid that were entered, and how far they came."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2026_11_23_benefit_reductions"
down_revision = "2026_11_23_header_rows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table benefit_reductions (
            id uuid primary key,
            household_id uuid not null references households (id),
            area_path text collate "C" not null,
            entry_id uuid not null,
            current_cents bigint not null check (current_cents > 0),
            monthly_cents bigint not null check (monthly_cents >= 0 and monthly_cents < current_cents),
            effective_from date not null,
            reason text not null,
            state text not null,
            entered_at timestamptz not null,
            entered_by text not null,
            settled_at timestamptz,
            version integer not null
        )
    """)
    op.execute("create index benefit_reductions_by_household on benefit_reductions (household_id, id)")
    op.execute(
        "create unique index benefit_reductions_waiting on benefit_reductions (entry_id)"
        " where state in ('ENTERED', 'UNDER_REVIEW', 'PASSED')"
    )
    rls(op, "benefit_reductions")


def downgrade() -> None:
    op.execute("drop table benefit_reductions")
