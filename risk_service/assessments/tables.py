from __future__ import annotations

from sqlalchemy import Column, Date, Float, Index, Integer, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from risk_service.metadata import Amount, Instant, Path, metadata


def _columns() -> tuple[Column[object], ...]:
    """Of an assessment, as it is and as it was. Arrays are in the order of the model's features."""
    return (
        Column("area_path", Path, nullable=False),
        Column("likelihood", Float(53), nullable=False),
        Column("without_support", Float(53), nullable=False),
        Column("low", Float(53), nullable=False),
        Column("high", Float(53), nullable=False),
        Column("band", Text, nullable=False),
        Column("visit_points", Integer, nullable=False),
        Column("horizon_months", Integer, nullable=False),
        Column("base", Integer, nullable=False),
        Column("inputs", ARRAY(Float(53)), nullable=False),
        Column("contributions", ARRAY(Integer), nullable=False),
        Column("raising", ARRAY(SmallInteger), nullable=False),
        Column("lowering", ARRAY(SmallInteger), nullable=False),
        Column("line", Amount, nullable=False),
        Column("currency", Text, nullable=False),
        Column("policy_version", Text, nullable=False),
        Column("model_version", Text, nullable=False),
        Column("as_of", Date, nullable=False),
        Column("scored_at", Instant, nullable=False),
    )


# `known_at`: since when exactly these figures are told; `scored_at`: when they were last found so.
assessments = Table(
    "assessments",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("known_at", Instant, nullable=False),
    *_columns(),
    Index("assessments_by_visit", "visit_points", "household_id"),
    Index("assessments_by_area", "area_path"),
)

# What was told before, each with the instant from which on it was.
assessment_history = Table(
    "assessment_history",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("known_at", Instant, primary_key=True),
    *_columns(),
)

# Households whose facts changed since they were assessed; many changes of one become one assessment.
assessments_due = Table(
    "assessments_due",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("since", Instant, nullable=False),
)

# Who looked at a household's likelihood, once a day; the household may read it.
assessment_readings = Table(
    "assessment_readings",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("reader", Text, primary_key=True),
    Column("read_on", Date, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("first_at", Instant, nullable=False),
)
