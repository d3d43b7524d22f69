"""Refused answers in a worker's place: for the independent monitor alone."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from employment_service.metadata import metadata

consent_attempts = Table(
    "consent_attempts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("action", Text, nullable=False),
    Column("offer_id", Uuid, nullable=False),
    Column("worker_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("attempted_by", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("day", Date, nullable=False),
    Column("first_at", DateTime(timezone=True), nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    Column("times", Integer, nullable=False),
    Index("consent_attempts_of_day", "offer_id", "attempted_by", "action", "day", unique=True),
    Index("consent_attempts_by_area", "area_path", "id"),
)
