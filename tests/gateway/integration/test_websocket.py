"""graphql-transport-ws, message by message."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from chassis.identity import Actor
from tests.gateway.integration.conftest import ADMIN, APPROVER, PAGE_ORIGIN, WORKER, World
from tests.gateway.integration.test_sse import alert, until_listening

SUBPROTOCOL = "graphql-transport-ws"
RAISED = 'subscription { alertRaised(area: "99/01/01/") { alert { id level household { code seenBy } } } }'


class Socket:
    def __init__(self, inner: aiohttp.ClientWebSocketResponse) -> None:
        self.inner = inner

    async def say(self, kind: str, identifier: str | None = None, payload: Any = None) -> None:
        message = {"type": kind, "id": identifier, "payload": payload}
        await self.inner.send_json({name: value for name, value in message.items() if value is not None})

    async def subscribe(self, identifier: str, query: str, **variables: object) -> None:
        await self.say("subscribe", identifier, {"query": query, "variables": variables})

    async def hear(self, seconds: float = 20.0) -> Any:
        """The next message; pings are no part of the conversation. An int is the code of the close."""
        async with asyncio.timeout(seconds):
            while True:
                message = await self.inner.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return self.inner.close_code
                told = message.json()
                if told != {"type": "ping"}:
                    return told


@asynccontextmanager
async def connected(
    world: World, *, origin: str | None = None, protocols: tuple[str, ...] = (SUBPROTOCOL,)
) -> AsyncIterator[Socket]:
    headers = {"Origin": origin} if origin else {}
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{world.url}/graphql", protocols=protocols, headers=headers) as inner,
    ):
        yield Socket(inner)


@asynccontextmanager
async def logged_in(world: World, actor: Actor = APPROVER, **login: Any) -> AsyncIterator[Socket]:
    async with connected(world) as socket:
        await socket.say("connection_init", payload={"Authorization": world.bearer(actor, **login)})
        assert await socket.hear() == {"type": "connection_ack"}
        yield socket


async def test_events_arrive_and_an_operation_can_be_ended(world: World) -> None:
    before = world.asked()
    async with logged_in(world) as socket:
        await socket.subscribe("one", RAISED)
        await until_listening(world, before)
        world.raise_alert("ws-1")
        assert await socket.hear() == {"id": "one", "type": "next", "payload": alert("ws-1")}

        await socket.say("complete", "one")
        await socket.say("complete", "never-started")
        world.raise_alert("ws-2")
        await socket.subscribe("two", "{ alert(id: 1) { id } }")
        assert await socket.hear() == {"id": "two", "type": "next", "payload": {"data": {"alert": {"id": "1"}}}}
        assert await socket.hear() == {"id": "two", "type": "complete"}


async def test_an_id_is_free_again_when_its_operation_is_over(world: World) -> None:
    async with logged_in(world) as socket:
        for _ in range(3):
            await socket.subscribe("same", "{ __typename }")
            assert await socket.hear() == {"id": "same", "type": "next", "payload": {"data": {"__typename": "Query"}}}
            assert await socket.hear() == {"id": "same", "type": "complete"}


async def test_a_killed_subgraph_does_not_cost_the_client_its_stream(world: World) -> None:
    before = world.asked()
    async with logged_in(world) as socket:
        await socket.subscribe("one", RAISED)
        await until_listening(world, before)
        # It reads all the while, as a client does: pings come while the part is away, and want an answer.
        async with asyncio.TaskGroup() as listening:
            heard = listening.create_task(socket.hear(120))
            await world.parts["risk"].stop(signal.SIGKILL)
            world.raise_alert("ws-while-away")
            await world.parts["risk"].start()

        assert heard.result() == {"id": "one", "type": "next", "payload": alert("ws-while-away")}


async def test_what_is_refused_is_told_as_an_error_of_its_operation(world: World) -> None:
    before = world.asked()
    async with logged_in(world, WORKER) as socket:
        await socket.subscribe("a", RAISED)
        error = await socket.hear()
        assert (error["id"], error["type"]) == ("a", "error")
        assert error["payload"][0]["extensions"]["code"] == "FORBIDDEN"

        await socket.subscribe("b", "{ nothing }")
        error = await socket.hear()
        assert (error["id"], error["type"]) == ("b", "error")
        assert error["payload"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert world.asked() == before


async def test_mutations_run_over_a_socket_too(world: World) -> None:
    query = "mutation($i: RecordIncomeInput!) { recordIncome(input: $i) { ... on Income { amount } } }"
    async with logged_in(world, ADMIN) as socket:
        await socket.subscribe("m", query, i={"areaPath": "99/01/01/", "amount": "7.00"})
        payload = {"data": {"recordIncome": {"amount": "7.00"}}}
        assert await socket.hear() == {"id": "m", "type": "next", "payload": payload}


@pytest.mark.parametrize("authorization", [None, "", "Bearer x", 7, "expired"])
async def test_a_bad_login_closes_the_socket(world: World, authorization: object) -> None:
    if authorization == "expired":
        authorization = world.bearer(seconds=1, at=1_600_000_000)
    async with connected(world) as socket:
        await socket.say("connection_init", payload={"Authorization": authorization})
        assert await socket.hear() == 4403


async def test_nothing_runs_before_the_login(world: World) -> None:
    before = world.asked()
    async with connected(world) as socket:
        await socket.subscribe("one", "{ alert(id: 1) { id } }")
        assert await socket.hear() == 4401
    assert world.asked() == before


async def test_a_second_login_closes_the_socket(world: World) -> None:
    async with logged_in(world) as socket:
        await socket.say("connection_init", payload={"Authorization": world.bearer()})
        assert await socket.hear() == 4429


async def test_one_id_is_one_operation(world: World) -> None:
    async with logged_in(world) as socket:
        await socket.subscribe("one", RAISED)
        await socket.subscribe("one", RAISED)
        assert await socket.hear() == 4409


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "{}", '{"type":"start"}', '{"type":"subscribe"}', '{"type":"subscribe","id":"a","payload":{"query":1}}',
     '{"type":"subscribe","id":7,"payload":{"query":"{__typename}"}}', '{"type":"ping","payload":[]}',
     '{"type":"subscribe","id":"a","payload":{"query":"{__typename}","variables":' + '{"a":' * 40 + "1" + "}" * 42],
)  # fmt: skip
async def test_messages_outside_the_protocol_close_the_socket(world: World, text: str) -> None:
    async with logged_in(world) as socket:
        await socket.inner.send_str(text)
        assert await socket.hear() == 4400


async def test_binary_messages_close_the_socket(world: World) -> None:
    async with logged_in(world) as socket:
        await socket.inner.send_bytes(b'{"type":"ping"}')
        assert await socket.hear() == 4400


async def test_an_oversized_message_closes_the_socket(world: World) -> None:
    async with logged_in(world) as socket:
        await socket.subscribe("a", "{ __typename }", a="x" * 2_000_000)
        assert await socket.hear() in {1006, 1009, 4400}


async def test_a_ping_is_answered_with_its_payload(world: World) -> None:
    async with connected(world) as socket:
        await socket.say("ping", payload={"at": 1})
        assert await socket.hear() == {"type": "pong", "payload": {"at": 1}}


async def test_a_socket_ends_with_its_login(world: World) -> None:
    async with logged_in(world, seconds=2) as socket:
        await socket.subscribe("one", RAISED)
        assert await socket.hear() == 4403


async def test_another_subprotocol_is_refused(world: World) -> None:
    async with connected(world, protocols=("graphql-ws",)) as socket:
        assert await socket.hear() == 4406


async def test_pages_off_the_list_open_no_socket(world: World) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with connected(world, origin="https://evil.example"):
            pass
    assert refused.value.status == 403
    async with connected(world, origin=PAGE_ORIGIN) as socket:
        await socket.say("ping")
        assert await socket.hear() == {"type": "pong"}


async def test_operations_over_one_socket_are_limited(world: World) -> None:
    async with logged_in(world) as socket:
        for number in range(20):
            await socket.subscribe(str(number), RAISED)
        await socket.subscribe("one-too-many", RAISED)
        error = await socket.hear()
        assert (error["id"], error["payload"][0]["extensions"]["code"]) == ("one-too-many", "TOO_MANY_SUBSCRIPTIONS")


async def test_a_gateway_that_stops_says_goodbye_and_leaves_with_zero(world: World) -> None:
    part = world.gateway("stopping")
    await part.start()
    own = World(folder=world.folder, keys=world.keys, parts=world.parts | {"gateway": part})
    async with logged_in(own) as socket:
        await socket.subscribe("one", RAISED)
        stopping = asyncio.create_task(part.stop(signal.SIGTERM))
        assert await socket.hear() in {1001, 1012}
        assert await stopping == 0
