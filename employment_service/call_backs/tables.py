"""Call-backs of the independent monitor."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Index, Table, Text, Uuid

from employment_service.metadata import metadata

call_backs = Table(
    "call_backs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("offer_id", Uuid, nullable=False),
    Column("worker_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("outcome", Text),
    Column("done_at", DateTime(timezone=True)),
    Column("done_by", Text),
    Index("call_backs_by_area", "area_path", "due_on"),
)
