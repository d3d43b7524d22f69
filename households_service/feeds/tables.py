from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

import households_service.points.tables  # noqa: F401 - supply_points is referred to
from households_service.metadata import Instant, Path, metadata

department_batches = Table(
    "department_batches",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("department", Text, nullable=False),
    Column("batch_id", Text, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("state", Text, nullable=False),
    Column("rows_read", BigInteger, nullable=False),
    Column("rows_linked", BigInteger, nullable=False),
    Column("rows_review", BigInteger, nullable=False),
    Column("rows_rejected", BigInteger, nullable=False),
    Column("rows_unchanged", BigInteger, nullable=False),
    Column("banned_columns_dropped", Integer, nullable=False),
    Column("content_token", LargeBinary, nullable=False),
    Column("submitted_by", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("file_id", Uuid),
    Column("job_id", Uuid),
    Column("refusal_code", Text),
    Column("refusal_message", Text),
    Column("header_row", Integer),
    UniqueConstraint("department", "batch_id"),
)

department_batch_issues = Table(
    "department_batch_issues",
    metadata,
    Column("batch_key", Uuid, ForeignKey("department_batches.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("row_number", BigInteger, nullable=False),
    Column("column_name", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("value_masked", Text, nullable=False),
)

# A row is one version of a record; `status` SUPERSEDED when a later version took over.
department_records = Table(
    "department_records",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("department", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("batch_key", Uuid, ForeignKey("department_batches.id"), nullable=False),
    Column("row_number", BigInteger, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("subject", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("content_token", LargeBinary, nullable=False),
    Column("person_token", LargeBinary, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("event_date", Date, nullable=False),
    Column("purpose_code", Text, nullable=False),
    Column("sent_at", Instant),
    Column("corrects", Text),
    Column("details", JSONB, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("household_id", Uuid, ForeignKey("households.id")),
    Column("member_id", Uuid, ForeignKey("members.id")),
    Column("point_id", Uuid, ForeignKey("supply_points.id")),
    Column("link_rule", Text),
    Column("review_reason", Text),
    Column("candidate_ids", ARRAY(Uuid), nullable=False),
    Column("resolved_by", Text),
    Column("resolved_at", Instant),
    Column("reject_reason", Text),
    UniqueConstraint("department", "record_id", "version"),
    Index("department_records_corrects", "department", "corrects", postgresql_where=text("corrects is not null")),
    Index("department_records_by_household", "household_id", "id", postgresql_where=text("household_id is not null")),
    Index("department_records_review", "area_path", "id", postgresql_where=text("status = 'IN_REVIEW'")),
)

# The row as it was received, sealed under its own id; a timer deletes it when it is due.
department_raw_rows = Table(
    "department_raw_rows",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("batch_key", Uuid, ForeignKey("department_batches.id"), nullable=False),
    Column("record_key", Uuid),
    Column("area_path", Path, nullable=False),
    Column("row_number", BigInteger, nullable=False),
    Column("row_sealed", LargeBinary, nullable=False),
    Column("delete_at", Instant, nullable=False),
    Index("department_raw_rows_due", "delete_at"),
    Index("department_raw_rows_by_record", "record_key"),
)
