from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text, UniqueConstraint, Uuid, text

from risk_service.metadata import Amount, Instant, Path, metadata

signals = Table(
    "signals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("department", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("factor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("amount", Amount, nullable=False),
    Column("currency", Text, nullable=False),
    Column("corrects", Text),
    Column("superseded", Boolean, nullable=False),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("department", "record_id", "version"),
    Index("signals_current", "household_id", "factor", postgresql_where=text("not superseded")),
)

# member_id null: the household's sum. Unique with nulls not distinct.
cleared_sums = Table(
    "cleared_sums",
    metadata,
    Column("household_id", Uuid, nullable=False),
    Column("factor", Text, nullable=False),
    Column("member_id", Uuid),
    Column("period_from", Date, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("amount", Amount, nullable=False),
    UniqueConstraint("household_id", "factor", "member_id", "period_from", postgresql_nulls_not_distinct=True),
)
