from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from risk_service.metadata import Instant, Path, metadata

verification_tasks = Table(
    "verification_tasks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("alert_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("assignee_id", Uuid),
    Column("assignee_subject", Text),
    Column("due_on", Date, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("preferred_manner", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("version", Integer, nullable=False),
    Column("escalations", SmallInteger, nullable=False, server_default="0"),
    Index("verification_tasks_one_open", "alert_id", unique=True, postgresql_where=text("status <> 'DONE'")),
    Index("verification_tasks_by_area", "area_path", "due_at"),
    Index("verification_tasks_by_assignee", "assignee_id", postgresql_where=text("status = 'ASSIGNED'")),
)

visits = Table(
    "visits",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("task_id", Uuid, nullable=False, unique=True),
    Column("alert_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("visitor_id", Uuid),
    Column("visitor_subject", Text, nullable=False),
    Column("visited_on", Date, nullable=False),
    Column("manner", Text, nullable=False),
    Column("asked_by_household", Boolean, nullable=False),
    Column("spoke_with", ARRAY(Uuid), nullable=False),
    Column("needs", ARRAY(Text), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("findings", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("checks", JSONB, nullable=False),
    Column("reported_at", Instant, nullable=False),
    Column("factor", Text),
    Column("level", SmallInteger),
    Column("policy_version", Text),
    Column("departments", ARRAY(Text), nullable=False),
    Index("visits_by_alert", "alert_id", "reported_at"),
    Index("visits_by_household", "household_id", "visited_on"),
    Index("visits_by_area", "area_path", "visited_on"),
)
