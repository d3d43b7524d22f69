"""When the copy of another service was last built to its end."""

from __future__ import annotations

from alembic import op

revision = "2020_09_02_copy_builds"
down_revision = "2020_09_01_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create table copy_builds (source text primary key, built_at timestamptz not null)")


def downgrade() -> None:
    op.execute("drop table copy_builds")
