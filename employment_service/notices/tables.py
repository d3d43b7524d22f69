"""Notices to workers."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Table, Text, Uuid

from employment_service.metadata import metadata

worker_notices = Table(
    "worker_notices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("worker_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("about_id", Uuid, nullable=False),
    Column("noted_at", DateTime(timezone=True), nullable=False),
    Column("since", Date),
    Column("care_kind", Text),
    Column("own_duty", Boolean, nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Index("worker_notices_by_worker", "worker_id", "kind", "about_id", unique=True),
)
