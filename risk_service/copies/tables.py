"""Copies of what the households service owns, kept from its events; they can be dropped and rebuilt."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from risk_service.metadata import Path, metadata

# Areas and officers have no area wall: whoever works in a village must be found from above and beside it, and
# neither table says anything of a household.
areas = Table(
    "areas",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("path", Path, nullable=False, unique=True),
    Column("code", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
)

officers = Table(
    "officers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("seat", Path, nullable=False),
    Column("active", Boolean, nullable=False),
    Index("officers_by_subject", "subject"),
    Index("officers_by_seat", "seat"),
)

households = Table(
    "households",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", Text, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("registration_history", Text, nullable=False),
    Column("monitoring_category", Text, nullable=False),
    Column("safe_housing", Boolean, nullable=False),
    Column("safe_water", Boolean, nullable=False),
    Index("households_by_area", "area_path", "id"),
)

members = Table(
    "members",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("date_of_birth", Date),
    Column("head", Boolean, nullable=False),
    Column("labour_capacity", Text, nullable=False),
    Column("in_school", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("counted", Boolean, nullable=False),
    Column("care_duties", Integer, nullable=False),
    Index("members_by_household", "household_id"),
)

pairings = Table(
    "pairings",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("officer_id", Uuid, primary_key=True),
    Column("area_path", Path, nullable=False),
    Index("pairings_by_officer", "officer_id"),
)

statements = Table(
    "statements",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("basis", Text, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("member_count", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("wage_cents", BigInteger, nullable=False),
    Column("production_cents", BigInteger, nullable=False),
    Column("property_cents", BigInteger, nullable=False),
    Column("transfer_cents", BigInteger, nullable=False),
    Column("production_cost_cents", BigInteger, nullable=False),
    Column("net_cents", BigInteger, nullable=False),
    Column("rigid_expenses_cents", BigInteger, nullable=False),
)
