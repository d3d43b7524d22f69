"""A running gateway before two small subgraphs, each a process of its own, as in production."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from chassis.identity import Actor, Role, TokenIssuer, ensure_keys, load_private_key
from gateway.composition.compose import compose
from gateway.composition.subgraph import SubgraphSource
from tests.gateway.integration.toy.graph import schema_of

ROOT = Path(__file__).resolve().parents[3]
TOY = Path(__file__).with_name("toy") / "serve.py"
PAGE_ORIGIN = "https://work.example"
START_SECONDS = 90.0
APPROVER = Actor(subject="approver-1", roles=frozenset({Role.COUNTY_APPROVER}), areas=("99/01/01/",))
ADMIN = Actor(subject="admin-1", roles=frozenset({Role.COUNTY_ADMIN}), areas=("99/01/01/",))
WORKER = Actor(subject="worker-1", roles=frozenset({Role.WORKER}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True, kw_only=True)
class Part:
    """One process: started, killed and started again at the same address."""

    command: list[str]
    environment: Mapping[str, str]
    url: str
    log: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, cwd=ROOT, env=dict(self.environment), stdout=output, stderr=output
            )
        await self.answering()

    async def answering(self) -> None:
        until = asyncio.get_running_loop().time() + START_SECONDS
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                ended = self.process is not None and self.process.returncode is not None
                assert not ended, self.log.read_text()
                assert asyncio.get_running_loop().time() < until, self.log.read_text()
                await asyncio.sleep(0.05)

    async def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(by)
        return await asyncio.wait_for(self.process.wait(), START_SECONDS)


@dataclass(slots=True, kw_only=True)
class World:
    folder: Path
    keys: Path
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.parts["gateway"].url

    @property
    def events(self) -> Path:
        return self.folder / "events"

    def bearer(self, actor: Actor = APPROVER, *, seconds: int = 600, at: float | None = None) -> str:
        issuer = TokenIssuer(key=load_private_key(self.keys, "issuer"))
        return "Bearer " + issuer.issue(actor, seconds=seconds, at=at)

    def headers(self, actor: Actor = APPROVER, **more: str) -> dict[str, str]:
        given = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": self.bearer(actor), "Content-Type": "application/json", **given}

    def asked(self) -> int:
        """How many operations have reached the subgraphs since the beginning."""
        log = self.folder / "asked"
        return len(log.read_text().splitlines()) if log.exists() else 0

    def raise_alert(self, identifier: str, household: str = "7") -> None:
        with self.events.open("a") as events:
            events.write(f'{{"id": "{identifier}", "level": "RED", "household": "{household}"}}\n')

    def gateway_environment(self, port: int, **settings: str) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}",
            "HOLDFAST_MODE": "development",
            "HOLDFAST_DATA": str(self.folder),
            "HOLDFAST_KEYS": str(self.keys),
            "HOLDFAST_HTTP_PORT": str(port),
            "HOLDFAST_DRAIN_SECONDS": "2",
            "HOLDFAST_GATEWAY_SUPERGRAPH": str(self.folder / "supergraph.graphql"),
            "HOLDFAST_GATEWAY_CORS_ORIGINS": f"{PAGE_ORIGIN}, http://localhost:5173",
            "HOLDFAST_GATEWAY_HOUSEHOLDS_URL": self.parts["households"].url,
            "HOLDFAST_GATEWAY_RISK_URL": self.parts["risk"].url,
            "HOLDFAST_GATEWAY_BODY_SECONDS": "1",
            "HOLDFAST_GATEWAY_SUBGRAPH_SECONDS": "3",
            "HOLDFAST_GATEWAY_SUBGRAPH_LIMIT": "1000000",
            "HOLDFAST_GATEWAY_UPLOAD_LIMIT": "3000000",
        } | settings

    def gateway(self, name: str = "gateway", **settings: str) -> Part:
        port = free_port()
        return Part(
            command=[sys.executable, "-m", "gateway"],
            environment=self.gateway_environment(port, **settings),
            url=f"http://127.0.0.1:{port}",
            log=self.folder / f"{name}.log",
        )


@pytest.fixture(scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("gateway")
    ensure_keys(folder / "keys")
    made = World(folder=folder, keys=folder / "keys")
    made.events.touch()
    sources = []
    for name in ("households", "risk"):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        arguments = [name, str(port), str(made.keys), str(made.events), str(folder / "asked")]
        made.parts[name] = Part(
            command=[sys.executable, str(TOY), *arguments],
            environment={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}"},
            url=url,
            log=folder / f"{name}.log",
        )
        sources.append(SubgraphSource(name=name, url=f"{url}/graphql/", sdl=schema_of(name).as_str()))
    (folder / "supergraph.graphql").write_text(compose(sources), encoding="utf-8")
    made.parts["gateway"] = made.gateway()
    try:
        await asyncio.gather(*(part.start() for part in made.parts.values()))
        yield made
    finally:
        for part in made.parts.values():
            if part.process is not None:
                await part.stop()


@pytest.fixture(scope="session")
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made
