from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from risk_service.metadata import Amount, Instant, Path, metadata

clearances = Table(
    "clearances",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("alert_id", Uuid, nullable=False, unique=True),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("how_bill_was_paid", Text, nullable=False),
    Column("statement_id", Uuid, nullable=False),
    Column("statement_as_of", Date, nullable=False),
    Column("currency", Text, nullable=False),
    Column("bases", JSONB, nullable=False),
    Column("test_basis", Text, nullable=False),
    Column("test_mode", Text, nullable=False),
    Column("test_line", Amount, nullable=False),
    Column("test_exceeds", Boolean, nullable=False),
    Column("watch_until", Date, nullable=False),
    Column("contestable_until", Date, nullable=False),
)
