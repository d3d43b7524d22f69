"""One service and the gateway as processes of their own over a database, and one caller's connections."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.http_caller import HttpCaller
from chassis.clock import OffsetClock
from chassis.embedded.ports import free_port
from chassis.identity import Actor, TokenIssuer, load_private_key
from chassis.identity.keys import ensure_keys
from holdfast.settings import ROOT
from holdfast.up.part import ServiceProcess

_START_SECONDS = 60.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicEndpoint:
    """`pids`: of the processes that an answer is made by."""

    url: str
    issuer: TokenIssuer
    pids: dict[str, int]
    running: AsyncExitStack = field(repr=False)

    async def caller(self, actor: Actor) -> HttpCaller:
        """A connection of this actor, closed at the end."""
        headers = {
            "authorization": f"Bearer {self.issuer.issue(actor)}",
            "content-type": "application/json",
            "accept": "application/json",
        }
        caller = await HttpCaller.open(self.url, headers)
        self.running.push_async_callback(caller.close)
        return caller


@asynccontextmanager
async def public_endpoint(
    folder: Path, service: str, database_url: str, *, vault_key: bytes, now: datetime | None = None
) -> AsyncIterator[PublicEndpoint]:
    """`service`: "households" or "employment". `folder`: for keys and logs. `now`: what their clock says at first."""
    keys = folder / "keys"
    ensure_keys(keys)
    (keys / f"{service}-vault.key").write_bytes(vault_key)
    clock = folder / "clock-offset"
    if now is not None:
        OffsetClock(clock).set_offset(now - datetime.now(UTC))
    ports = {service: free_port(), "gateway": free_port()}
    shared = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}",
        "HOLDFAST_MODE": "development" if now is None else "demo",
        "HOLDFAST_CLOCK_FILE": str(clock),
        "HOLDFAST_DATA": str(folder),
        "HOLDFAST_KEYS": str(keys),
    }
    own = {
        service: {"HOLDFAST_DATABASE_URL": database_url, "HOLDFAST_GRPC_PORT": str(free_port())},
        "gateway": {f"HOLDFAST_GATEWAY_{service.upper()}_URL": f"http://127.0.0.1:{ports[service]}"},
    }
    words = {service: (f"{service}_service", "api"), "gateway": ("gateway",)}
    async with AsyncExitStack() as running:
        pids: dict[str, int] = {}
        for name, port in ports.items():
            process = ServiceProcess(
                name=name,
                words=words[name],
                environment=shared | own[name] | {"HOLDFAST_HTTP_PORT": str(port)},
                folder=ROOT,
                port=port,
                log=folder / f"{name}.log",
                report=_silent,
            )
            running.push_async_callback(process.stop)
            await process.start()
            await _until_alive(process)
            pids[name] = process.pid or 0
        yield PublicEndpoint(
            url=f"http://127.0.0.1:{ports['gateway']}/graphql",
            issuer=TokenIssuer(key=load_private_key(keys, "issuer")),
            pids=pids,
            running=running,
        )


async def _until_alive(process: ServiceProcess) -> None:
    """Ready it is not: events of a registry loaded without a broker wait for one."""
    async with asyncio.timeout(_START_SECONDS):
        while not await process.alive(1.0):
            await asyncio.sleep(_POLL_SECONDS)


def _silent(_part: str, _line: str) -> None:
    """Its log is a file."""
