"""The broker killed, and its store wiped, while events flow; on a broker of the test's own."""

from __future__ import annotations

import asyncio
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.database import Database
from chassis.embedded import Engines
from tests.chassis.integration.conftest import NewDatabase
from tests.chassis.integration.messaging.flow import flowing
from tests.chassis.rig import opener, say
from tests.chassis.waiting import until

ROUNDS = 3


@pytest.fixture
async def own_broker() -> AsyncIterator[Engines]:
    folder = Path(tempfile.mkdtemp(prefix="holdfast-tests-broker-"))
    folder.chmod(0o711)
    engines = Engines.prepare(folder / "data", durable=False)
    await engines.nats.start()
    yield engines
    await engines.stop()
    shutil.rmtree(folder)


@pytest.mark.parametrize("wiped", [False, True], ids=["killed", "killed-and-wiped"])
@pytest.mark.slow
async def test_a_killed_broker_loses_doubles_and_disorders_nothing(
    database: Database, database_url: str, new_database: NewDatabase, own_broker: Engines, wiped: bool
) -> None:
    source_url = await new_database()
    source = Database.connect(source_url)
    broker = own_broker.nats
    async with flowing(source_url, database_url, broker.url):
        for number in range(ROUNDS):
            saying = asyncio.create_task(_say_many(source, number))
            await until(lambda number=number: _has(database, number * 40 + 10))  # type: ignore[misc]  # a default that binds the number
            await broker.process.end(((signal.SIGKILL, 5.0),))
            if wiped:
                shutil.rmtree(broker.store)
            await broker.start()
            await saying
            await until(lambda number=number: _has(database, (number + 1) * 40), seconds=60)  # type: ignore[misc]  # a default that binds the number
    async with database.engine.connect() as connection:
        rows = await connection.execute(text("select subject_id, sequence from effects order by n"))
        by_subject: dict[str, list[int]] = {}
        for row in rows:
            by_subject.setdefault(row.subject_id, []).append(row.sequence)
        assert await connection.scalar(text("select count(*) from chassis.parked")) == 0
    assert by_subject == {f"s{subject}": list(range(1, ROUNDS * 10 + 1)) for subject in range(4)}
    await source.close()


async def _say_many(source: Database, number: int) -> None:
    for word in range(10):
        for subject in range(4):
            await say(opener(source), f"{number}-{word}", subject=f"s{subject}")


async def _has(database: Database, expected: int) -> bool:
    async with database.engine.connect() as connection:
        return int(await connection.scalar(text("select count(*) from effects")) or 0) >= expected
