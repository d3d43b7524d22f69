"""Names that workers gave. A row outlives a name that was taken back only where it was refused."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, Table, Text, Uuid, text

from employment_service.metadata import metadata

companions = Table(
    "companions",
    metadata,
    Column("worker_id", Uuid, primary_key=True),
    Column("companion_id", Uuid, primary_key=True),
    # Of whoever named.
    Column("area_path", Text, nullable=False),
    # Null: taken back.
    Column("named_at", DateTime(timezone=True)),
    # By whoever was named; never shown to whoever named them.
    Column("refused_at", DateTime(timezone=True)),
    Index("companions_one_at_a_time", "worker_id", unique=True, postgresql_where=text("named_at is not null")),
    Index("companions_by_named", "companion_id"),
)
