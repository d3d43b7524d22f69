from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Table, Text, Uuid, text

from households_service.metadata import Path, metadata

supply_points = Table(
    "supply_points",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", Text(collation="C"), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("registered_on", Date, nullable=False),
    Index("supply_points_by_area", "area_path", "id"),
)

# `area_path`: of the household.
supply_point_services = Table(
    "supply_point_services",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("point_id", Uuid, ForeignKey("supply_points.id"), nullable=False),
    Column("household_id", Uuid, ForeignKey("households.id"), nullable=False),
    Column("area_path", Path, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Index("supply_point_services_by_point", "point_id", "household_id"),
    # A household has one point at a time.
    Index("supply_point_services_one", "household_id", unique=True, postgresql_where=text("valid_to is null")),
)
