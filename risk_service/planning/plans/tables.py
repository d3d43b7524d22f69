"""Plans as they were made. The database refuses every change of a row (the migration's trigger)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Identity, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from risk_service.metadata import Instant, Path, metadata

assistance_plans = Table(
    "assistance_plans",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("n", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("root_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("declared", JSONB, nullable=False),
    Column("found", JSONB, nullable=False),
    Column("currency", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("households", Integer, nullable=False),
    Column("not_assessed", Integer, nullable=False),
    Column("models", ARRAY(Text), nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Index("assistance_plans_by_area", "area_path", "n"),
    Index("assistance_plans_by_root", "root_id", "n"),
)

# What was known of each household and what was proposed. Not moved with the household: it is what a plan said.
planned_households = Table(
    "planned_households",
    metadata,
    Column("plan_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("likelihood", Float(53)),
    Column("used_likelihood", Float(53), nullable=False),
    Column("members", Integer, nullable=False),
    Column("red", Boolean, nullable=False),
    Column("factors", ARRAY(Text), nullable=False),
    Column("facts", ARRAY(Text), nullable=False),
    Column("shortfall_cents", BigInteger),
    Column("declined", ARRAY(Text), nullable=False),
    Column("measure", Text),
    Column("cost_cents", BigInteger, nullable=False),
    Column("value", Float(53), nullable=False),
    Column("reason", Text, nullable=False),
    Column("margin", Float(53), nullable=False),
    Column("instead", Text),
    Index("planned_households_by_household", "household_id"),
)

plan_approvals = Table(
    "plan_approvals",
    metadata,
    Column("plan_id", Uuid, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("approved_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("offers", Integer, nullable=False),
    Column("gone", Integer, nullable=False),
)
