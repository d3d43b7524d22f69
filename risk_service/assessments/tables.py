from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Float, Identity, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from risk_service.metadata import Amount, Instant, Path, metadata

# No area wall: coefficients over all households speak of nobody.
models = Table(
    "models",
    metadata,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("version", Text, nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("households", Integer, nullable=False),
    Column("fitted_at", Instant, nullable=False),
)

assessments = Table(
    "assessments",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("likelihood", Float(53), nullable=False),
    Column("band", Text, nullable=False),
    Column("horizon_months", Integer, nullable=False),
    Column("probit_index", Float(53), nullable=False),
    Column("typical_index", Float(53), nullable=False),
    Column("contributions", JSONB, nullable=False),
    Column("line", Amount, nullable=False),
    Column("currency", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("scored_at", Instant, nullable=False),
)

# Households whose facts changed since they were assessed; many changes of one become one assessment.
assessments_due = Table(
    "assessments_due",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("since", Instant, nullable=False),
)
