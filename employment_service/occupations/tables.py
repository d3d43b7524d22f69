"""Titles that staff confirmed, and classifications that were imported. No person stands in either."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from employment_service.metadata import metadata

confirmed_titles = Table(
    "confirmed_titles",
    metadata,
    Column("area_path", Text, primary_key=True),
    Column("classification", Text, primary_key=True),
    # The title in the form in which it is compared: one title has one code in an area.
    Column("key", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("confirmed_at", DateTime(timezone=True), nullable=False),
    # Given anew at every change, so that whoever keeps an index reads only what it has not seen.
    Column("n", BigInteger, Identity(always=True), nullable=False),
    Index("confirmed_titles_by_n", "classification", "n"),
)

imported_classifications = Table(
    "imported_classifications",
    metadata,
    Column("name", Text, primary_key=True),
    Column("imported_at", DateTime(timezone=True), nullable=False),
    # [{code, labels: {language: [..]}, alternatives: {language: [..]}, definition}, ...]
    Column("occupations", JSONB, nullable=False),
)
