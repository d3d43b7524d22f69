"""A database with the chassis' tables and the rig's, fresh for each test; a broker emptied for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import nats
import pytest

from chassis.database import Database, driver_url
from chassis.embedded import Engines
from chassis.migrate import migrate
from tests.chassis.rig import PROGRAM, Begin, opener

NewDatabase = Callable[[], Awaitable[str]]
_numbers = count(1)
_TEMPLATE = "rig_template"


async def create_database(engines: Engines, name: str, template: str) -> str:
    connection = await asyncpg.connect(driver_url(engines.postgres.admin_url))
    try:
        await connection.execute(
            f'create database "{name}" template "{template}" owner "holdfast_risk" strategy file_copy'
        )
    finally:
        await connection.close()
    return urlunsplit(urlsplit(engines.postgres.url("risk"))._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
async def rig_template(engines: Engines) -> str:
    await migrate(await create_database(engines, _TEMPLATE, "template0"), PROGRAM.migrations)
    return _TEMPLATE


@pytest.fixture
async def new_database(engines: Engines, rig_template: str) -> NewDatabase:
    return lambda: create_database(engines, f"rig_{next(_numbers)}", rig_template)


@pytest.fixture
async def database_url(new_database: NewDatabase) -> str:
    return await new_database()


@pytest.fixture
async def bare_database_url(engines: Engines) -> str:
    return await create_database(engines, f"bare_{next(_numbers)}", "template0")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database.connect(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def begin(database: Database) -> Begin:
    return opener(database)


@pytest.fixture
async def broker_url(engines: Engines) -> str:
    client = await nats.connect(engines.nats.url)
    streams = client.jetstream()
    for stream in await streams.streams_info():
        assert stream.config.name is not None
        await streams.delete_stream(stream.config.name)
    await client.close()
    return engines.nats.url
