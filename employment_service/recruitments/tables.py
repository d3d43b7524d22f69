"""Vacancies for which the platform asks a whole area."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Table, Text, Uuid

from employment_service.metadata import metadata

group_recruitments = Table(
    "group_recruitments",
    metadata,
    Column("vacancy_id", Uuid, primary_key=True),
    Column("area_path", Text, primary_key=True),
    Column("opened_by", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
)
