from __future__ import annotations

from sqlalchemy import Column, Date, Table, Text, UniqueConstraint, Uuid

from risk_service.metadata import Instant, Path, metadata

# Without an area wall: a policy is public, and the one that is in force may lie above the caller's area.
policy_packs = Table(
    "policy_packs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("area", Path, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("effective_until", Date),
    Column("approved_by", Text, nullable=False),
    Column("approved_on", Date, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("applied_at", Instant, nullable=False),
    Column("applied_by", Text, nullable=False),
    UniqueConstraint("area", "name", "version"),
)
