"""Recruitment safeguards: everybody may read them, that is their purpose."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from employment_service.metadata import metadata

recruitment_safeguards = Table(
    "recruitment_safeguards",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("monitor_subject", Text, nullable=False),
    Column("monitor_organisation", Text, nullable=False),
    Column("monitor_contact", Text, nullable=False),
    Column("grievance_line", Text, nullable=False),
    Column("languages", ARRAY(Text), nullable=False),
    Column("refusal_rule_published_on", Date),
    Column("next_audit_on", Date),
    Column("valid_until", Date, nullable=False),
    Column("activated_on", Date, nullable=False),
    Column("activated_by", Text, nullable=False),
    Column("monitor_stepped_down_at", DateTime(timezone=True)),
    Column("suspended_at", DateTime(timezone=True)),
    Column("superseded_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Index("recruitment_safeguards_by_area", "area_path", "activated_on"),
)
