"""Cuts of aid that a department reports: until when the lesser amount is paid, and whether none was ever paid."""

from __future__ import annotations

from alembic import op

revision = "2026_11_24_reported_cuts"
down_revision = "2026_11_23_benefit_reductions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("alter table benefit_reductions add column paid_until date")
    op.execute("alter table benefit_reductions add column drops boolean not null default false")


def downgrade() -> None:
    op.execute("alter table benefit_reductions drop column drops")
    op.execute("alter table benefit_reductions drop column paid_until")
