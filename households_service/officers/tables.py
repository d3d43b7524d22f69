from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

from households_service.metadata import Path, metadata

officers = Table(
    "officers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("subject", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    # What the officer is responsible for. Not `area_path`: people below must see who is responsible for them.
    Column("duty_path", Path, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Index("officers_by_area", "duty_path", "id"),
)

pairings = Table(
    "pairings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("officer_id", Uuid, ForeignKey("officers.id"), nullable=False),
    Column("household_id", Uuid, ForeignKey("households.id"), nullable=False),
    Column("area_path", Path, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Index("pairings_by_household", "household_id"),
    Index("pairings_by_officer", "officer_id"),
    Index("pairings_open", "officer_id", "household_id", unique=True, postgresql_where=text("valid_to is null")),
)
