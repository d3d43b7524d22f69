"""Subscriptions as server-sent events, and what happens to them when parts are killed."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from chassis.identity import Actor
from gateway.subgraphs.answers import MASKED
from tests.gateway.integration.conftest import APPROVER, PAGE_ORIGIN, WORKER, World
from tests.gateway.integration.toy.graph import SECRET

STREAM = "text/event-stream"
RAISED = 'subscription { alertRaised(area: "99/01/01/") { alert { id level household { code seenBy } } } }'
SEEN = "approver-1 COUNTY_APPROVER 99/01/01/ en"


class Events:
    """Reads one stream, event by event."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer

    async def next(self, seconds: float = 20.0) -> tuple[str, Any]:
        """Name and data; ("end", None) when the connection ended, whatever was said before."""
        name, data = "", ""
        async with asyncio.timeout(seconds):
            while True:
                line = (await self.answer.content.readline()).decode()
                if not line:
                    return "end", None
                if line == "\n":
                    if name:
                        return name, json.loads(data) if data else None
                elif line.startswith("event: "):
                    name = line[7:].strip()
                elif line.startswith("data: "):
                    data = line[6:].strip()

    async def opened(self) -> None:
        """The first heartbeat says that the stream stands."""
        assert await self.answer.content.readline() == b":\n"


@asynccontextmanager
async def subscribed(
    world: World,
    query: str = RAISED,
    *,
    actor: Actor = APPROVER,
    headers: dict[str, str] | None = None,
    **variables: object,
) -> AsyncIterator[Events]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{world.url}/graphql",
            json={"query": query, "variables": variables},
            headers=world.headers(actor, Accept=STREAM) | (headers or {}),
        ) as answer,
    ):
        yield Events(answer)


async def until_listening(world: World, before: int) -> None:
    """The subgraph has been asked for the place to begin at and for the stream."""
    async with asyncio.timeout(10):
        while world.asked() < before + 2:
            await asyncio.sleep(0.01)


def alert(identifier: str) -> dict[str, Any]:
    household = {"code": "HH-7", "seenBy": SEEN}
    return {"data": {"alertRaised": {"alert": {"id": identifier, "level": "RED", "household": household}}}}


async def test_events_arrive_completed_from_the_other_subgraph(world: World) -> None:
    before = world.asked()
    async with subscribed(world) as events:
        assert (events.answer.status, events.answer.content_type) == (200, STREAM)
        assert events.answer.headers["x-accel-buffering"] == "no"
        await events.opened()
        await until_listening(world, before)
        world.raise_alert("first")
        world.raise_alert("second")

        assert await events.next() == ("next", alert("first"))
        assert await events.next() == ("next", alert("second"))


async def test_a_cursor_replays_what_was_missed(world: World) -> None:
    query = """subscription($after: String) {
      alertRaised(area: "99/01/01/", after: $after) { cursor alert { id } }
    }"""
    behind = len(world.events.read_text().splitlines())
    world.raise_alert("missed-1")
    world.raise_alert("missed-2")

    async with subscribed(world, query, after=str(behind)) as events:
        for number, identifier in enumerate(("missed-1", "missed-2"), behind + 1):
            expected = {"cursor": str(number), "alert": {"id": identifier}}
            assert await events.next() == ("next", {"data": {"alertRaised": expected}})


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
async def test_a_subgraph_that_goes_and_comes_back_costs_no_event(world: World, by: signal.Signals) -> None:
    """Also for a client that never asked for a cursor, and for what is raised while the subgraph is away."""
    before = world.asked()
    async with subscribed(world) as events:
        await until_listening(world, before)
        world.raise_alert("before")
        assert await events.next() == ("next", alert("before"))

        await world.parts["risk"].stop(by)
        world.raise_alert("while-away")
        await world.parts["risk"].start()
        world.raise_alert("after")

        assert await events.next() == ("next", alert("while-away"))
        assert await events.next() == ("next", alert("after"))


async def test_nothing_is_missed_when_the_subgraph_dies_before_the_first_event(world: World) -> None:
    before = world.asked()
    async with subscribed(world) as events:
        await events.opened()
        await until_listening(world, before)
        await world.parts["risk"].stop(signal.SIGKILL)
        world.raise_alert("first-ever")
        await world.parts["risk"].start()

        assert await events.next() == ("next", alert("first-ever"))


async def test_a_subgraph_that_completes_entities_may_be_away(world: World) -> None:
    before = world.asked()
    async with subscribed(world) as events:
        await until_listening(world, before)
        await world.parts["households"].stop(signal.SIGKILL)
        try:
            world.raise_alert("half")
            name, body = await events.next()
        finally:
            await world.parts["households"].start()

        assert name == "next"
        assert body["data"] is None
        assert {error["extensions"]["code"] for error in body["errors"]} == {"SUBGRAPH_UNAVAILABLE"}
        world.raise_alert("whole")
        assert await events.next() == ("next", alert("whole"))


@pytest.mark.parametrize(
    ("_case", "actor", "area", "status", "code"),
    [
        ("a role without it", WORKER, "99/01/01/", 403, "FORBIDDEN"),
        ("another county", APPROVER, "99/02/01/", 403, "FORBIDDEN"),
    ],
)
async def test_a_refused_subscription_opens_no_stream(
    world: World, _case: str, actor: Actor, area: str, status: int, code: str
) -> None:
    before = world.asked()
    query = f'subscription {{ alertRaised(area: "{area}") {{ cursor }} }}'
    async with subscribed(world, query, actor=actor) as events:
        body = await events.answer.json(content_type=None)

    assert (events.answer.status, body["errors"][0]["extensions"]["code"]) == (status, code)
    assert world.asked() == before


async def test_a_refusal_by_the_subgraph_ends_the_stream_with_its_code(world: World) -> None:
    query = 'subscription { alertRaised(area: "99/01/01/009/") { cursor } }'
    async with subscribed(world, query) as events:
        name, body = await events.next()
        assert name == "next"
        assert body["errors"][0]["message"] == "This is not yours."
        assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert await events.next() == ("complete", None)
        assert await events.next() == ("end", None)


async def test_what_breaks_in_a_subgraphs_stream_is_masked(world: World) -> None:
    query = 'subscription { alertRaised(area: "99/01/01/008/") { cursor } }'
    async with subscribed(world, query) as events:
        name, body = await events.next()

        assert (name, body["errors"][0]["message"]) == ("next", MASKED)
        assert body["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert SECRET not in json.dumps(body)


async def test_a_query_may_be_asked_for_as_a_stream_too(world: World) -> None:
    async with subscribed(world, "{ alert(id: 1) { id } }") as events:
        assert await events.next() == ("next", {"data": {"alert": {"id": "1"}}})
        assert await events.next() == ("complete", None)


async def test_a_stream_ends_when_its_login_does(world: World) -> None:
    headers = {"Authorization": world.bearer(APPROVER, seconds=2)}
    async with subscribed(world, headers=headers) as events:
        name, body = await events.next()

        assert name == "next"
        assert body["errors"][0]["extensions"]["code"] == "TOKEN_EXPIRED"
        assert await events.next() == ("complete", None)


async def test_a_page_off_the_list_gets_no_stream(world: World) -> None:
    async with subscribed(world, headers={"Origin": "https://evil.example"}) as events:
        assert events.answer.status == 403
    async with subscribed(world, headers={"Origin": PAGE_ORIGIN}) as events:
        assert events.answer.headers["access-control-allow-origin"] == PAGE_ORIGIN
        await events.opened()


async def test_places_for_streams_are_limited_and_a_stop_sends_clients_to_come_back(world: World) -> None:
    """A gateway of its own with one place; stopped, it ends the stream without `complete` and leaves with 0."""
    part = world.gateway("one-place", HOLDFAST_GATEWAY_CONNECTIONS="1")
    await part.start()
    own = World(folder=world.folder, keys=world.keys, parts=world.parts | {"gateway": part})
    async with subscribed(own) as events:
        await events.opened()
        async with subscribed(own) as second:
            assert second.answer.status == 503
            assert (await second.answer.json())["errors"][0]["extensions"]["code"] == "TOO_MANY_CONNECTIONS"

        status = await part.stop(signal.SIGTERM)

        name, _ = await events.next()
        assert name == "end"
        assert status == 0
