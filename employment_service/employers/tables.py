"""Employers and the days on which they were inspected."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid

from employment_service.metadata import metadata

employers = Table(
    "employers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("registration_number", Text, nullable=False),
    Column("forbidden_practice", Boolean, nullable=False),
    Column("critical_finding_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Index("employers_by_area", "area_path", "id"),
)

employer_inspections = Table(
    "employer_inspections",
    metadata,
    Column("employer_id", Uuid, ForeignKey("employers.id"), primary_key=True),
    Column("inspection", Text, primary_key=True),
    Column("inspected_on", Date, nullable=False),
)
