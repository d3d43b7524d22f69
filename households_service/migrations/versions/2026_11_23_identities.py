"""Keys under which records find members; models; decisions with what each field added; judgements, merges, splits."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2026_11_23_identities"
down_revision = "2026_11_23_import_staging"
branch_labels = None
depends_on = None

WALLED = ("link_keys", "link_decisions", "link_judgements", "member_merges")


def upgrade() -> None:
    op.execute(
        'create table link_keys (key bigint not null, member_id uuid not null, area_path text collate "C" not null)'
    )
    # Read from the index alone, and not made shorter by deduplication: lists of a key lie beside each other.
    op.execute("create unique index link_keys_by_key on link_keys (key, member_id) include (area_path)")
    op.execute("create index link_keys_by_member on link_keys (member_id)")
    op.execute("create table link_index (keys_version integer primary key, built_at timestamptz not null)")
    op.execute("""
        create table link_models (
            version text primary key,
            fitted_at timestamptz not null,
            content jsonb not null
        )
    """)
    op.execute("""
        create table link_decisions (
            record_key uuid primary key references department_records (id),
            area_path text collate "C" not null,
            model_version text not null,
            outcome text not null,
            threshold_bits double precision not null,
            decided_at timestamptz not null,
            candidates jsonb not null,
            sampled boolean not null,
            found text,
            found_by text,
            found_at timestamptz
        )
    """)
    op.execute("create index link_decisions_sampled on link_decisions (area_path, record_key) where sampled")
    op.execute("""
        create table link_judgements (
            id uuid primary key,
            area_path text collate "C" not null,
            person_token text,
            other_member_id uuid,
            member_id uuid not null,
            verdict text not null,
            reason text not null,
            judged_by text not null,
            judged_at timestamptz not null,
            check ((person_token is null) <> (other_member_id is null)),
            check (other_member_id is null or member_id < other_member_id)
        )
    """)
    op.execute("create index link_judgements_of_token on link_judgements (person_token, member_id)")
    op.execute("create index link_judgements_of_members on link_judgements (member_id, other_member_id)")
    op.execute("""
        create table member_merges (
            id uuid primary key,
            area_path text collate "C" not null,
            surviving_id uuid not null references members (id),
            merged_id uuid not null references members (id),
            moved_records jsonb not null,
            merged_at timestamptz not null,
            merged_by text not null,
            reason text not null,
            split_at timestamptz,
            split_by text,
            split_reason text
        )
    """)
    op.execute("create unique index member_merges_standing on member_merges (merged_id) where split_at is null")
    op.execute("create index member_merges_of on member_merges (surviving_id)")
    op.execute("create table look_ups (subject text not null, asked_at timestamptz not null)")
    op.execute("create index look_ups_of on look_ups (subject, asked_at)")
    for table in WALLED:
        rls(op, table)


def downgrade() -> None:
    for table in (
        "look_ups",
        "member_merges",
        "link_judgements",
        "link_decisions",
        "link_models",
        "link_index",
        "link_keys",
    ):
        op.execute(f"drop table {table}")
