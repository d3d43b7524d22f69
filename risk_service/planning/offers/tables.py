"""Offers and the answers to them. Rows are added, never changed, but for where a household lives (the migration)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, Table, Text, UniqueConstraint, Uuid

from risk_service.metadata import Instant, Path, metadata

assistance_offers = Table(
    "assistance_offers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("plan_id", Uuid, nullable=False),
    Column("root_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("measure", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("cost_cents", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("offered_at", Instant, nullable=False),
    Column("answer_by", Date, nullable=False),
    UniqueConstraint("plan_id", "household_id"),
    Index("assistance_offers_by_household", "household_id"),
    Index("assistance_offers_by_root", "root_id"),
)

offer_answers = Table(
    "offer_answers",
    metadata,
    Column("offer_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_by", Text, nullable=False),
    Column("answered_at", Instant, nullable=False),
)
