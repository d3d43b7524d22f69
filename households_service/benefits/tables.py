from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, Uuid, text

from households_service.metadata import Instant, Path, metadata

benefit_reductions = Table(
    "benefit_reductions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("household_id", Uuid, ForeignKey("households.id"), nullable=False),
    Column("area_path", Path, nullable=False),
    Column("entry_id", Uuid, nullable=False),
    Column("current_cents", BigInteger, nullable=False),
    Column("monthly_cents", BigInteger, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("entered_by", Text, nullable=False),
    Column("settled_at", Instant),
    Column("version", Integer, nullable=False),
    Column("paid_until", Date),
    Column("drops", Boolean, nullable=False),
    Index("benefit_reductions_by_household", "household_id", "id"),
    Index(
        "benefit_reductions_waiting",
        "entry_id",
        unique=True,
        postgresql_where=text("state in ('ENTERED', 'UNDER_REVIEW', 'PASSED')"),
    ),
)
