"""Offers, consents, and the little that is kept of a no."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, LargeBinary, Table, Text, Uuid

from employment_service.metadata import metadata

offers = Table(
    "offers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("vacancy_id", Uuid, nullable=False),
    Column("worker_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("terms_version", Integer, nullable=False),
    Column("terms_hash", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("terms_shown_at", DateTime(timezone=True)),
    Column("shown_language_sealed", LargeBinary),
    Column("understood_at", DateTime(timezone=True)),
    Column("decided_at", DateTime(timezone=True)),
    Column("withheld", Boolean, nullable=False),
    Column("place_held", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Index("offers_by_worker", "worker_id", "id"),
    Index("offers_by_vacancy", "vacancy_id"),
)

consents = Table(
    "consents",
    metadata,
    Column("offer_id", Uuid, primary_key=True),
    Column("terms_version", Integer, primary_key=True),
    Column("worker_id", Uuid, nullable=False),
    Column("terms_hash", Text, nullable=False),
    Column("shown_at", DateTime(timezone=True), nullable=False),
    Column("accepted_at", DateTime(timezone=True), nullable=False),
    Column("language_sealed", LargeBinary),
    Column("understood_at", DateTime(timezone=True)),
)

silences = Table(
    "silences",
    metadata,
    Column("worker_token", LargeBinary, primary_key=True),
    Column("vacancy_token", LargeBinary, primary_key=True),
    Column("declined_on", Date, nullable=False),
    Column("asked_since", Boolean, nullable=False),
    Index("silences_by_day", "declined_on"),
)
