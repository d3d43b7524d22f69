"""Vacancies, every version of their terms, and how many places are held.

Counters lie apart from the vacancy: whoever offers a place may not be allowed to change the vacancy itself.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from employment_service.metadata import metadata

vacancies = Table(
    "vacancies",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("employer_id", Uuid, ForeignKey("employers.id"), nullable=False),
    Column("area_path", Text, nullable=False),
    Column("terms_number", Integer, nullable=False),
    Column("qualifications", ARRAY(Text), nullable=False),
    Column("demands", ARRAY(Text), nullable=False),
    Column("least_age", Integer, nullable=False),
    Column("group_recruitment", Boolean, nullable=False),
    Column("languages", ARRAY(Text), nullable=False),
    Column("farm_leave", Boolean, nullable=False),
    Column("places", Integer, nullable=False),
    Column("least_batch", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("occupation", Text),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Index("vacancies_by_area", "area_path", "id"),
    Index("vacancies_by_employer", "employer_id"),
)

vacancy_terms = Table(
    "vacancy_terms",
    metadata,
    Column("vacancy_id", Uuid, ForeignKey("vacancies.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
    Column("employer_name", Text, nullable=False),
    Column("workplace_name", Text, nullable=False),
    Column("workplace_lat", Float, nullable=False),
    Column("workplace_lon", Float, nullable=False),
    Column("task", Text, nullable=False),
    Column("monthly_wage_cents", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("pay_day", Integer, nullable=False),
    Column("shift_from_minutes", Integer, nullable=False),
    Column("shift_to_minutes", Integer, nullable=False),
    Column("weekly_hours", Integer, nullable=False),
    Column("housing", Text, nullable=False),
    Column("contract_months", Integer, nullable=False),
    Column("notice_days", Integer, nullable=False),
    Column("help_contact", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    # [[kind, cents a month], ...]
    Column("deductions", JSONB, nullable=False),
    # Of one offer alone; null: of the vacancy.
    Column("offer_id", Uuid),
    # A list of TermsText.
    Column("texts", JSONB, nullable=False),
)

vacancy_places = Table(
    "vacancy_places",
    metadata,
    Column("vacancy_id", Uuid, ForeignKey("vacancies.id"), primary_key=True),
    Column("reserved", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
)
