"""Cuts of aid as the guard weighed them: for the independent monitor alone."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, Table, Text, Uuid

from employment_service.metadata import metadata

Instant = DateTime(timezone=True)

benefit_reviews = Table(
    "benefit_reviews",
    metadata,
    Column("proposal_id", Uuid, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("benefit", Text, nullable=False),
    Column("current_cents", BigInteger, nullable=False),
    Column("proposed_cents", BigInteger, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("matched", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Text),
    Column("reason", Text),
    Column("told_at", Instant),
    Index("benefit_reviews_by_household", "household_id", "entered_at"),
    Index("benefit_reviews_by_area", "area_path", "proposal_id"),
)
