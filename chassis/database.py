"""One PostgreSQL database, and the area wall that every transaction sets for its row-level security."""

from __future__ import annotations

import re
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeAlias

import asyncpg
from sqlalchemy import event, make_url, text
from sqlalchemy.connectors.asyncio import AsyncAdapt_Error
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
_WALL_SIGNS = re.compile("[0-9/~]*")


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


class WalledConnection(asyncpg.Connection):  # type: ignore[misc]  # it comes without types
    """Raises the area wall in the round trip of the BEGIN that it belongs to, and commits together with last words."""

    wall: tuple[str, str] | None = None
    """Of the next transaction."""
    roles: str = ""
    """Of whoever the next transaction is for, each between commas."""
    last_words: tuple[str, ...] = ()
    """Statements of the open transaction that go in the round trip of its COMMIT; without them it does not commit."""

    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str:
        if query.startswith("BEGIN"):
            self.last_words = ()
            if self.wall is not None:
                (low, high), self.wall = self.wall, None
                query += (
                    f" select set_config('app.area_from', '{low}', true), set_config('app.area_to', '{high}', true),"
                    f" set_config('app.roles', '{self.roles}', true);"
                )
        elif self.last_words and query.startswith("COMMIT"):
            return await self._commit(query, timeout)
        return str(await super().execute(query, *args, timeout=timeout))

    async def _commit(self, query: str, timeout: float | None) -> str:
        words, self.last_words = self.last_words, ()
        try:
            return str(await super().execute("; ".join((*words, query)), timeout=timeout))
        except asyncpg.PostgresError:
            # A COMMIT that fails by itself ends the transaction; one that was not reached leaves it open.
            if self.is_in_transaction():
                await super().execute("ROLLBACK")
            raise


Driver: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def driver_of(connection: AsyncConnection) -> Driver:
    """The driver's own connection, in the transaction of `connection`.

    For the few statements that nearly every question needs: going through SQLAlchemy costs more than they take to
    run. What fails is the driver's own error.
    """
    adapted = _adapted(connection)
    if adapted._transaction is None:  # noqa: SLF001 - nothing public begins one
        try:
            await adapted._start_transaction()  # noqa: SLF001 - as above
        except AsyncAdapt_Error as error:
            raise (error.__cause__ or error) from None
    return adapted.driver_connection


async def say_last(connection: AsyncConnection, statement: str) -> None:
    """Runs `statement` right before the COMMIT of the transaction of `connection`, in the same round trip.

    It holds its locks no longer than that. It takes no arguments (`chassis.literals`), and one that fails takes the
    transaction back.
    """
    driver: Any = await driver_of(connection)
    driver.last_words = (*driver.last_words, statement)


def _adapted(connection: AsyncConnection) -> Any:  # noqa: ANN401 - SQLAlchemy's, without types
    if connection.sync_connection is None:
        raise TypeError("The connection was not opened.")
    return connection.sync_connection.connection.dbapi_connection


@dataclass(frozen=True, slots=True)
class Database:
    engine: AsyncEngine

    @staticmethod
    def connect(url: str, *, pool_size: int = 8) -> Database:
        """`url`: postgresql+asyncpg://... Connections are opened when first needed."""
        # No error's text repeats the values of a statement: they are of persons.
        engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=15,
            hide_parameters=True,
            connect_args={"connection_class": WalledConnection},
        )
        _look_at_rested_connections(engine)
        return Database(engine)

    def raise_wall(self, connection: AsyncConnection, actor: Actor) -> None:
        """Sets the area wall for the next transaction of `connection`, which has sent nothing yet, and for that one."""
        wall = area_wall(actor)
        driver = _adapted(connection).driver_connection
        if driver.is_in_transaction() or not all(map(_WALL_SIGNS.fullmatch, wall)):
            raise ValueError("A wall is raised where a transaction begins, and is made of area paths.")
        driver.wall = wall
        driver.roles = "".join(f",{role}," for role in sorted(actor.roles))

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
        if connection is not None:
            # Of a transaction that never sent anything.
            connection.driver_connection.wall = None
            connection.driver_connection.last_words = ()
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
    # While a connection is opened, and of what `driver_of` gives, the driver's own errors come through as they are.
    if isinstance(error, asyncpg.PostgresError):
        return _state_of(error).startswith(PASSING_STATES)
    if isinstance(error, asyncpg.InterfaceError):
        return "closed" in str(error)
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
