"""Who stood by a worker who was helped to answer."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Table, Text, Uuid

from employment_service.metadata import metadata

consent_witnesses = Table(
    "consent_witnesses",
    metadata,
    Column("offer_id", Uuid, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("witnessed_at", DateTime(timezone=True), nullable=False),
)
