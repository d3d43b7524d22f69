"""Workers. No personal ID number: identity was verified once, elsewhere, and the number was not kept."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from employment_service.metadata import metadata

workers = Table(
    "workers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("subject", Text, nullable=False, unique=True),
    Column("member_id", Uuid, nullable=False, unique=True),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("date_of_birth", Date, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("contact_preference", Text, nullable=False),
    Column("phone_sealed", LargeBinary),
    Column("language_sealed", LargeBinary),
    Column("qualifications", ARRAY(Text), nullable=False),
    Column("wage_floor_cents", BigInteger, nullable=False),
    Column("max_distance_km", Float),
    Column("max_commute_minutes", Integer),
    Column("health_limits", ARRAY(Text), nullable=False),
    Column("languages_sealed", LargeBinary),
    Column("farm_months", ARRAY(Integer), nullable=False),
    Column("free_from", Date),
    Column("seeking", Boolean, nullable=False),
    Column("asked_nearby_at", DateTime(timezone=True)),
    Column("shares_work_state", Boolean, nullable=False),
    Column("follow_up_wanted", Boolean, nullable=False),
    # A list of objects: title, kind, occupation, years.
    Column("experience", JSONB, nullable=False),
    Column("registered_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Index("workers_by_area", "area_path"),
    Index("workers_by_household", "household_id"),
)

verification_attempts = Table(
    "verification_attempts",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("at", DateTime(timezone=True), primary_key=True),
)
