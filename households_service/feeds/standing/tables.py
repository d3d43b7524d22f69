from __future__ import annotations

from sqlalchemy import Column, Date, Index, Table, Text, Uuid

from households_service.metadata import Path, metadata

feed_visits = Table(
    "feed_visits",
    metadata,
    Column("visit_id", Uuid, primary_key=True),
    Column("department", Text, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("visited_on", Date, nullable=False),
    Index("feed_visits_by_area", "area_path", "department"),
)
