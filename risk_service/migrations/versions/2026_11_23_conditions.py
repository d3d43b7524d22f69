"""Reports about supply points, and alerts that are not about a cost."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2026_11_23_conditions"
down_revision = "2020_09_03_assessments_due"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table conditions (
            id uuid primary key,
            department text not null,
            record_id text not null,
            version integer not null,
            point_id uuid not null,
            area_path text collate "C" not null,
            kind text not null,
            occurred_on date not null,
            corrects text,
            outage_days integer,
            quality_ok boolean,
            received_at timestamptz not null,
            unique (department, record_id, version)
        )
    """)
    op.execute("create index conditions_by_point on conditions (point_id)")
    rls(op, "conditions")
    op.execute("alter table alerts add column conditions jsonb not null default '[]'")
    op.execute("alter table alerts alter column yellow_over drop not null, alter column red_over drop not null")


def downgrade() -> None:
    op.execute("delete from alert_feed where alert_id in (select id from alerts where yellow_over is null)")
    op.execute("delete from alert_changes where alert_id in (select id from alerts where yellow_over is null)")
    op.execute("delete from alerts where yellow_over is null")
    op.execute("alter table alerts alter column yellow_over set not null, alter column red_over set not null")
    op.execute("alter table alerts drop column conditions")
    op.execute("drop table conditions")
