"""One PostgreSQL database, and the area wall that every transaction sets for its row-level security."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import asyncpg
from sqlalchemy import event, make_url, text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as SQLAlchemyTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from chassis.errors import Breakdown, DependencyDown, HoldfastError
from chassis.identity import Actor, Role

# Path characters lie between these two in the "C" collation.
EVERYWHERE = ("0", "~")
NOWHERE = ("", "")
RESTED_SECONDS = 5.0
# Connection lost, serialization failure or deadlock, no resources, shut down by an operator, system error.
PASSING_STATES = ("08", "40", "53", "57P", "58")
# These act over their own things, which the use cases check; an area says nothing about them.
UNBOUND_ROLES = frozenset({Role.SYSTEM, Role.HOUSEHOLD, Role.WORKER, Role.EMPLOYER, Role.DEPARTMENT})
# Made once: every transaction begins with it.
_RAISE_WALL = text("select set_config('app.area_from', :low, true), set_config('app.area_to', :high, true)")


def area_wall(actor: Actor) -> tuple[str, str]:
    """The range [from, to) of area paths that row-level security lets this actor's transactions touch.

    The second wall is coarse on purpose: several areas become the range of their common prefix, and the use
    case's own check is the exact one.
    """
    if actor.roles & UNBOUND_ROLES:
        return EVERYWHERE
    if not actor.areas:
        return NOWHERE
    low, high = min(actor.areas), max(actor.areas)
    prefix = low[
        : next((n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    ]
    return (prefix, prefix + "~") if prefix else EVERYWHERE


@dataclass(frozen=True, slots=True)
class Database:
    engine: AsyncEngine

    @staticmethod
    def connect(url: str, *, pool_size: int = 8) -> Database:
        """`url`: postgresql+asyncpg://... Connections are opened when first needed."""
        # No error's text repeats the values of a statement: they are of persons.
        engine = create_async_engine(
            url, pool_size=pool_size, max_overflow=pool_size, pool_timeout=15, hide_parameters=True
        )
        _look_at_rested_connections(engine)
        return Database(engine)

    async def raise_wall(self, connection: AsyncConnection, actor: Actor) -> None:
        """Sets the area wall for the transaction that `connection` is in, and for that one only."""
        low, high = area_wall(actor)
        await connection.execute(_RAISE_WALL, {"low": low, "high": high})

    async def ping(self) -> None:
        async with self.engine.connect() as connection:
            await connection.execute(text("select 1"))

    async def close(self) -> None:
        await self.engine.dispose()


def _look_at_rested_connections(engine: AsyncEngine) -> None:
    """A connection that the server closed is never handed out; one that rested is asked whether it lives.

    Asking costs three round trips, more than many a use case, so whatever worked a moment ago is not asked.
    """

    @event.listens_for(engine.sync_engine, "checkin")
    def rests(connection: AsyncAdapt_asyncpg_connection | None, record: ConnectionPoolEntry) -> None:
        del connection
        record.info["rests_since"] = monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def wakes(connection: AsyncAdapt_asyncpg_connection, record: ConnectionPoolEntry, proxy: object) -> None:
        del proxy
        since = record.info.pop("rests_since", None)
        if since is None:
            return
        if connection.driver_connection.is_closed():
            raise InvalidatePoolError
        if monotonic() - since > RESTED_SECONDS:
            try:
                connection.ping()  # type: ignore[no-untyped-call]  # the driver is untyped
            except (connection.dbapi.Error, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                raise InvalidatePoolError from None


def is_connection_loss(error: BaseException) -> bool:
    """Whether the database was away, so that the same work may succeed later."""
    if isinstance(error, DBAPIError):
        return (
            error.connection_invalidated
            or isinstance(error, InterfaceError | OperationalError)
            or _state_of(error.orig).startswith(PASSING_STATES)
        )
    # While a connection is opened the driver's own errors come through as they are.
    if isinstance(error, asyncpg.PostgresError):
        return _state_of(error).startswith(PASSING_STATES)
    # A bare OSError is what asyncio makes of several addresses of one host that all refused.
    return isinstance(error, ConnectionError | TimeoutError | SQLAlchemyTimeout) or type(error) is OSError


def _state_of(error: BaseException | None) -> str:
    return str(getattr(error, "sqlstate", None) or "")


def breakdown_code(error: BaseException) -> str:
    """What a caller is told of a failure of ours: whether to try the same again later, or to report it."""
    if isinstance(error, HoldfastError):
        return error.code
    return DependencyDown.code if is_connection_loss(error) else Breakdown.code


def driver_url(url: str) -> str:
    """The URL as the driver itself takes it, for a connection beside the pool: to listen, to hold a lock."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
