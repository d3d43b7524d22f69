"""A parked event that an operator gave up is kept with who did it, when and why."""

from __future__ import annotations

from alembic import op

revision = "2026_11_23_discarded_events"
down_revision = "2020_09_01_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "alter table chassis.parked add column discarded_at timestamptz, add column discarded_by text,"
        " add column discarded_reason text,"
        " add constraint parked_discarded_whole"
        " check (num_nulls(discarded_at, discarded_by, discarded_reason) in (0, 3))"
    )


def downgrade() -> None:
    op.execute(
        "alter table chassis.parked drop column discarded_at, drop column discarded_by, drop column discarded_reason"
    )
