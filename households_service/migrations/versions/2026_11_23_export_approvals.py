"""A list in the open waits for a second person, and is taken once.

Expands only: the running version writes and reads exports without the new columns.
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_23_export_approvals"
down_revision = "2026_11_23_identities"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        alter table registry_exports
            add column approved_by text,
            add column approved_at timestamptz,
            add column taken_at timestamptz,
            add constraint registry_exports_two_persons check (approved_by is distinct from requested_by)""")


def downgrade() -> None:
    op.execute("""
        alter table registry_exports
            drop constraint registry_exports_two_persons,
            drop column approved_by,
            drop column approved_at,
            drop column taken_at""")
