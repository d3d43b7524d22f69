"""Titles that staff confirmed, imported classifications, what workers say they have done, what a vacancy is."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2020_09_07_occupations"
down_revision = "2020_09_06_matching"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        create table confirmed_titles (
            area_path text collate "C" not null,
            classification text not null,
            key text not null,
            title text not null check (length(title) <= 200),
            code text not null,
            confirmed_at timestamptz not null,
            n bigint generated always as identity,
            primary key (area_path, classification, key)
        )
        """
    )
    op.execute("create index confirmed_titles_by_n on confirmed_titles (classification, n)")
    rls(op, "confirmed_titles")
    op.execute(
        "create table imported_classifications"
        " (name text primary key, imported_at timestamptz not null, occupations jsonb not null)"
    )
    op.execute("alter table workers add column experience jsonb not null default '[]'")
    op.execute("alter table vacancies add column occupation text")


def downgrade() -> None:
    op.execute("alter table vacancies drop column occupation")
    op.execute("alter table workers drop column experience")
    op.execute("drop table imported_classifications")
    op.execute("drop table confirmed_titles")
