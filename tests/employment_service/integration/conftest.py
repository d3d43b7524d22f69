from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from chassis.database import Database
from tests.employment_service.town import Town

KEPT = ("alembic_version",)


@pytest.fixture(scope="module")
async def database(employment_database_url: str) -> AsyncIterator[Database]:
    opened = Database.connect(employment_database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def town(database: Database) -> Town:
    """An empty county: every table of the module's database is emptied before each test."""
    async with database.engine.begin() as connection:
        rows = await connection.execute(
            text(
                "select schemaname || '.' || tablename as name, tablename from pg_tables where schemaname in ('public', 'chassis')"
            )
        )
        names = ", ".join(row.name for row in rows if row.tablename not in KEPT)
        await connection.execute(text(f"truncate {names} cascade"))
    return Town(database)
