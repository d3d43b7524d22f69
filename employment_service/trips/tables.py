"""Trips, the groups that travel together, and what is paid to those who travel by their own choice."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid

from employment_service.metadata import metadata

group_trips = Table(
    "group_trips",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("vacancy_id", Uuid, nullable=False),
    Column("employer_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("leaves_on", Date, nullable=False),
    Column("meeting_place", Text, nullable=False),
    Column("arranged_by", Text, nullable=False),
    Column("arranged_at", DateTime(timezone=True), nullable=False),
    Index("group_trips_by_vacancy", "vacancy_id"),
)

trips = Table(
    "trips",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("placement_id", Uuid, ForeignKey("placements.id"), nullable=False),
    Column("worker_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("group_trip_id", Uuid, ForeignKey("group_trips.id")),
    Column("leaves_on", Date),
    Column("state", Text, nullable=False),
    Column("noted_at", DateTime(timezone=True), nullable=False),
    Column("noted_by", Text, nullable=False),
    Index("trips_by_placement", "placement_id"),
    Index("trips_by_group", "group_trip_id"),
    Index("trips_by_area", "area_path", "id"),
)

travel_subsidies = Table(
    "travel_subsidies",
    metadata,
    Column("placement_id", Uuid, ForeignKey("placements.id"), primary_key=True),
    Column("worker_id", Uuid, nullable=False),
    Column("area_path", Text, nullable=False),
    Column("km", Integer, nullable=False),
    Column("cents", BigInteger, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("owed_on", Date, nullable=False),
    Column("paid_on", Date),
    Column("paid_by", Text),
    Index("travel_subsidies_by_area", "area_path", "owed_on"),
)
