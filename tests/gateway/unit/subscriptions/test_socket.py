"""A socket and its operations when something of ours breaks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from chassis.identity import Actor, Role
from chassis.identity.tokens import VerifiedToken
from chassis.metrics import Metrics
from gateway.http.headers import Headers
from gateway.http.operations import Operations
from gateway.http.origins import Origins
from gateway.pipeline.stages import GraphQLRequest, GraphQLResponse, OperationType, RequestContext
from gateway.subscriptions.leases import Leases
from gateway.subscriptions.operations import SocketOperations
from gateway.subscriptions.websocket import SocketLimits, WebSockets

ACTOR = Actor(subject="s", roles=frozenset({Role.COUNTY_APPROVER}), areas=("99/01/01/",))
REQUEST = GraphQLRequest(document="subscription { a }")


@dataclass
class Stream:
    """Gives one event, then fails; notes that it was closed."""

    failure: Exception
    closed: bool = False
    contexts: list[RequestContext] = field(default_factory=list)

    def kind(self, request: GraphQLRequest) -> OperationType:
        if request.document == "broken":
            raise self.failure
        return OperationType.SUBSCRIPTION

    async def serve(self, request: GraphQLRequest, ctx: RequestContext) -> GraphQLResponse:
        raise self.failure

    async def subscribe(
        self, request: GraphQLRequest, ctx: RequestContext
    ) -> GraphQLResponse | AsyncIterator[GraphQLResponse]:
        self.contexts.append(ctx)
        return self._events()

    async def _events(self) -> AsyncIterator[GraphQLResponse]:
        try:
            yield GraphQLResponse(data={"a": 1})
            raise self.failure
        finally:
            self.closed = True


def operations(stream: Stream, write: Callable[[str], Any]) -> SocketOperations:
    made = Operations(pipeline=stream, metrics=Metrics())
    return SocketOperations(made, Headers({}), write, places=5, request_seconds=5.0)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


async def test_a_stream_that_breaks_ends_its_operation_with_one_masked_error() -> None:
    stream, said = Stream(KeyError("a name")), []

    async def write(text: str) -> None:
        said.append(json.loads(text))

    running = operations(stream, write)
    await running.start("one", REQUEST, ACTOR, "c-1")
    await until(lambda: len(said) == 2)
    await until(lambda: "one" not in running)

    assert said[0] == {"id": "one", "type": "next", "payload": {"data": {"a": 1}}}
    extensions = {"code": "INTERNAL", "correlationId": "c-1"}
    error = {"message": "This cannot be answered now.", "extensions": extensions}
    assert said[1] == {"id": "one", "type": "error", "payload": [error]}
    assert stream.closed


async def test_a_defect_before_the_stream_is_told_too() -> None:
    said: list[dict[str, Any]] = []

    async def write(text: str) -> None:
        said.append(json.loads(text))

    running = operations(Stream(KeyError("a name")), write)
    await running.start("one", GraphQLRequest(document="broken"), ACTOR, "c-1")
    await until(lambda: bool(said))

    assert (said[0]["type"], said[0]["payload"][0]["extensions"]["code"]) == ("error", "INTERNAL")


async def test_a_stream_is_closed_when_its_client_cannot_be_told() -> None:
    stream = Stream(KeyError("a name"))

    async def write(text: str) -> None:
        raise OSError("gone")

    running = operations(stream, write)
    await running.start("one", REQUEST, ACTOR, "c-1")
    await until(lambda: "one" not in running and stream.closed)


@dataclass
class Client:
    """A client's side of one socket; what it is sent may fail."""

    messages: list[MutableMapping[str, Any]]
    failing: Exception | None = None
    sent: list[MutableMapping[str, Any]] = field(default_factory=list)

    async def receive(self) -> MutableMapping[str, Any]:
        if self.messages:
            return self.messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(self, message: MutableMapping[str, Any]) -> None:
        self.sent.append(message)
        if message["type"] == "websocket.send" and self.failing is not None:
            raise self.failing


class Anybody:
    async def authenticate(self, header: str) -> VerifiedToken:
        return VerifiedToken(actor=ACTOR, expires_at=4_000_000_000)


@pytest.mark.parametrize(
    ("failing", "last"),
    [
        (KeyError("a name"), {"type": "websocket.close", "code": 4500, "reason": "Internal error"}),
        (OSError("gone"), {"type": "websocket.send", "text": '{"type":"connection_ack"}'}),
    ],
    ids=["a defect of ours", "the client left"],
)
async def test_a_socket_that_breaks_is_closed_with_the_code_for_our_defects(
    failing: Exception, last: dict[str, object]
) -> None:
    init = {"type": "websocket.receive", "text": '{"type":"connection_init"}'}
    client = Client([{"type": "websocket.connect"}, init], failing)
    sockets = WebSockets(
        login=Anybody(),  # type: ignore[arg-type]  # stands in for the login
        operations=Operations(pipeline=Stream(failing), metrics=Metrics()),
        origins=Origins(frozenset()),
        leases=Leases(5),
        stopping=asyncio.Event(),
        limits=SocketLimits(subscriptions=5, message_bytes=1000, request_seconds=5.0),
    )
    scope: dict[str, object] = {
        "type": "websocket",
        "headers": [(b"host", b"a")],
        "subprotocols": ["graphql-transport-ws"],
    }

    await sockets(scope, client.receive, client.send)

    assert client.sent[-1] == last
