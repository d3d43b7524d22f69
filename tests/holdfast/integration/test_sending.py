"""Following long work while what does it goes away and comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from chassis.errors import DependencyDown
from holdfast.demo.endpoint import Caller, UnexpectedAnswer
from holdfast.sending import follow

RUNNING: dict[str, object] = {"data": {"job": {"state": "RUNNING", "progress": {"done": 1, "total": 2}}}}
DONE: dict[str, object] = {"data": {"job": {"state": "DONE", "progress": {"done": 2, "total": 2}}}}
Script = list[dict[str, object] | None]


def failed(code: str) -> dict[str, object]:
    return {"data": {"job": None}, "errors": [{"message": "No.", "path": ["job"], "extensions": {"code": code}}]}


@asynccontextmanager
async def answering(script: Script) -> AsyncIterator[Caller]:
    """An endpoint that gives one answer after the other, the last for ever; None breaks the connection."""

    async def answer(request: web.Request) -> web.StreamResponse:
        body = script.pop(0) if len(script) > 1 else script[0]
        if body is None:
            assert request.transport is not None
            request.transport.close()
        return web.json_response(body or {})

    app = web.Application()
    app.router.add_post("/graphql", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with aiohttp.ClientSession() as session:
            yield Caller(session=session, url=f"http://127.0.0.1:{port}/graphql", token="t")
    finally:
        await runner.cleanup()


async def followed(script: Script, *, patience_seconds: float = 20) -> str:
    async with answering(script) as caller:
        done = await follow(caller, "query", id_="7", root="job", title="Importing", patience_seconds=patience_seconds)
    return done.text("state")


async def test_work_is_followed_to_its_end() -> None:
    assert await followed([RUNNING, RUNNING, DONE]) == "DONE"


async def test_a_service_that_is_away_for_a_moment_does_not_end_the_following() -> None:
    away = [failed("SUBGRAPH_UNAVAILABLE"), failed("DEPENDENCY_DOWN"), None]
    assert await followed([RUNNING, *away, RUNNING, DONE]) == "DONE"


async def test_a_service_that_stays_away_ends_it_with_a_word_on_what_was_sent() -> None:
    with pytest.raises(DependencyDown, match=r"Nothing has answered for 1 seconds\. What was sent is kept.*\(id 7\)"):
        await followed([failed("SUBGRAPH_UNAVAILABLE")], patience_seconds=0.6)


async def test_any_other_error_ends_it_at_once() -> None:
    with pytest.raises(UnexpectedAnswer, match="FORBIDDEN"):
        await followed([RUNNING, failed("FORBIDDEN"), DONE])
