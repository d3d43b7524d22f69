from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from risk_service.metadata import Instant, Path, metadata

cases = Table(
    "cases",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("status", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("category", Text),
    Column("channel", Text, nullable=False),
    Column("alert_id", Uuid),
    Column("clue_on", Date, nullable=False),
    Column("decision_due_on", Date, nullable=False),
    Column("serious_difficulty", Boolean, nullable=False),
    Column("green_channel", Boolean, nullable=False),
    Column("closed_review", Boolean, nullable=False),
    Column("notice_from", Date),
    Column("identified_on", Date),
    Column("supported_since", Date),
    Column("first_measure_due_on", Date),
    Column("first_measure_on", Date),
    Column("resolved_on", Date),
    Column("watch_until", Date),
    Column("policy_version", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    # What was found before a resolution was proposed, and what the decision relied on.
    Column("findings", JSONB),
    Column("statement_id", Uuid),
    Index("cases_one_live", "household_id", unique=True, postgresql_where=text("status <> 'NOT_IDENTIFIED'")),
    Index("cases_by_household", "household_id", "created_at"),
    Index("cases_by_area", "area_path", "created_at"),
)

case_steps = Table(
    "case_steps",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("round", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("from_status", Text),
    Column("to_status", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("on", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("note", Text, nullable=False),
)

case_measures = Table(
    "case_measures",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("type", Text, nullable=False),
    Column("delivered_on", Date, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("confirmed_by", Text),
    Column("confirmed_at", Instant),
    Index("case_measures_by_case", "case_id"),
)

# Told once each: a clock of a case that ran out.
case_deadlines = Table(
    "case_deadlines",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("deadline", Text, primary_key=True),
    Column("due_on", Date, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("found_at", Instant, nullable=False),
)
