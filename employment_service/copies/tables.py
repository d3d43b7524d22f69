"""Copies of areas and members. They hold no name of a person and can be dropped and rebuilt."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Float, Index, Table, Text, Uuid

from employment_service.metadata import metadata

copied_areas = Table(
    "copied_areas",
    metadata,
    Column("path", Text, primary_key=True),
    Column("id", Uuid, nullable=False),
    Column("code", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("lat", Float, nullable=False),
    Column("lon", Float, nullable=False),
)

copied_households = Table(
    "copied_households",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("subject_sequence", BigInteger, nullable=False),
    Column("removed", Boolean, nullable=False),
)

copied_members = Table(
    "copied_members",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("date_of_birth", Date),
    Column("in_school", Boolean, nullable=False),
    Index("copied_members_by_household", "household_id"),
)

copied_care_duties = Table(
    "copied_care_duties",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("member_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("care_area_path", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Index("copied_care_duties_by_member", "member_id"),
)

copy_builds = Table(
    "copy_builds",
    metadata,
    Column("source", Text, primary_key=True),
    Column("built_at", DateTime(timezone=True), nullable=False),
)
