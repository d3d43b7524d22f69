from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from risk_service.metadata import Amount, Instant, Path, metadata

alerts = Table(
    "alerts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("factor", Text, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("amount", Amount, nullable=False),
    Column("currency", Text, nullable=False),
    Column("member_id", Uuid),
    Column("period_from", Date, nullable=False),
    Column("yellow_over", Amount),
    Column("red_over", Amount),
    Column("policy_version", Text, nullable=False),
    Column("policy_hash", Text, nullable=False),
    Column("rule_texts", JSONB, nullable=False),
    Column("counted", JSONB, nullable=False),
    Column("conditions", JSONB, nullable=False),
    Column("inputs", JSONB, nullable=False),
    Column("cleared_before", Amount, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("raised_on", Date, nullable=False),
    Column("cleared_at", Instant),
    Column("watch_until", Date),
    Column("version", Integer, nullable=False),
    Index("alerts_one_open", "household_id", "factor", unique=True, postgresql_where=text("status <> 'CLEARED'")),
    Index("alerts_by_household", "household_id", "raised_at"),
    Index("alerts_by_area", "area_path", "raised_at"),
)

alert_changes = Table(
    "alert_changes",
    metadata,
    Column("alert_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("kind", Text, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("amount", Amount, nullable=False),
    Column("at", Instant, nullable=False),
)

# What subscribers are told, numbered in the order of the commits (see AlertFeed).
alert_feed = Table(
    "alert_feed",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("alert_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("alert_feed_by_area", "area_path", "position"),
)
