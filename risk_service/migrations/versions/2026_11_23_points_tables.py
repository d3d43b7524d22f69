"""Points tables in versions; assessments with horizons, history and readers; what the watch over them needs."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2026_11_23_points_tables"
down_revision = "2026_11_23_assistance_plans"
branch_labels = None
depends_on = None

_TOLD = """
        area_path text collate "C" not null,
        likelihood double precision not null check (likelihood between 0 and 1),
        without_support double precision not null check (without_support between 0 and 1),
        low double precision not null,
        high double precision not null,
        band text not null,
        visit_points integer not null,
        horizon_months integer not null,
        base integer not null,
        inputs double precision[] not null,
        contributions integer[] not null,
        raising smallint[] not null,
        lowering smallint[] not null,
        line numeric(14, 2) not null,
        currency text not null,
        policy_version text not null,
        model_version text not null,
        as_of date not null,
        scored_at timestamptz not null
"""
TABLES = (
    """
    create table model_versions (
        n bigint generated always as identity primary key,
        version text not null unique,
        body text not null,
        stage text not null,
        state text not null check (state in ('PROPOSED', 'SHADOW', 'ACTIVE', 'RETIRED', 'REJECTED')),
        households integer not null,
        labels integer not null,
        published_by text not null,
        published_at timestamptz not null,
        decided_by text,
        decided_at timestamptz,
        why text not null,
        reference jsonb,
        check (labels = 0 or decided_by <> published_by)
    )
    """,
    "create unique index model_versions_one_active on model_versions (state) where state = 'ACTIVE'",
    "create unique index model_versions_one_shadow on model_versions (state) where state = 'SHADOW'",
    f"create table assessments (household_id uuid primary key, known_at timestamptz not null, {_TOLD})",
    "create index assessments_by_visit on assessments (visit_points, household_id)",
    "create index assessments_by_area on assessments (area_path)",
    f"""
    create table assessment_history (
        household_id uuid not null, known_at timestamptz not null, {_TOLD}, primary key (household_id, known_at)
    )
    """,
    """
    create table assessment_readings (
        household_id uuid not null,
        reader text not null,
        read_on date not null,
        area_path text collate "C" not null,
        roles text[] not null,
        first_at timestamptz not null,
        primary key (household_id, reader, read_on)
    )
    """,
    """
    create table assessment_overrides (
        id uuid primary key,
        household_id uuid not null,
        area_path text collate "C" not null,
        direction text not null,
        reason text not null,
        note text not null check (note <> ''),
        model_version text not null,
        likelihood double precision not null,
        noted_by text not null,
        noted_at timestamptz not null
    )
    """,
    "create index assessment_overrides_by_household on assessment_overrides (household_id, noted_at)",
    """
    create table shadow_scores (
        household_id uuid primary key,
        area_path text collate "C" not null,
        model_version text not null,
        likelihood double precision not null check (likelihood between 0 and 1),
        scored_at timestamptz not null
    )
    """,
    """
    create table model_stocks (
        n bigint generated always as identity primary key,
        model_version text not null,
        taken_at timestamptz not null,
        households integer not null,
        shares jsonb not null
    )
    """,
    "create index model_stocks_newest on model_stocks (model_version, n)",
)
WALLED = ("assessments", "assessment_history", "assessment_readings", "assessment_overrides", "shadow_scores")


def upgrade() -> None:
    # Both can be told anew from what is known: every household is asked for.
    op.execute("drop table assessments")
    op.execute("drop table models")
    for statement in TABLES:
        op.execute(statement)
    for table in WALLED:
        rls(op, table)
    op.execute("create index signals_by_household on signals (household_id, occurred_on)")
    op.execute("create index case_measures_by_household on case_measures (household_id, delivered_on)")
    # Row-level security would hide every row from its owner.
    op.execute("alter table households no force row level security")
    op.execute("insert into assessments_due select id, now() from households on conflict do nothing")
    op.execute("alter table households force row level security")


def downgrade() -> None:
    op.execute("drop index case_measures_by_household")
    op.execute("drop index signals_by_household")
    for table in (*reversed(WALLED), "model_stocks", "model_versions"):
        op.execute(f"drop table {table}")
    op.execute("""
        create table models (
            n bigint generated always as identity primary key,
            version text not null unique,
            body text not null,
            households integer not null,
            fitted_at timestamptz not null
        )
    """)
    op.execute("""
        create table assessments (
            household_id uuid primary key,
            area_path text collate "C" not null,
            likelihood double precision not null check (likelihood between 0 and 1),
            band text not null,
            horizon_months integer not null,
            probit_index double precision not null,
            typical_index double precision not null,
            contributions jsonb not null,
            line numeric(14, 2) not null,
            currency text not null,
            policy_version text not null,
            model_version text not null,
            as_of date not null,
            scored_at timestamptz not null
        )
    """)
    rls(op, "assessments")
