from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text, Uuid

from households_service.metadata import Instant, Path, metadata

# The content lies sealed in the data folder under the same id.
uploaded_files = Table(
    "uploaded_files",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("department", Text),
    Column("sha256", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Index("uploaded_files_by_time", "uploaded_at"),
)
