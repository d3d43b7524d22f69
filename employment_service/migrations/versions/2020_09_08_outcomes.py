"""What became of placements after six months, by the chance they had when they were accepted."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2020_09_08_outcomes"
down_revision = "2020_09_07_occupations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        create table stability_outcomes (
            placement_id uuid primary key,
            area_path text collate "C" not null,
            points integer not null,
            accepted_on date not null,
            stable boolean,
            judged_on date,
            check ((stable is null) = (judged_on is null))
        )
        """
    )
    op.execute("create index stability_outcomes_open on stability_outcomes (placement_id) where judged_on is null")
    rls(op, "stability_outcomes")
    # Two figures fitted to a county hold for whoever reads a list below it; they are of no person.
    op.execute("create policy read_by_all on stability_calibrations for select using (true)")


def downgrade() -> None:
    op.execute("drop policy read_by_all on stability_calibrations")
    op.execute("drop table stability_outcomes")
