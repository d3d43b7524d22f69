"""Help that was given. No answer to an offer stands here: who declined cannot be told from who was offered nothing."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Table, Text, Uuid

from risk_service.metadata import Instant, Path, metadata

assistance_given = Table(
    "assistance_given",
    metadata,
    Column("offer_id", Uuid, primary_key=True),
    Column("root_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("measure", Text, nullable=False),
    Column("given_on", Date, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Index("assistance_given_by_household", "household_id"),
    Index("assistance_given_by_root", "root_id"),
)
