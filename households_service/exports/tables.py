from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Boolean, CheckConstraint, Column, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from households_service.metadata import Instant, Path, metadata

# Who took which list, why, and how many rows went out.
registry_exports = Table(
    "registry_exports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("list", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("filter", JSONB, nullable=False),
    Column("columns", ARRAY(Text), nullable=False),
    Column("opened", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("rows_found", BigInteger, nullable=False),
    Column("rows_sent", BigInteger),
    Column("finished_at", Instant),
    # Of lists in the open: the second person, and when the asker took the file.
    Column("approved_by", Text),
    Column("approved_at", Instant),
    Column("taken_at", Instant),
    CheckConstraint("approved_by is distinct from requested_by", name="registry_exports_two_persons"),
    Index("registry_exports_by_area", "area_path", "id"),
)
