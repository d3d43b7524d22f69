"""What PostgreSQL knows of freshly filled tables: nothing until it is told to count, and it plans badly until then."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_OWN = text("""
    select format('%I.%I', schemaname, tablename) from pg_tables
    where pg_has_role(tableowner, 'usage') and schemaname not in ('pg_catalog', 'information_schema')
        and (cardinality(cast(:names as text[])) = 0 or tablename = any(cast(:names as text[])))
    order by 1
    """)


async def refresh_statistics(connection: AsyncConnection, *tables: str) -> None:
    """Of these tables, without names of all; those that belong to another role are left as they are."""
    own = list(await connection.scalars(_OWN, {"names": list(tables)}))
    if own:
        await connection.execute(text(f"ANALYZE {', '.join(own)}"))
