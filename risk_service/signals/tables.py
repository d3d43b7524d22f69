from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from risk_service.metadata import Amount, Instant, Path, metadata

signals = Table(
    "signals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("department", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("factor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("amount", Amount, nullable=False),
    Column("currency", Text, nullable=False),
    Column("corrects", Text),
    Column("superseded", Boolean, nullable=False),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("department", "record_id", "version"),
    Index("signals_current", "household_id", "factor", postgresql_where=text("not superseded")),
)

# member_id null: the household's sum. Unique with nulls not distinct.
cleared_sums = Table(
    "cleared_sums",
    metadata,
    Column("household_id", Uuid, nullable=False),
    Column("factor", Text, nullable=False),
    Column("member_id", Uuid),
    Column("period_from", Date, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("amount", Amount, nullable=False),
    UniqueConstraint("household_id", "factor", "member_id", "period_from", postgresql_nulls_not_distinct=True),
)

# household_id null: it speaks of everybody at or below area_path, such as a price.
facts = Table(
    "facts",
    metadata,
    Column("department", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("household_id", Uuid),
    Column("member_id", Uuid),
    Column("area_path", Path, nullable=False),
    Column("factor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("corrects", Text),
    Column("detail", JSONB, nullable=False),
    Column("superseded", Boolean, nullable=False),
    Column("received_at", Instant, nullable=False),
    Index("facts_current", "household_id", postgresql_where=text("not superseded")),
    Index("facts_by_area", "area_path", "occurred_on"),
    Index("facts_of_areas", "factor", "area_path", postgresql_where=text("household_id is null and not superseded")),
)

# What a person decided about already: it does not warn this household again.
cleared_facts = Table(
    "cleared_facts",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("department", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("area_path", Path, nullable=False),
)

# The day from which time alone may change what a rule says of a household.
weighings_due = Table(
    "weighings_due",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("factor", Text, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("due_on", Date, nullable=False),
    Index("weighings_due_by_day", "due_on"),
)
