"""The employment service's first tables."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2020_09_01_first_tables"
down_revision = None
branch_labels = None
depends_on = None

TABLES = {
    "employment_policies": """
        applies_under text collate "C" not null,
        valid_from date not null,
        version text not null,
        figures jsonb not null,
        primary key (applies_under, valid_from)
    """,
    "copied_areas": """
        path text collate "C" primary key,
        id uuid not null,
        code text not null,
        level text not null,
        name text not null,
        time_zone text not null,
        lat double precision not null,
        lon double precision not null
    """,
    "copied_households": """
        id uuid primary key,
        area_path text collate "C" not null,
        subject_sequence bigint not null,
        removed boolean not null
    """,
    "copied_members": """
        id uuid primary key,
        household_id uuid not null,
        area_path text collate "C" not null,
        date_of_birth date,
        in_school boolean not null
    """,
    "copied_care_duties": """
        id uuid primary key,
        member_id uuid not null,
        kind text not null,
        care_area_path text collate "C" not null,
        valid_from date not null,
        valid_to date
    """,
    "workers": """
        id uuid primary key,
        subject text not null unique,
        member_id uuid not null unique,
        household_id uuid not null,
        area_path text collate "C" not null,
        date_of_birth date not null,
        display_name text not null,
        contact_preference text not null,
        phone_sealed bytea,
        language_sealed bytea,
        qualifications text[] not null,
        wage_floor_cents bigint not null check (wage_floor_cents >= 0),
        max_distance_km double precision check (max_distance_km > 0),
        max_commute_minutes integer check (max_commute_minutes > 0),
        health_limits text[] not null,
        seeking boolean not null,
        asked_nearby_at timestamptz,
        shares_work_state boolean not null,
        follow_up_wanted boolean not null,
        registered_at timestamptz not null,
        version integer not null
    """,
    "verification_attempts": """
        subject text not null,
        at timestamptz not null,
        primary key (subject, at)
    """,
    "recruitment_safeguards": """
        id uuid primary key,
        area_path text collate "C" not null,
        monitor_subject text not null,
        monitor_organisation text not null,
        monitor_contact text not null,
        grievance_line text not null,
        languages text[] not null,
        refusal_rule_published_on date,
        next_audit_on date,
        valid_until date not null,
        activated_on date not null,
        activated_by text not null check (activated_by <> monitor_subject),
        monitor_stepped_down_at timestamptz,
        suspended_at timestamptz,
        superseded_at timestamptz,
        version integer not null
    """,
    "employers": """
        id uuid primary key,
        area_path text collate "C" not null,
        name text not null,
        registration_number text not null,
        forbidden_practice boolean not null,
        critical_finding_at timestamptz,
        version integer not null
    """,
    "employer_inspections": """
        employer_id uuid not null references employers (id),
        inspection text not null,
        inspected_on date not null,
        primary key (employer_id, inspection)
    """,
    "vacancies": """
        id uuid primary key,
        employer_id uuid not null references employers (id),
        area_path text collate "C" not null,
        terms_number integer not null,
        qualifications text[] not null,
        demands text[] not null,
        least_age integer not null check (least_age >= 16),
        group_recruitment boolean not null,
        places integer not null check (places > 0),
        state text not null,
        published_at timestamptz not null,
        version integer not null
    """,
    "vacancy_terms": """
        vacancy_id uuid not null references vacancies (id),
        number integer not null,
        hash text not null,
        set_at timestamptz not null,
        employer_name text not null,
        workplace_name text not null,
        workplace_lat double precision not null,
        workplace_lon double precision not null,
        task text not null,
        monthly_wage_cents bigint not null check (monthly_wage_cents > 0),
        currency text not null,
        pay_day integer not null,
        shift_from_minutes integer not null,
        shift_to_minutes integer not null,
        weekly_hours integer not null,
        housing text not null,
        contract_months integer not null,
        notice_days integer not null,
        help_contact text not null,
        starts_on date not null,
        deductions jsonb not null,
        primary key (vacancy_id, number)
    """,
    "vacancy_places": """
        vacancy_id uuid primary key references vacancies (id),
        reserved integer not null check (reserved >= 0),
        taken integer not null check (taken >= 0)
    """,
    "offers": """
        id uuid primary key,
        vacancy_id uuid not null,
        worker_id uuid not null,
        area_path text collate "C" not null,
        terms_version integer not null,
        terms_hash text not null,
        made_by text not null,
        made_at timestamptz not null,
        expires_at timestamptz not null,
        state text not null,
        terms_shown_at timestamptz,
        decided_at timestamptz,
        withheld boolean not null,
        place_held boolean not null,
        version integer not null
    """,
    "consents": """
        offer_id uuid not null,
        terms_version integer not null,
        worker_id uuid not null,
        terms_hash text not null,
        shown_at timestamptz not null,
        accepted_at timestamptz not null,
        language_sealed bytea,
        primary key (offer_id, terms_version)
    """,
    "silences": """
        worker_token bytea not null,
        vacancy_token bytea not null,
        declined_on date not null,
        primary key (worker_token, vacancy_token)
    """,
    "placements": """
        id uuid primary key,
        offer_id uuid not null,
        vacancy_id uuid not null,
        employer_id uuid not null,
        worker_id uuid not null,
        area_path text collate "C" not null,
        terms_version integer not null,
        terms_hash text not null,
        state text not null,
        return_trip_wanted boolean not null,
        version integer not null
    """,
    "placement_steps": """
        placement_id uuid not null references placements (id),
        number integer not null,
        state text not null,
        happened_on date not null,
        recorded_at timestamptz not null,
        recorded_by text not null,
        primary key (placement_id, number)
    """,
    "wage_confirmations": """
        placement_id uuid not null references placements (id),
        month date not null,
        cents bigint,
        confirmed_at timestamptz not null,
        primary key (placement_id, month)
    """,
    "follow_ups": """
        id uuid primary key,
        placement_id uuid not null references placements (id),
        worker_id uuid not null,
        area_path text collate "C" not null,
        day integer not null,
        due_on date not null,
        state text not null,
        wages_on_time boolean,
        documents_with_me boolean,
        free_to_leave boolean,
        paid_a_fee boolean,
        wants_contact boolean,
        answered_at timestamptz
    """,
}

INDEXES = (
    "create index copied_members_by_household on copied_members (household_id)",
    "create index copied_care_duties_by_member on copied_care_duties (member_id)",
    "create index workers_by_area on workers (area_path)",
    "create index workers_by_household on workers (household_id)",
    "create index recruitment_safeguards_by_area on recruitment_safeguards (area_path, activated_on)",
    "create index employers_by_area on employers (area_path, id)",
    "create index vacancies_by_area on vacancies (area_path, id)",
    "create index vacancies_by_employer on vacancies (employer_id)",
    "create index offers_by_worker on offers (worker_id, id)",
    "create index offers_by_vacancy on offers (vacancy_id)",
    "create index silences_by_day on silences (declined_on)",
    "create index placements_by_worker on placements (worker_id)",
    "create index placements_by_employer on placements (employer_id, id)",
    "create index placements_by_area on placements (area_path, id)",
    "create unique index follow_ups_by_placement on follow_ups (placement_id, day)",
)

# Nobody outside the area reads or writes these.
WALLED = ("copied_households", "copied_members", "workers", "offers", "placements", "follow_ups")
# A public board and public safeguards: read by everybody, written inside the area only.
PUBLIC = ("recruitment_safeguards", "employers", "vacancies")


def upgrade() -> None:
    for name, columns in TABLES.items():
        op.execute(f"create table {name} ({columns})")
    for index in INDEXES:
        op.execute(index)
    for name in (*WALLED, *PUBLIC):
        rls(op, name)
    for name in PUBLIC:
        op.execute(f"create policy public_board on {name} for select using (true)")


def downgrade() -> None:
    for name in reversed(TABLES):
        op.execute(f"drop table {name}")
