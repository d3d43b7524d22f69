"""Freshly filled tables are counted, by whoever owns them and in any transaction."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from chassis.statistics import refresh_statistics


async def counted(connection: AsyncConnection) -> dict[str, float]:
    found = await connection.execute(text("select relname, reltuples from pg_class where relname like 'fill%'"))
    return {row[0]: row[1] for row in found}


async def test_named_tables_are_counted_and_without_names_all(database_url: str) -> None:
    engine = create_async_engine(database_url)
    try:
        async with engine.begin() as connection:
            for name in ('"fill Ä"', "filled"):
                await connection.execute(text(f"create table {name} as select generate_series(1, 300) as number"))
            assert await counted(connection) == {"fill Ä": -1, "filled": -1}
            await refresh_statistics(connection, "filled", "no such table", "pg_class")
            assert await counted(connection) == {"fill Ä": -1, "filled": 300}
            await refresh_statistics(connection)
            assert await counted(connection) == {"fill Ä": 300, "filled": 300}
    finally:
        await engine.dispose()
