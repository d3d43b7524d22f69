"""Placements, their transition log, confirmed wages and follow-ups."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid

from employment_service.metadata import metadata

placements = Table(
    "placements",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("offer_id", Uuid, nullable=False),
    Column("vacancy_id", Uuid, nullable=False),
    Column("employer_id", Uuid, nullable=False),
    Column("worker_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("terms_version", Integer, nullable=False),
    Column("terms_hash", Text, nullable=False),
    # The last step's state, for filters.
    Column("state", Text, nullable=False),
    Column("return_trip_wanted", Boolean, nullable=False),
    # The placement this one took over from, and since when work has gone on without a gap.
    Column("follows_id", Uuid),
    Column("worked_since", Date),
    Column("another_post_asked_at", DateTime(timezone=True)),
    Column("travel_choice", Text),
    Column("version", Integer, nullable=False),
    Index("placements_by_worker", "worker_id"),
    Index("placements_by_employer", "employer_id", "id"),
    Index("placements_by_area", "area_path", "id"),
)

placement_steps = Table(
    "placement_steps",
    metadata,
    Column("placement_id", Uuid, ForeignKey("placements.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

wage_confirmations = Table(
    "wage_confirmations",
    metadata,
    Column("placement_id", Uuid, ForeignKey("placements.id"), primary_key=True),
    Column("month", Date, primary_key=True),
    Column("cents", BigInteger),
    Column("confirmed_at", DateTime(timezone=True), nullable=False),
)

follow_ups = Table(
    "follow_ups",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("placement_id", Uuid, ForeignKey("placements.id"), nullable=False),
    Column("worker_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("day", Integer, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("wages_on_time", Boolean),
    Column("documents_with_me", Boolean),
    Column("free_to_leave", Boolean),
    Column("paid_a_fee", Boolean),
    Column("wants_contact", Boolean),
    Column("weekly_hours", Integer),
    Column("answered_at", DateTime(timezone=True)),
    Column("fee_cents", BigInteger),
    Index("follow_ups_by_placement", "placement_id", "day", unique=True),
)

terms_mismatches = Table(
    "terms_mismatches",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("placement_id", Uuid, ForeignKey("placements.id"), nullable=False),
    Column("offer_id", Uuid, nullable=False),
    Column("vacancy_id", Uuid, nullable=False),
    Column("employer_id", Uuid, nullable=False),
    Column("worker_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("figure", Text, nullable=False),
    Column("accepted", Text, nullable=False),
    Column("written", Text, nullable=False),
    Column("found_at", DateTime(timezone=True), nullable=False),
    Column("found_by", Text, nullable=False),
    Index("terms_mismatches_by_placement", "placement_id"),
    Index("terms_mismatches_by_employer", "employer_id", "found_at"),
)
