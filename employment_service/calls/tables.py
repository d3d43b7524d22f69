"""Claims, asked-for calls, pauses, contacts, rests after offers, and new matches."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from employment_service.metadata import metadata

call_claims = Table(
    "call_claims",
    metadata,
    Column("worker_id", Uuid, primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("area_path", Text, nullable=False),
    Column("claimed_by", Text, nullable=False),
    Column("claimed_at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("reasons", ARRAY(Text), nullable=False),
    Index("call_claims_by_staff", "claimed_by"),
)

call_requests = Table(
    "call_requests",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("worker_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("offer_id", Uuid),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("call_from", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Index("call_requests_by_worker", "worker_id"),
)

call_pauses = Table(
    "call_pauses",
    metadata,
    Column("worker_id", Uuid, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("noted_at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("talked_at", DateTime(timezone=True)),
)

call_rests = Table(
    "call_rests",
    metadata,
    Column("offer_id", Uuid, primary_key=True),
    Column("worker_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("decidable_until", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Index("call_rests_by_worker", "worker_id"),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("worker_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    # Of the claim it was made from: recording the same call again finds it.
    Column("claim_id", Uuid, unique=True),
    Column("source", Text, nullable=False),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Column("made_by", Text, nullable=False),
    Column("outcome", Text),
    Column("reasons", ARRAY(Text), nullable=False),
    Column("about_work", Boolean),
    Column("requested", Boolean, nullable=False),
    Index("contacts_by_worker", "worker_id", "id"),
)

wrong_numbers = Table(
    "wrong_numbers",
    metadata,
    Column("worker_id", Uuid, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("noted_at", DateTime(timezone=True), nullable=False),
)

call_candidates = Table(
    "call_candidates",
    metadata,
    Column("worker_id", Uuid, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
)

new_matches = Table(
    "new_matches",
    metadata,
    Column("worker_id", Uuid, primary_key=True),
    Column("vacancy_id", Uuid, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("found_at", DateTime(timezone=True), nullable=False),
)

match_searches = Table(
    "match_searches",
    metadata,
    Column("worker_id", Uuid, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("searched_at", DateTime(timezone=True), nullable=False),
)
