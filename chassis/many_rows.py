"""Many rows in one statement: whatever their number, it is compiled once and planned once, and the driver sends one
value instead of one for each column of each row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import orjson
from sqlalchemy import Table, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

# The database takes them apart again: by the types of the table's own columns.
_INSERT = """
    insert into {table} ({columns})
    select {columns} from json_populate_recordset(cast(null as {table}), cast(cast(:rows as text) as json))
    {conflict}
"""


async def insert_rows(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """`rows`, all with the same columns, in their order; columns left out take their default."""
    if rows:
        await _execute(connection, _statement(table, tuple(rows[0]), ()), rows)


async def put_rows(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    *,
    key: tuple[str, ...],
    keep: bool = False,
    newest_by: str = "",
) -> None:
    """As `insert_rows`; a row with the same key is overwritten. No two of `rows` have the same key.

    `keep`: what is there stays instead. `newest_by`: it stays where it is newer by this column.
    """
    if rows:
        await _execute(connection, _statement(table, tuple(rows[0]), key, keep=keep, newest_by=newest_by), rows)


async def _execute(connection: AsyncConnection, statement: TextClause, rows: Sequence[Mapping[str, object]]) -> None:
    await connection.execute(statement, {"rows": orjson.dumps(rows, default=_plain).decode()})


@cache
def _statement(
    table: Table, columns: tuple[str, ...], key: tuple[str, ...], *, keep: bool = False, newest_by: str = ""
) -> TextClause:
    """Names come from the tables' definitions, never from a caller's data."""
    conflict = ""
    if key:
        changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
        newer = f" where excluded.{newest_by} >= {table.name}.{newest_by}" if newest_by else ""
        conflict = f"on conflict ({', '.join(key)}) do {'nothing' if keep else f'update set {changed}{newer}'}"
    return text(_INSERT.format(table=table.fullname, columns=", ".join(columns), conflict=conflict))


def _plain(value: object) -> str:
    """What JSON has no form for, as the database reads it."""
    return "\\x" + value.hex() if isinstance(value, bytes) else str(value)
