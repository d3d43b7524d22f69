"""Households whose facts changed since they were assessed."""

from __future__ import annotations

from alembic import op

revision = "2020_09_03_assessments_due"
down_revision = "2020_09_02_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create table assessments_due (household_id uuid primary key, since timestamptz not null)")
    op.execute("create index assessments_due_since on assessments_due (since)")


def downgrade() -> None:
    op.execute("drop table assessments_due")
