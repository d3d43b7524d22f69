from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid, text

from households_service.metadata import Path, metadata

# *_sealed columns open only in their own row; *_token columns find an equal value without opening anything.
members = Table(
    "members",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("household_id", Uuid, ForeignKey("households.id"), nullable=False),
    Column("area_path", Path, nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("name_token", LargeBinary, nullable=False),
    Column("id_number_sealed", LargeBinary),
    Column("id_number_token", LargeBinary),
    Column("phone_sealed", LargeBinary),
    Column("relation", Text, nullable=False),
    Column("date_of_birth", Date),
    Column("labour_capacity", Text, nullable=False),
    Column("residence", Text, nullable=False),
    Column("in_school", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("joined_on", Date, nullable=False),
    Column("left_on", Date),
    Column("version", Integer, nullable=False),
    Index("members_by_household", "household_id"),
    Index("members_by_name", "name_token"),
    Index("members_id_number", "id_number_token", unique=True, postgresql_where=text("left_on is null")),
)
