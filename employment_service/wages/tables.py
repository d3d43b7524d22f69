"""Wages that are late."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, ForeignKey, Index, Table, Text, Uuid

from employment_service.metadata import metadata

wage_arrears = Table(
    "wage_arrears",
    metadata,
    Column("placement_id", Uuid, ForeignKey("placements.id"), primary_key=True),
    Column("month", Date, primary_key=True),
    Column("worker_id", Uuid, nullable=False),
    Column("employer_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("level", Text, nullable=False),
    Column("raised_on", Date, nullable=False),
    Column("said_by_worker", Boolean, nullable=False),
    Column("help_asked_at", DateTime(timezone=True)),
    Column("help_given_at", DateTime(timezone=True)),
    Column("help_given_by", Text),
    Column("settled_on", Date),
    Index("wage_arrears_by_area", "area_path", "due_on"),
)
