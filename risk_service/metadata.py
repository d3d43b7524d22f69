"""The one collection of this service's tables, and the column kinds they share. Migrations are written by hand."""

from __future__ import annotations

from sqlalchemy import DateTime, MetaData, Numeric, Text

metadata = MetaData()

Instant = DateTime(timezone=True)
Path = Text(collation="C")
Amount = Numeric(14, 2)
