"""The tables of this service, all on one metadata; each slice adds its own in its `tables.py`."""

from __future__ import annotations

from sqlalchemy import DateTime, MetaData, Text

metadata = MetaData()

Instant = DateTime(timezone=True)
# Area paths sort by byte, so that a prefix is a range: path >= '99/01/' and path < '99/01/~'.
Path = Text(collation="C")
