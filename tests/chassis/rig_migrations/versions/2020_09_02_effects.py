"""What the rig of the chassis' tests keeps."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2020_09_02_effects_of_the_rig_of_the_tests"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "create table effects (n bigserial primary key, event_id uuid, subject_id text, sequence bigint, word text)"
    )
    op.execute('create table places (area_path text collate "C" not null, name text not null)')
    rls(op, "places")


def downgrade() -> None:
    op.execute("drop table places")
    op.execute("drop table effects")
