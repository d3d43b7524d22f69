from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text, Uuid

from households_service.metadata import Path, metadata

households = Table(
    "households",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", Text(collation="C"), nullable=False, unique=True),
    Column("area_path", Path, nullable=False),
    Column("registration_history", Text, nullable=False),
    Column("monitoring_category", Text, nullable=False),
    Column("safe_housing", Boolean, nullable=False),
    Column("safe_water", Boolean, nullable=False),
    Column("registered_on", Date, nullable=False),
    Column("removed_on", Date),
    Column("version", Integer, nullable=False),
    Index("households_by_area", "area_path", "id"),
)
