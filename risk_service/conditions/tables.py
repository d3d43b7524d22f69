from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from risk_service.metadata import Instant, Path, metadata

conditions = Table(
    "conditions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("department", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("point_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("kind", Text, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("corrects", Text),
    Column("outage_days", Integer),
    Column("quality_ok", Boolean),
    Column("served", ARRAY(Uuid), nullable=False),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("department", "record_id", "version"),
    Index("conditions_by_point", "point_id"),
)
