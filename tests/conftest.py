"""Engines for integration tests: one PostgreSQL and one NATS per run, a fresh database per test module.

`households_database_url`, `employment_database_url`, `risk_database_url`: migrated by the service's own
migrations, cloned from a template, as the service's own role. `fresh_database` makes further ones.
`empty_database_url`: nothing in it. `nats_url`: JetStream without streams.

With `-n 2` (the default of `make test`) each worker has engines of its own.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

# Read when gRPC is first imported. Its fork handlers end a child that was forked to become an engine of another
# account, between fork and exec.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"

import asyncpg
import nats
import pytest

from chassis.embedded import Engines
from chassis.embedded.provision import plain_url
from chassis.embedded.scratch import scratch_folder

REPOSITORY = Path(__file__).resolve().parent.parent

type_of_folder = {"unit": None, "integration": "integration", "e2e": "e2e"}
FreshDatabase = Callable[[str], Awaitable[str]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test's folder says what it needs. Among several workers the longest pieces go first."""
    for item in items:
        for part in item.path.relative_to(REPOSITORY).parts:
            if marker := type_of_folder.get(part):
                item.add_marker(marker)
    if hasattr(config, "workerinput"):
        items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """The systems first, then the engines, and the many small ones to even out the end."""
    names = {marker.name for marker in item.iter_markers()}
    return 0 if "e2e" in names else 1 if "integration" in names else 2


def piece_of(nodeid: str) -> str:
    """What one worker runs in one go: tests that share a system or a template, otherwise a module."""
    module = nodeid.partition("::")[0]
    _, first, *rest = module.split("/")
    if first == "e2e":
        return f"tests/{first}"
    return f"tests/{first}/integration" if rest[0] == "integration" else module


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    from xdist.scheduler import LoadScopeScheduling

    class Pieces(LoadScopeScheduling):  # type: ignore[misc]  # its library comes without types
        def _split_scope(self, nodeid: str) -> str:
            return piece_of(nodeid)

    config.option.loadscopereorder = False
    return Pieces(config, log)


class _SocketWall:
    """Unit tests open no network socket; one that does fails at once and by name."""

    def __init__(self) -> None:
        self.standing = False
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.standing and event in {"socket.connect", "socket.bind"} and isinstance(arguments[1], tuple):
            raise RuntimeError("A unit test opened a network socket: move it to the integration tests.")


_wall = _SocketWall()


@pytest.fixture(autouse=True)
def no_network_in_unit_tests(request: pytest.FixtureRequest) -> Iterator[None]:
    _wall.standing = "unit" in request.path.relative_to(REPOSITORY).parts
    yield
    _wall.standing = False


@pytest.fixture(scope="session")
async def engines() -> AsyncIterator[Engines]:
    """Both engines in a folder of their own, without crash safety. Gone after the run."""
    async with scratch_folder("tests") as data, Engines.prepare(data, durable=False) as started:
        yield started


@pytest.fixture(scope="session")
async def fresh_database(engines: Engines) -> FreshDatabase:
    """`await fresh_database("households")`: URL of a new database with the service's schema, nothing in it."""
    numbers = count(1)
    migrated: set[str] = set()
    turn = asyncio.Lock()

    async def make(service: str) -> str:
        async with turn:
            if service not in migrated:
                await _migrate(service, engines.postgres.url(service))
                migrated.add(service)
            return await _clone(engines, service, template=f"holdfast_{service}", name=f"{service}_{next(numbers)}")

    return make


async def _clone(engines: Engines, service: str, *, template: str, name: str) -> str:
    connection = await asyncpg.connect(plain_url(engines.postgres.admin_url))
    try:
        await connection.execute(
            f'create database "{name}" template "{template}" owner "holdfast_{service}" strategy file_copy'
        )
    finally:
        await connection.close()
    return urlunsplit(urlsplit(engines.postgres.url(service))._replace(path=f"/{name}"))


async def _migrate(service: str, url: str) -> None:
    """By the command an operator uses, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"{service}_service",
        "migrate",
        cwd=REPOSITORY,
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'proto'}",
            "HOLDFAST_MODE": "development",
            "HOLDFAST_DATABASE_URL": url,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, f"Migrating {service} failed:\n{output.decode()}"


@pytest.fixture(scope="module")
async def households_database_url(fresh_database: FreshDatabase) -> str:
    return await fresh_database("households")


@pytest.fixture(scope="module")
async def employment_database_url(fresh_database: FreshDatabase) -> str:
    return await fresh_database("employment")


@pytest.fixture(scope="module")
async def risk_database_url(fresh_database: FreshDatabase) -> str:
    return await fresh_database("risk")


_empty_numbers = count(1)


@pytest.fixture(scope="module")
async def empty_database_url(engines: Engines) -> str:
    """A database without a table, owned by the role of the households service, who is no superuser."""
    return await _clone(engines, "households", template="template0", name=f"empty_{next(_empty_numbers)}")


@pytest.fixture(scope="module")
async def nats_url(engines: Engines) -> str:
    """The broker, emptied of all streams."""
    client = await nats.connect(engines.nats.url)
    try:
        broker = client.jetstream()
        for stream in await broker.streams_info():
            assert stream.config.name is not None
            await broker.delete_stream(stream.config.name)
    finally:
        await client.close()
    return engines.nats.url
