from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from chassis.database import Database
from tests.employment_service.town import Town

KEPT = ("alembic_version",)
# Rows that refer to others go first.
REFERRING = (
    "terms_mismatches",
    "trips",
    "group_trips",
    "travel_subsidies",
    "wage_arrears",
    "grievance_steps",
    "wage_confirmations",
    "placement_steps",
    "follow_ups",
    "placements",
    "vacancy_places",
    "vacancy_terms",
    "vacancies",
    "employer_inspections",
    "matching_prices",
    "matching_proposals",
    "matching_runs",
)


@pytest.fixture(scope="module")
async def database(employment_database_url: str) -> AsyncIterator[Database]:
    opened = Database.connect(employment_database_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def emptying(database: Database) -> str:
    """Deletes every row inside the whole wall; many times faster than truncating tables that hold a few."""
    async with database.engine.connect() as connection:
        rows = await connection.execute(
            text("select schemaname, tablename from pg_tables where schemaname in ('public', 'chassis')")
        )
        names = [f"{row.schemaname}.{row.tablename}" for row in rows if row.tablename not in KEPT]
    first = [f"public.{name}" for name in REFERRING]
    ordered = [*first, *(name for name in names if name not in first)]
    wall = "perform set_config('app.area_from', '0', true), set_config('app.area_to', '~', true),"
    wall += " set_config('app.guard', 'on', true);"
    return f"do $$ begin {wall} {' '.join(f'delete from {name};' for name in ordered)} end $$"


@pytest.fixture
async def town(database: Database, emptying: str) -> Town:
    """An empty county: every table of the module's database is emptied before each test."""
    async with database.engine.begin() as connection:
        await connection.execute(text(emptying))
    return Town(database)
