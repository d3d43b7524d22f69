"""The rig's processes, and a caller of theirs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from chassis.embedded import Engines
from chassis.embedded.ports import free_port
from chassis.identity import (
    SYSTEM_ACTOR,
    Actor,
    RequestSigner,
    Role,
    ensure_keys,
    load_private_key,
)
from tests.chassis.integration.conftest import create_database
from tests.chassis.rig import Begin
from tests.chassis.waiting import until

ROOT = Path(__file__).resolve().parents[4]
OFFICER = Actor(subject="officer-1", roles=frozenset({Role.COUNTY_ADMIN}), areas=("99/01/01/",))


@dataclass(slots=True)
class Running:
    process: Process
    url: str
    grpc: str
    keys: Path
    session: aiohttp.ClientSession
    lines: list[dict[str, object]] = field(default_factory=list)

    def signed(self, body: bytes | None, *, audience: str = "risk", signer: str = "gateway") -> dict[str, str]:
        header = RequestSigner(load_private_key(self.keys, signer)).header(OFFICER, audience=audience, body=body)
        return {"Authorization": header, "Content-Type": "application/json"}

    async def ask(self, query: str, **headers: str) -> dict[str, object]:
        body = json.dumps({"query": query}).encode()
        async with self.session.post(f"{self.url}/graphql", data=body, headers=self.signed(body) | headers) as answer:
            assert answer.status == 200, await answer.text()
            found: dict[str, object] = await answer.json()
            return found

    async def ready(self) -> bool:
        try:
            async with self.session.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def end(self, number: int = signal.SIGTERM) -> int:
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 20)


Start = Callable[..., Awaitable[Running]]


@asynccontextmanager
async def starting(database_url: str, broker_url: str, keys: Path) -> AsyncIterator[Start]:
    """Gives what starts processes on these engines; those still running at the end are killed."""
    ensure_keys(keys)
    session = aiohttp.ClientSession()
    running: list[Running] = []
    readers: list[asyncio.Task[None]] = []

    async def begin(role: str = "all", *, wait: bool = True, **settings: str) -> Running:
        http, grpc = free_port(), free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}",
            "HOLDFAST_MODE": "development",
            "HOLDFAST_DATABASE_URL": database_url,
            "HOLDFAST_NATS_URL": broker_url,
            "HOLDFAST_KEYS": str(keys),
            "HOLDFAST_HTTP_PORT": str(http),
            "HOLDFAST_GRPC_PORT": str(grpc),
            "HOLDFAST_DRAIN_SECONDS": "5",
            **settings,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            "from chassis.starting import run; from tests.chassis.rig import PROGRAM; run(PROGRAM)",
            role,
            cwd=ROOT,
            env=environment,
            stderr=PIPE,
        )
        one = Running(process, f"http://127.0.0.1:{http}", f"127.0.0.1:{grpc}", keys, session)
        running.append(one)
        readers.append(asyncio.create_task(_read(one)))
        if wait:
            await until(one.ready, seconds=60)
        return one

    yield begin
    for one in running:
        if one.process.returncode is None:
            one.process.kill()
        await one.process.wait()
    await asyncio.gather(*readers)
    await session.close()


@pytest.fixture
async def start(database_url: str, broker_url: str, tmp_path: Path) -> AsyncIterator[Start]:
    async with starting(database_url, broker_url, tmp_path / "keys") as begin:
        yield begin


@pytest.fixture(scope="module")
async def api_url(engines: Engines, rig_template: str) -> str:
    return await create_database(engines, "rig_api", rig_template)


@pytest.fixture(scope="module")
async def api(api_url: str, engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """One process for the tests that only ask."""
    async with starting(api_url, engines.nats.url, tmp_path_factory.mktemp("api") / "keys") as begin:
        yield await begin("api")


async def _read(one: Running) -> None:
    assert one.process.stderr is not None
    async for line in one.process.stderr:
        sys.stderr.write(line.decode())
        if line.startswith(b"{"):
            one.lines.append(json.loads(line))


async def words(begin: Begin, subject: str) -> list[str]:
    async with begin(SYSTEM_ACTOR) as work:
        return await work.words(subject)


async def equals(found: Awaitable[list[str]], expected: list[str]) -> bool:
    return await found == expected
