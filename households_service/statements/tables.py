from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from households_service.metadata import Instant, Path, metadata

# The rule of the longest prefix and the latest `valid_from` holds. Not walled: a village needs its county's rule.
accounting_rules = Table(
    "accounting_rules",
    metadata,
    Column("applies_to", Path, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("membership_rule", Text, nullable=False),
    Column("counts_non_recurring", Boolean, nullable=False),
    Column("currency", Text, nullable=False),
)

frozen_statements = Table(
    "frozen_statements",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("household_id", Uuid, ForeignKey("households.id"), nullable=False),
    Column("area_path", Path, nullable=False),
    Column("decision_id", Text, nullable=False, unique=True),
    Column("as_of", Date, nullable=False),
    Column("frozen_at", Instant, nullable=False),
    Column("member_count", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Index("frozen_statements_by_household", "household_id", "id"),
)

frozen_bases = Table(
    "frozen_bases",
    metadata,
    Column("statement_id", Uuid, ForeignKey("frozen_statements.id"), primary_key=True),
    Column("basis", Text, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("window_first", Date, nullable=False),
    Column("window_last", Date, nullable=False),
    Column("wage_cents", BigInteger, nullable=False),
    Column("production_cents", BigInteger, nullable=False),
    Column("property_cents", BigInteger, nullable=False),
    Column("transfer_cents", BigInteger, nullable=False),
    Column("production_cost_cents", BigInteger, nullable=False),
    Column("rigid_expenses_cents", BigInteger, nullable=False),
    Column("excluded_entries", ARRAY(Uuid), nullable=False),
    Column("excluded_reasons", ARRAY(Text), nullable=False),
)
