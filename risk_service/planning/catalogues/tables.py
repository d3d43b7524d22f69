"""Approved and proposed lists of measures. Rows are never changed. No area wall: they speak of nobody."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Identity, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from risk_service.metadata import Instant, Path, metadata

measure_catalogues = Table(
    "measure_catalogues",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("n", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("area_path", Path, nullable=False),
    Column("currency", Text, nullable=False),
    Column("declared", JSONB, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Index("measure_catalogues_by_area", "area_path", "n"),
)

catalogue_approvals = Table(
    "catalogue_approvals",
    metadata,
    Column("catalogue_id", Uuid, primary_key=True),
    Column("approved_by", Text, nullable=False),
    Column("approved_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
)
