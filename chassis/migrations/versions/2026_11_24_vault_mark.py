"""A value sealed with the key of this database, so that another key is noticed before it seals anything."""

from __future__ import annotations

from alembic import op

revision = "2026_11_24_vault_mark"
down_revision = "2026_11_23_discarded_events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create table chassis.vault_mark (id integer primary key check (id = 1), sealed bytea not null)")


def downgrade() -> None:
    op.execute("drop table chassis.vault_mark")
