from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Index, Table, Text, Uuid
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
    Index("registry_exports_by_area", "area_path", "id"),
)
