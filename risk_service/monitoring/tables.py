from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Identity, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from risk_service.metadata import Instant, Path, metadata

# How households spread over the bins of each feature, after each batch. No area wall: shares over all households.
model_stocks = Table(
    "model_stocks",
    metadata,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("model_version", Text, nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("households", Integer, nullable=False),
    Column("shares", JSONB, nullable=False),
    Index("model_stocks_newest", "model_version", "n"),
)

# What the challenger tells of a household, shown to nobody.
shadow_scores = Table(
    "shadow_scores",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("likelihood", Float(53), nullable=False),
    Column("scored_at", Instant, nullable=False),
)

assessment_overrides = Table(
    "assessment_overrides",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("direction", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("likelihood", Float(53), nullable=False),
    Column("noted_by", Text, nullable=False),
    Column("noted_at", Instant, nullable=False),
    Index("assessment_overrides_by_household", "household_id", "noted_at"),
)
