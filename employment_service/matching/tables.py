"""Runs of a whole market, the prices they leave, what they propose; and what weighs a household."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from employment_service.metadata import metadata

# Open warnings of the risk service: a level's weight, never a likelihood, a reason or an amount.
household_warnings = Table(
    "household_warnings",
    metadata,
    Column("alert_id", Uuid, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("hundredths", Integer, nullable=False),
    Index("household_warnings_by_household", "household_id"),
)

stability_calibrations = Table(
    "stability_calibrations",
    metadata,
    Column("area_path", Text, primary_key=True),
    Column("fitted_on", Date, primary_key=True),
    Column("level", Float, nullable=False),
    Column("slope", Float, nullable=False),
    Column("outcomes", Integer, nullable=False),
)

stability_outcomes = Table(
    "stability_outcomes",
    metadata,
    Column("placement_id", Uuid, primary_key=True),
    Column("area_path", Text, nullable=False),
    # Of the chance as it stood when the worker accepted: nothing that came later.
    Column("points", Integer, nullable=False),
    Column("accepted_on", Date, nullable=False),
    Column("stable", Boolean),
    Column("judged_on", Date),
    Index("stability_outcomes_open", "placement_id", postgresql_where=text("judged_on is null")),
)

matching_runs = Table(
    "matching_runs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("n", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("area_path", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("follows", Uuid),
    Column("cause", Text),
    Column("keep_bonus", Integer, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("totals", JSONB, nullable=False),
    Column("audit", JSONB, nullable=False),
    Index("matching_runs_by_area", "area_path", "n"),
)

matching_prices = Table(
    "matching_prices",
    metadata,
    Column("run_id", Uuid, primary_key=True),
    Column("vacancy_id", Uuid, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("places", Integer, nullable=False),
    Column("proposed", Integer, nullable=False),
    Column("price", Integer, nullable=False),
    Column("least", Integer, nullable=False),
    Column("too_few", Boolean, nullable=False),
)

matching_proposals = Table(
    "matching_proposals",
    metadata,
    Column("run_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("worker_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("vacancy_id", Uuid),
    Column("moved_from", Uuid),
    Column("options", Integer, nullable=False),
    Column("score", Integer, nullable=False),
    Column("price", Integer, nullable=False),
    Column("stable", Float, nullable=False),
    Column("gain_cents", BigInteger, nullable=False),
    Column("weight", Float, nullable=False),
    Column("way_cents", Integer, nullable=False),
    Column("care_cents", Integer, nullable=False),
    Column("km", Float),
    Column("companion_id", Uuid),
    Index("matching_proposals_by_worker", "worker_id"),
    Index("matching_proposals_by_vacancy", "run_id", "vacancy_id"),
)
