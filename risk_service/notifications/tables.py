from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text, Uuid

from risk_service.metadata import Instant, Path, metadata

notifications = Table(
    "notifications",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("recipient_kind", Text, nullable=False),
    Column("recipient_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("about_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("read_at", Instant),
    Index("notifications_by_recipient", "recipient_id", "created_at"),
)
