"""What is done once every service's copies have followed."""

from __future__ import annotations

from sqlalchemy import text

from chassis.database import Database
from holdfast.seed.settling import count_tables

COUNTED = text("""
    select count(*) filter (where c.reltuples >= 0), count(*)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
        and pg_has_role(c.relowner, 'usage')
    """)


async def test_the_tables_of_every_service_are_counted(
    households_database_url: str, employment_database_url: str, risk_database_url: str
) -> None:
    urls = {
        "households": households_database_url,
        "employment": employment_database_url,
        "risk": risk_database_url,
    }
    await count_tables(urls)
    for url in urls.values():
        database = Database.connect(url, pool_size=1)
        async with database.engine.begin() as connection:
            counted, tables = (await connection.execute(COUNTED)).one()
        await database.close()
        assert counted == tables > 20
