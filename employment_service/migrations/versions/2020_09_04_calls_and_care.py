"""The call list, workers' notices, and places that give care."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2020_09_04_calls_and_care"
down_revision = "2020_09_03_lifecycle"
branch_labels = None
depends_on = None

# Each with an area_path, behind the wall.
TABLES = {
    "call_claims": """
        worker_id uuid primary key,
        id uuid not null unique,
        area_path text collate "C" not null,
        claimed_by text not null,
        claimed_at timestamptz not null,
        until timestamptz not null,
        reasons text[] not null
    """,
    "call_requests": """
        id uuid primary key,
        worker_id uuid not null,
        area_path text collate "C" not null,
        about text not null,
        offer_id uuid,
        asked_at timestamptz not null,
        call_from timestamptz not null,
        until timestamptz not null,
        check ((about = 'OFFER') = (offer_id is not null))
    """,
    "call_pauses": """
        worker_id uuid not null,
        reason text not null,
        area_path text collate "C" not null,
        noted_at timestamptz not null,
        until timestamptz not null,
        talked_at timestamptz,
        primary key (worker_id, reason)
    """,
    "call_rests": """
        offer_id uuid primary key,
        worker_id uuid not null,
        area_path text collate "C" not null,
        made_at timestamptz not null,
        decidable_until timestamptz not null,
        until timestamptz not null
    """,
    "contacts": """
        id uuid primary key,
        worker_id uuid not null,
        area_path text collate "C" not null,
        claim_id uuid unique,
        source text not null,
        happened_at timestamptz not null,
        made_by text not null,
        outcome text,
        reasons text[] not null,
        about_work boolean,
        requested boolean not null
    """,
    "wrong_numbers": """
        worker_id uuid primary key,
        area_path text collate "C" not null,
        noted_at timestamptz not null
    """,
    "call_candidates": """
        worker_id uuid not null,
        reason text not null,
        area_path text collate "C" not null,
        urgency integer not null,
        since timestamptz not null,
        primary key (worker_id, reason)
    """,
    "new_matches": """
        worker_id uuid not null,
        vacancy_id uuid not null,
        area_path text collate "C" not null,
        found_at timestamptz not null,
        primary key (worker_id, vacancy_id)
    """,
    "match_searches": """
        worker_id uuid primary key,
        area_path text collate "C" not null,
        searched_at timestamptz not null
    """,
    "worker_notices": """
        id uuid primary key,
        worker_id uuid not null,
        area_path text collate "C" not null,
        kind text not null,
        about_id uuid not null,
        noted_at timestamptz not null,
        since date,
        care_kind text,
        own_duty boolean not null,
        closed_at timestamptz
    """,
    "care_facilities": """
        id uuid primary key,
        area_path text collate "C" not null,
        kind text not null,
        name text not null,
        places integer not null check (places > 0),
        opens_on date not null,
        closes_on date,
        from_minutes integer not null,
        to_minutes integer not null check (to_minutes > from_minutes),
        recorded_by text not null,
        recorded_at timestamptz not null,
        version integer not null
    """,
}

INDEXES = (
    "create index workers_to_call on workers (area_path) where contact_preference = 'PHONE'",
    "create index call_claims_by_staff on call_claims (claimed_by)",
    "create index call_requests_by_worker on call_requests (worker_id)",
    "create index call_rests_by_worker on call_rests (worker_id)",
    "create index call_candidates_in_order on call_candidates (urgency, since, worker_id)",
    "create index contacts_by_worker on contacts (worker_id, id)",
    "create unique index worker_notices_by_worker on worker_notices (worker_id, kind, about_id)",
    "create index worker_notices_by_what on worker_notices (about_id) where closed_at is null",
    "create index care_facilities_by_area on care_facilities (area_path, id)",
    "create index copied_care_duties_by_place on copied_care_duties (care_area_path, kind)",
    "create index placements_by_offer on placements (offer_id)",
)
# On tables that stay when this is undone.
ON_OTHERS = ("workers_to_call", "copied_care_duties_by_place", "placements_by_offer")


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for name, columns in TABLES.items():
        op.execute(f"create table {name} ({columns})")
    for index in INDEXES:
        op.execute(index)
    for name in TABLES:
        rls(op, name)


def downgrade() -> None:
    for name in ON_OTHERS:
        op.execute(f"drop index {name}")
    for name in reversed(TABLES):
        op.execute(f"drop table {name}")
