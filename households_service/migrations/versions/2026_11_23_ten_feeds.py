"""Every department's own fields in one column; supply points and whom they serve; what visits found of a feed."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2026_11_23_ten_feeds"
down_revision = "2026_11_23_records_by_household"
branch_labels = None
depends_on = None

WALLED = ("supply_points", "supply_point_services", "feed_visits")


def upgrade() -> None:
    _points()
    _records()
    _visits()
    for table in WALLED:
        rls(op, table)


def downgrade() -> None:
    op.execute("alter table department_records add column cents bigint")
    op.execute("alter table department_records add column settlement_date date")
    op.execute("alter table department_records add column care_setting text")
    op.execute("delete from department_records where department <> 'HEALTH_INSURANCE' or event_type = 'WITHDRAWAL'")
    op.execute("""
        update department_records set
            cents = ((details ->> 'oopAmount')::numeric * 100)::bigint,
            settlement_date = (details ->> 'settlementDate')::date,
            care_setting = details ->> 'careKind'
    """)
    op.execute("alter table department_records alter column cents set not null")
    op.execute("alter table department_records alter column settlement_date set not null")
    op.execute("alter table department_records drop constraint department_records_linked")
    op.execute("alter table department_records drop column details, drop column subject, drop column point_id")
    op.execute(
        "alter table department_records add check"
        " (status <> 'LINKED' or (household_id is not null and member_id is not null))"
    )
    for table in reversed(WALLED):
        op.execute(f"drop table {table}")


def _points() -> None:
    op.execute("""
        create table supply_points (
            id uuid primary key,
            number text collate "C" not null unique,
            name text not null,
            area_path text collate "C" not null,
            registered_on date not null
        )
    """)
    op.execute("create index supply_points_by_area on supply_points (area_path, id)")
    op.execute("""
        create table supply_point_services (
            id uuid primary key,
            point_id uuid not null references supply_points (id),
            household_id uuid not null references households (id),
            area_path text collate "C" not null,
            valid_from date not null,
            valid_to date,
            check (valid_to is null or valid_to >= valid_from)
        )
    """)
    op.execute("create index supply_point_services_by_point on supply_point_services (point_id, household_id)")
    op.execute(
        "create unique index supply_point_services_one on supply_point_services (household_id) where valid_to is null"
    )


def _records() -> None:
    op.execute("""
        alter table department_records
            add column details jsonb,
            add column subject text not null default 'PERSON',
            add column point_id uuid references supply_points (id)
    """)
    op.execute("alter table department_records alter column subject drop default")
    op.execute("""
        update department_records set details = jsonb_strip_nulls(jsonb_build_object(
            'oopAmount', trim_scale(cents / 100.0)::numeric(20, 2)::text,
            'settlementDate', settlement_date::text,
            'careKind', care_setting
        ))
    """)
    op.execute("alter table department_records alter column details set not null")
    op.execute("alter table department_records drop constraint department_records_check")
    op.execute("""
        alter table department_records add constraint department_records_linked check (
            status <> 'LINKED'
            or (subject = 'PERSON' and household_id is not null and member_id is not null)
            or (subject = 'POINT' and point_id is not null)
            or subject = 'AREA'
        )
    """)
    op.execute(
        "alter table department_records drop column cents, drop column settlement_date, drop column care_setting"
    )


def _visits() -> None:
    # One row per visit and department whose records the alert was about.
    op.execute("""
        create table feed_visits (
            visit_id uuid not null,
            department text not null,
            area_path text collate "C" not null,
            outcome text not null,
            visited_on date not null,
            primary key (visit_id, department)
        )
    """)
    op.execute("create index feed_visits_by_area on feed_visits (area_path, department)")
