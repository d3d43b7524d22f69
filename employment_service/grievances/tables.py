"""Grievances and their log. What is said lies sealed."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid

from employment_service.metadata import metadata

Instant = DateTime(timezone=True)

grievances = Table(
    "grievances",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("filed_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    # The last step's state, for filters.
    Column("state", Text, nullable=False),
    Column("filer", LargeBinary),
    Column("receipt", LargeBinary),
    Column("worker_id", Uuid),
    Column("household_id", Uuid),
    Column("watch_until", Instant),
    Column("about_subject", Text),
    Column("about_employer_id", Uuid),
    Column("about_placement_id", Uuid),
    Column("escalated_at", Instant),
    Column("version", Integer, nullable=False),
    Index("grievances_by_area", "area_path", "id"),
    Index("grievances_by_filer", "filer"),
    Index("grievances_by_receipt", "receipt", unique=True),
    Index("grievances_by_worker", "worker_id"),
    Index("grievances_by_household", "household_id"),
)

grievance_steps = Table(
    "grievance_steps",
    metadata,
    Column("grievance_id", Uuid, ForeignKey("grievances.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text),
    Column("said_sealed", LargeBinary),
)
