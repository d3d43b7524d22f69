"""Areas, households, members, care duties, officers, pairings, ledger, rigid expenses and statements.

Area paths are compared by byte (COLLATE "C"), so that the range `path >= p and path < p || '~'` is a prefix search.
Every table of what is known about families is walled by area; areas, officers and accounting rules are not:
people below need those of the levels above them.
"""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2026_11_22_registry_and_ledger"
down_revision = None
branch_labels = None
depends_on = None

WALLED = (
    "households",
    "members",
    "care_duties",
    "pairings",
    "ledger_entries",
    "rigid_expenses",
    "frozen_statements",
    "frozen_bases",
)
OPEN = ("accounting_rules", "officers", "area_codes", "areas")


def upgrade() -> None:
    _areas()
    _registry()
    _officers()
    _ledger()
    _statements()
    for table in WALLED:
        rls(op, table)


def downgrade() -> None:
    for table in ("frozen_bases", "frozen_statements", "rigid_expenses", "ledger_entries", "pairings", "care_duties"):
        op.execute(f"drop table {table}")
    for table in ("members", "households", *OPEN):
        op.execute(f"drop table {table}")


def _areas() -> None:
    op.execute("""
        create table areas (
            id uuid primary key,
            path text collate "C" not null unique,
            name text not null,
            time_zone text not null,
            lat double precision not null check (lat between -90 and 90),
            lon double precision not null check (lon between -180 and 180),
            valid_from date not null,
            valid_to date,
            version integer not null
        )""")
    op.execute("""
        create table area_codes (
            area_id uuid not null references areas (id),
            valid_from date not null,
            code text not null,
            valid_to date check (valid_to > valid_from),
            successor text,
            primary key (area_id, valid_from)
        )""")
    op.execute("create index area_codes_by_code on area_codes (code, valid_from)")
    op.execute("create unique index area_codes_in_force on area_codes (code) where valid_to is null")


def _registry() -> None:
    op.execute("""
        create table households (
            id uuid primary key,
            code text collate "C" not null unique,
            area_path text collate "C" not null,
            registration_history text not null,
            monitoring_category text not null,
            safe_housing boolean not null,
            safe_water boolean not null,
            registered_on date not null,
            removed_on date,
            version integer not null
        )""")
    op.execute("create index households_by_area on households (area_path, id)")
    op.execute("""
        create table members (
            id uuid primary key,
            household_id uuid not null references households (id),
            area_path text collate "C" not null,
            name_sealed bytea not null,
            name_token bytea not null,
            id_number_sealed bytea,
            id_number_token bytea,
            phone_sealed bytea,
            relation text not null,
            date_of_birth date,
            labour_capacity text not null,
            residence text not null,
            in_school boolean not null,
            disabled boolean not null,
            joined_on date not null,
            left_on date,
            version integer not null
        )""")
    op.execute("create index members_by_household on members (household_id)")
    op.execute("create index members_by_name on members (name_token)")
    op.execute("create unique index members_id_number on members (id_number_token) where left_on is null")
    op.execute("""
        create table care_duties (
            id uuid primary key,
            member_id uuid not null references members (id),
            household_id uuid not null references households (id),
            area_path text collate "C" not null,
            kind text not null,
            care_area_path text collate "C" not null,
            valid_from date not null,
            valid_to date check (valid_to >= valid_from)
        )""")
    op.execute("create index care_duties_by_household on care_duties (household_id)")
    op.execute("create index care_duties_by_member on care_duties (member_id)")


def _officers() -> None:
    op.execute("""
        create table officers (
            id uuid primary key,
            subject text not null unique,
            display_name text not null,
            roles text[] not null,
            duty_path text collate "C" not null,
            active boolean not null,
            version integer not null
        )""")
    op.execute("create index officers_by_area on officers (duty_path, id)")
    op.execute("""
        create table pairings (
            id uuid primary key,
            officer_id uuid not null references officers (id),
            household_id uuid not null references households (id),
            area_path text collate "C" not null,
            valid_from date not null,
            valid_to date check (valid_to >= valid_from)
        )""")
    op.execute("create index pairings_by_household on pairings (household_id)")
    op.execute("create index pairings_by_officer on pairings (officer_id)")
    op.execute("create unique index pairings_open on pairings (officer_id, household_id) where valid_to is null")


def _ledger() -> None:
    op.execute("""
        create table ledger_entries (
            id uuid not null,
            version integer not null,
            household_id uuid not null references households (id),
            area_path text collate "C" not null,
            member_id uuid references members (id),
            income_group text not null,
            kind text not null,
            rhythm text not null,
            amount_cents bigint not null check (amount_cents > 0),
            period_from date not null,
            period_to date check (period_to >= period_from),
            payer_type text not null,
            evidence text not null,
            confirmed_by_household boolean not null,
            verified_stable boolean not null,
            status text not null,
            duplicate_of uuid,
            recorded_at timestamptz not null,
            recorded_by text not null,
            reason text not null,
            source text,
            superseded_at timestamptz,
            primary key (id, version)
        )""")
    op.execute("create index ledger_entries_by_household on ledger_entries (household_id, id)")
    op.execute("create unique index ledger_entries_present on ledger_entries (id) where superseded_at is null")
    op.execute("""
        create unique index ledger_entries_source on ledger_entries (source)
        where superseded_at is null and source is not null""")
    op.execute("""
        create table rigid_expenses (
            id uuid not null,
            version integer not null,
            household_id uuid not null references households (id),
            area_path text collate "C" not null,
            member_id uuid references members (id),
            kind text not null,
            amount_cents bigint not null check (amount_cents >= 0),
            spent_on date not null,
            source text,
            recorded_at timestamptz not null,
            recorded_by text not null,
            reason text not null,
            superseded_at timestamptz,
            primary key (id, version)
        )""")
    op.execute("create index rigid_expenses_by_household on rigid_expenses (household_id, id)")
    op.execute("create unique index rigid_expenses_present on rigid_expenses (id) where superseded_at is null")
    op.execute("""
        create unique index rigid_expenses_source on rigid_expenses (source)
        where superseded_at is null and source is not null""")


def _statements() -> None:
    op.execute("""
        create table accounting_rules (
            applies_to text collate "C" not null,
            valid_from date not null,
            membership_rule text not null,
            counts_non_recurring boolean not null,
            currency text not null,
            primary key (applies_to, valid_from)
        )""")
    op.execute("""
        create table frozen_statements (
            id uuid primary key,
            household_id uuid not null references households (id),
            area_path text collate "C" not null,
            decision_id text not null unique,
            as_of date not null,
            frozen_at timestamptz not null,
            member_count integer not null,
            currency text not null
        )""")
    op.execute("create index frozen_statements_by_household on frozen_statements (household_id, id)")
    op.execute("""
        create table frozen_bases (
            statement_id uuid not null references frozen_statements (id),
            basis text not null,
            area_path text collate "C" not null,
            window_first date not null,
            window_last date not null,
            wage_cents bigint not null,
            production_cents bigint not null,
            property_cents bigint not null,
            transfer_cents bigint not null,
            production_cost_cents bigint not null,
            rigid_expenses_cents bigint not null,
            excluded_entries uuid[] not null,
            excluded_reasons text[] not null,
            primary key (statement_id, basis)
        )""")
