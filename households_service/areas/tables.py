from __future__ import annotations

from sqlalchemy import Column, Date, Float, ForeignKey, Index, Integer, Table, Text, Uuid, text

from households_service.metadata import Path, metadata

# Not walled by area: everybody may know the tree, and a village officer needs the names above the village.
areas = Table(
    "areas",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("path", Path, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("lat", Float(53), nullable=False),
    Column("lon", Float(53), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("version", Integer, nullable=False),
)

area_codes = Table(
    "area_codes",
    metadata,
    Column("area_id", Uuid, ForeignKey("areas.id"), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("code", Text, nullable=False),
    Column("valid_to", Date),
    Column("successor", Text),
    Index("area_codes_by_code", "code", "valid_from"),
    Index("area_codes_in_force", "code", unique=True, postgresql_where=text("valid_to is null")),
)
