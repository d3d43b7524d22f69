from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, Table, Text, Uuid, text

from households_service.metadata import Instant, Path, metadata

# A row is one version, as in the ledger.
rigid_expenses = Table(
    "rigid_expenses",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("household_id", Uuid, ForeignKey("households.id"), nullable=False),
    Column("area_path", Path, nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id")),
    Column("kind", Text, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("spent_on", Date, nullable=False),
    Column("source", Text),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("superseded_at", Instant),
    Index("rigid_expenses_by_household", "household_id", "id"),
    Index("rigid_expenses_present", "id", unique=True, postgresql_where=text("superseded_at is null")),
    Index(
        "rigid_expenses_source",
        "source",
        unique=True,
        postgresql_where=text("superseded_at is null and source is not null"),
    ),
)
