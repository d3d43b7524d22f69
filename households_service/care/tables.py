from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Table, Text, Uuid

from households_service.metadata import Path, metadata

care_duties = Table(
    "care_duties",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("household_id", Uuid, ForeignKey("households.id"), nullable=False),
    Column("area_path", Path, nullable=False),
    Column("kind", Text, nullable=False),
    Column("care_area_path", Path, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Index("care_duties_by_household", "household_id"),
    Index("care_duties_by_member", "member_id"),
)
