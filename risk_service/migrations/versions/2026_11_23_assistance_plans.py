"""Plans of assistance, who approved them, the offers they became and what was answered."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2026_11_23_assistance_plans"
down_revision = "2026_11_23_cases"
branch_labels = None
depends_on = None

TABLES = (
    """
    create table assistance_plans (
        id uuid primary key,
        n bigint generated always as identity unique,
        root_id uuid not null,
        area_path text collate "C" not null,
        declared jsonb not null,
        found jsonb not null,
        currency text not null,
        as_of date not null,
        requested_by text not null,
        made_at timestamptz not null,
        households integer not null,
        not_assessed integer not null,
        models text[] not null,
        policy_version text not null,
        content_hash text not null
    )
    """,
    "create index assistance_plans_by_area on assistance_plans (area_path, n)",
    "create index assistance_plans_by_root on assistance_plans (root_id, n)",
    """
    create table planned_households (
        plan_id uuid not null references assistance_plans (id),
        number integer not null,
        household_id uuid not null,
        area_path text collate "C" not null,
        likelihood double precision,
        used_likelihood double precision not null,
        members integer not null,
        red boolean not null,
        factors text[] not null,
        facts text[] not null,
        shortfall_cents bigint,
        declined text[] not null,
        measure text,
        cost_cents bigint not null,
        value double precision not null,
        reason text not null,
        margin double precision not null,
        instead text,
        primary key (plan_id, number)
    )
    """,
    "create index planned_households_by_household on planned_households (household_id)",
    """
    create table plan_approvals (
        plan_id uuid primary key references assistance_plans (id),
        area_path text collate "C" not null,
        approved_by text not null,
        approved_at timestamptz not null,
        reason text not null,
        offers integer not null,
        gone integer not null
    )
    """,
    """
    create table assistance_offers (
        id uuid primary key,
        plan_id uuid not null references plan_approvals (plan_id),
        root_id uuid not null,
        household_id uuid not null,
        area_path text collate "C" not null,
        measure text not null,
        type text not null,
        label text not null,
        cost_cents bigint not null,
        currency text not null,
        offered_at timestamptz not null,
        answer_by date not null,
        unique (plan_id, household_id)
    )
    """,
    "create index assistance_offers_by_household on assistance_offers (household_id)",
    "create index assistance_offers_by_root on assistance_offers (root_id)",
    """
    create table offer_answers (
        offer_id uuid not null references assistance_offers (id),
        number integer not null,
        area_path text collate "C" not null,
        answer text not null,
        answered_by text not null,
        answered_at timestamptz not null,
        primary key (offer_id, number)
    )
    """,
    """
    create table assistance_given (
        offer_id uuid primary key references assistance_offers (id),
        root_id uuid not null,
        household_id uuid not null,
        area_path text collate "C" not null,
        measure text not null,
        given_on date not null,
        recorded_by text not null,
        recorded_at timestamptz not null
    )
    """,
    "create index assistance_given_by_household on assistance_given (household_id)",
    "create index assistance_given_by_root on assistance_given (root_id)",
    """
    create table measure_catalogues (
        id uuid primary key,
        n bigint generated always as identity unique,
        area_path text collate "C" not null,
        currency text not null,
        declared jsonb not null,
        proposed_by text not null,
        proposed_at timestamptz not null
    )
    """,
    "create index measure_catalogues_by_area on measure_catalogues (area_path, n)",
    """
    create table catalogue_approvals (
        catalogue_id uuid primary key references measure_catalogues (id),
        approved_by text not null,
        approved_at timestamptz not null,
        reason text not null
    )
    """,
)
FROZEN = ("assistance_plans", "planned_households", "plan_approvals")
MOVING = ("assistance_offers", "offer_answers", "assistance_given")
# Lists of measures speak of nobody, and hold in all areas below theirs.
UNWALLED = ("measure_catalogues", "catalogue_approvals")


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    # A row stays as it was written; offers and answers follow a household that moves, and change in nothing else.
    op.execute("""
        create function refuse_change() returns trigger language plpgsql as $$
        begin
            if tg_op = 'UPDATE' and tg_argv[0] = 'moves'
                    and to_jsonb(new) - 'area_path' = to_jsonb(old) - 'area_path' then
                return new;
            end if;
            raise exception 'rows of % are never changed', tg_table_name;
        end $$
    """)
    for table in (*FROZEN, *MOVING, *UNWALLED):
        if table not in UNWALLED:
            rls(op, table)
        kind = "moves" if table in MOVING else "stays"
        op.execute(
            f"create trigger frozen before update or delete on {table}"
            f" for each row execute function refuse_change('{kind}')"
        )


def downgrade() -> None:
    for table in reversed((*FROZEN, *MOVING, *UNWALLED)):
        op.execute(f"drop table {table}")
    op.execute("drop function refuse_change()")
