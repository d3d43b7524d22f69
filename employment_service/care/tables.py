"""Places that give care."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Index, Integer, Table, Text, Uuid

from employment_service.metadata import metadata

care_facilities = Table(
    "care_facilities",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("places", Integer, nullable=False),
    Column("opens_on", Date, nullable=False),
    Column("closes_on", Date),
    Column("from_minutes", Integer, nullable=False),
    Column("to_minutes", Integer, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
    Index("care_facilities_by_area", "area_path", "id"),
)
