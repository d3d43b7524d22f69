"""Snapshots read every department record of a household."""

from __future__ import annotations

from alembic import op

revision = "2026_11_23_records_by_household"
down_revision = "2026_11_22_imports_and_feeds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "create index department_records_by_household on department_records (household_id, id)"
        " where household_id is not null"
    )


def downgrade() -> None:
    op.execute("drop index department_records_by_household")
