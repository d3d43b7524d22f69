from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, Uuid, text

from households_service.metadata import Instant, Path, metadata

# A row is one version; `superseded_at` is when the next one was recorded. What was known at an instant is
# recorded_at <= instant and (superseded_at is null or superseded_at > instant).
ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("household_id", Uuid, ForeignKey("households.id"), nullable=False),
    Column("area_path", Path, nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id")),
    Column("income_group", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rhythm", Text, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("period_from", Date, nullable=False),
    Column("period_to", Date),
    Column("payer_type", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("confirmed_by_household", Boolean, nullable=False),
    Column("verified_stable", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("duplicate_of", Uuid),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("source", Text),
    Column("superseded_at", Instant),
    Index("ledger_entries_by_household", "household_id", "id"),
    Index("ledger_entries_present", "id", unique=True, postgresql_where=text("superseded_at is null")),
    Index(
        "ledger_entries_source",
        "source",
        unique=True,
        postgresql_where=text("superseded_at is null and source is not null"),
    ),
)
