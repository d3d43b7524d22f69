from __future__ import annotations

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from risk_service.metadata import Instant, metadata

# No area wall: points over all households speak of nobody.
model_versions = Table(
    "model_versions",
    metadata,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("version", Text, nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("households", Integer, nullable=False),
    Column("labels", Integer, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", Instant),
    Column("why", Text, nullable=False),
    # Shares of households by bin of each feature when the version began to serve: what drift is held against.
    Column("reference", JSONB),
    Index("model_versions_one_active", "state", unique=True, postgresql_where=text("state = 'ACTIVE'")),
    Index("model_versions_one_shadow", "state", unique=True, postgresql_where=text("state = 'SHADOW'")),
)
