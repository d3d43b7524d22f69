"""Whether a worker asked for work after a no, told apart on the day of the no itself."""

from __future__ import annotations

from alembic import op

revision = "2020_09_11_asked_since"
down_revision = "2020_09_10_guarded_more"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("alter table silences add column asked_since boolean not null default false")


def downgrade() -> None:
    op.execute("alter table silences drop column asked_since")
