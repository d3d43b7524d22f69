"""The households service and the gateway as processes of their own over a database, and one caller's connection."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import orjson

from benchmarks.http_caller import HttpCaller
from benchmarks.lookup_registry import LOOK_UP, OFFICER, VAULT_KEY, answered
from chassis.embedded.ports import free_port
from chassis.identity import TokenIssuer, load_private_key
from chassis.identity.keys import ensure_keys
from holdfast.settings import ROOT
from holdfast.up.part import ServiceProcess

_START_SECONDS = 60.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicEndpoint:
    """`pids`: of the processes that an answer is made by."""

    caller: HttpCaller
    pids: dict[str, int]

    async def look_up(self, question: dict[str, object]) -> list[UUID]:
        answer = await self.caller.post(orjson.dumps({"query": LOOK_UP, "variables": {"input": question}}))
        return answered(orjson.loads(answer))


@asynccontextmanager
async def public_endpoint(folder: Path, database_url: str) -> AsyncIterator[PublicEndpoint]:
    """`folder`: for keys and logs."""
    keys = folder / "keys"
    ensure_keys(keys)
    (keys / "households-vault.key").write_bytes(VAULT_KEY)
    ports = {"households": free_port(), "gateway": free_port()}
    shared = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}",
        "HOLDFAST_MODE": "development",
        "HOLDFAST_DATA": str(folder),
        "HOLDFAST_KEYS": str(keys),
    }
    own = {
        "households": {"HOLDFAST_DATABASE_URL": database_url, "HOLDFAST_GRPC_PORT": str(free_port())},
        "gateway": {"HOLDFAST_GATEWAY_HOUSEHOLDS_URL": f"http://127.0.0.1:{ports['households']}"},
    }
    words = {"households": ("households_service", "api"), "gateway": ("gateway",)}
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
        token = TokenIssuer(key=load_private_key(keys, "issuer")).issue(OFFICER)
        headers = {
            "authorization": f"Bearer {token}",
            "content-type": "application/json",
            "accept": "application/json",
        }
        caller = await HttpCaller.open(f"http://127.0.0.1:{ports['gateway']}/graphql", headers)
        running.push_async_callback(caller.close)
        yield PublicEndpoint(caller=caller, pids=pids)


async def _until_alive(process: ServiceProcess) -> None:
    """Ready it is not: events of a registry loaded without a broker wait for one."""
    async with asyncio.timeout(_START_SECONDS):
        while not await process.alive(1.0):
            await asyncio.sleep(_POLL_SECONDS)


def _silent(_part: str, _line: str) -> None:
    """Its log is a file."""
