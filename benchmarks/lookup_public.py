"""Looking people up through the gateway and the households service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import orjson

from benchmarks.http_caller import HttpCaller
from benchmarks.lookup_registry import LOOK_UP, OFFICER, VAULT_KEY, answered
from benchmarks.public_endpoint import public_endpoint as endpoint


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
    async with endpoint(folder, "households", database_url, vault_key=VAULT_KEY) as running:
        yield PublicEndpoint(caller=await running.caller(OFFICER), pids=running.pids)
