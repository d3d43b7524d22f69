"""Policies that replace the defaults, for an area from a day on."""

from __future__ import annotations

from sqlalchemy import Column, Date, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from employment_service.metadata import metadata

employment_policies = Table(
    "employment_policies",
    metadata,
    Column("applies_under", Text, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("version", Text, nullable=False),
    # Fields of EmploymentPolicy that differ from the default.
    Column("figures", JSONB, nullable=False),
)
