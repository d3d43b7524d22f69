"""Which row of a file was taken for its header.

Expands only: the running version writes and reads imports and batches without the new column.
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_23_header_rows"
down_revision = "2026_11_23_export_approvals"
branch_labels = None
depends_on = None

TABLES = ("registry_imports", "department_batches")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"alter table {table} add column header_row integer")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"alter table {table} drop column header_row")
