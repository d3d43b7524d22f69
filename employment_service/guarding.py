"""The guard's way to rows that nobody who acts may see.

Flags, holds, traces of sessions and the little that is kept of a no lie behind a wall of the database that opens to
the independent monitor and to the clockwork. While a person acts, the rules still have to weigh them: for the
statements inside `guarding`, and no longer, this transaction passes the wall. Nothing read there may be given back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

SETTING = "app.guard"
_ON = text(f"select set_config('{SETTING}', 'on', true)")
_OFF = text(f"select set_config('{SETTING}', '', true)")


@asynccontextmanager
async def guarding(connection: AsyncConnection) -> AsyncIterator[None]:
    await connection.execute(_ON)
    try:
        yield
    except DBAPIError:
        # The transaction is broken and ends; the setting ends with it.
        raise
    except BaseException:
        await connection.execute(_OFF)
        raise
    await connection.execute(_OFF)
