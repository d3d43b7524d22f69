"""Uploaded files, registry imports and department feeds."""

from __future__ import annotations

from alembic import op

from chassis.migrations import rls

revision = "2026_11_22_imports_and_feeds"
down_revision = "2026_11_22_registry_and_ledger"
branch_labels = None
depends_on = None

WALLED = (
    "uploaded_files",
    "registry_imports",
    "registry_import_issues",
    "imported_households",
    "department_batches",
    "department_batch_issues",
    "department_records",
    "department_raw_rows",
)


def upgrade() -> None:
    _files_and_imports()
    _feeds()
    for table in WALLED:
        rls(op, table)


def downgrade() -> None:
    for table in reversed(WALLED):
        op.execute(f"drop table {table}")


def _files_and_imports() -> None:
    op.execute("""
        create table uploaded_files (
            id uuid primary key,
            purpose text not null,
            format text not null,
            area_path text collate "C" not null,
            department text,
            sha256 text not null,
            size_bytes bigint not null,
            uploaded_by text not null,
            uploaded_at timestamptz not null
        )
    """)
    op.execute("create index uploaded_files_by_time on uploaded_files (uploaded_at)")
    op.execute("""
        create table registry_imports (
            id uuid primary key,
            file_id uuid not null,
            file_sha256 text not null,
            area_path text collate "C" not null,
            mode text not null,
            mapped jsonb not null,
            ignored jsonb not null,
            state text not null,
            account jsonb not null,
            job_id uuid,
            requested_by text not null,
            requested_at timestamptz not null,
            finished_at timestamptz,
            refusal_code text,
            refusal_message text,
            report_file_id uuid
        )
    """)
    op.execute("create index registry_imports_by_area on registry_imports (area_path, id)")
    op.execute("""
        create table registry_import_issues (
            import_id uuid not null references registry_imports (id),
            number integer not null,
            area_path text collate "C" not null,
            row_number bigint not null,
            column_name text not null,
            code text not null,
            message text not null,
            value_masked text not null,
            severity text not null,
            primary key (import_id, number)
        )
    """)
    op.execute("""
        create table imported_households (
            code text collate "C" primary key,
            household_id uuid not null references households (id),
            area_path text collate "C" not null,
            content_token bytea not null,
            import_id uuid not null references registry_imports (id)
        )
    """)


def _feeds() -> None:
    op.execute("""
        create table department_batches (
            id uuid primary key,
            department text not null,
            batch_id text not null,
            area_path text collate "C" not null,
            state text not null,
            rows_read bigint not null,
            rows_linked bigint not null,
            rows_review bigint not null,
            rows_rejected bigint not null,
            rows_unchanged bigint not null,
            banned_columns_dropped integer not null,
            content_token bytea not null,
            submitted_by text not null,
            received_at timestamptz not null,
            finished_at timestamptz,
            file_id uuid,
            job_id uuid,
            refusal_code text,
            refusal_message text,
            unique (department, batch_id),
            check (rows_read = rows_linked + rows_review + rows_rejected + rows_unchanged)
        )
    """)
    op.execute("""
        create table department_batch_issues (
            batch_key uuid not null references department_batches (id),
            number bigint not null,
            area_path text collate "C" not null,
            row_number bigint not null,
            column_name text not null,
            code text not null,
            message text not null,
            value_masked text not null,
            primary key (batch_key, number)
        )
    """)
    op.execute("""
        create table department_records (
            id uuid primary key,
            department text not null,
            record_id text not null,
            version integer not null,
            batch_key uuid not null references department_batches (id),
            row_number bigint not null,
            area_path text collate "C" not null,
            status text not null,
            content_token bytea not null,
            person_token bytea not null,
            event_type text not null,
            event_date date not null,
            purpose_code text not null,
            sent_at timestamptz,
            corrects text,
            cents bigint not null,
            settlement_date date not null,
            care_setting text,
            received_at timestamptz not null,
            household_id uuid references households (id),
            member_id uuid references members (id),
            link_rule text,
            review_reason text,
            candidate_ids uuid[] not null,
            resolved_by text,
            resolved_at timestamptz,
            reject_reason text,
            unique (department, record_id, version),
            check (status <> 'LINKED' or (household_id is not null and member_id is not null)),
            check (status <> 'IN_REVIEW' or review_reason is not null)
        )
    """)
    op.execute(
        "create index department_records_corrects on department_records (department, corrects)"
        " where corrects is not null"
    )
    op.execute(
        "create index department_records_review on department_records (area_path, id) where status = 'IN_REVIEW'"
    )
    op.execute("""
        create table department_raw_rows (
            id uuid primary key,
            batch_key uuid not null references department_batches (id),
            record_key uuid,
            area_path text collate "C" not null,
            row_number bigint not null,
            row_sealed bytea not null,
            delete_at timestamptz not null
        )
    """)
    op.execute("create index department_raw_rows_due on department_raw_rows (delete_at)")
    op.execute("create index department_raw_rows_by_record on department_raw_rows (record_key)")
