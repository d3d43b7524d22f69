"""Server-sent events: the "distinct connections" mode of the GraphQL over SSE protocol.

One POST is one operation; each result is a `next` event, the end is `complete`. A comment every few seconds keeps
proxies from closing the stream and tells us when the client is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

import orjson

from chassis.identity import TokenExpired
from gateway.http.answers import SAFE, Pairs, graphql_status, send_bytes
from gateway.http.body import Receive, Send
from gateway.http.exchange import Exchange
from gateway.http.negotiation import MediaType
from gateway.http.operations import Operations, failure_entries
from gateway.pipeline.stages import GraphQLRequest, GraphQLResponse, OperationType, RequestContext
from gateway.subscriptions.feed import Feed
from gateway.subscriptions.leases import Leases, seconds_left

HEARTBEAT_SECONDS = 12.0
COMPLETE = b"event: complete\ndata:\n\n"
HEARTBEAT = b":\n\n"
STREAM_HEADERS: Pairs = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"x-accel-buffering", b"no"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStreams:
    operations: Operations
    leases: Leases
    stopping: asyncio.Event
    heartbeat_seconds: float = HEARTBEAT_SECONDS

    async def serve(
        self,
        request: GraphQLRequest,
        ctx: RequestContext,
        exchange: Exchange,
        *,
        expires_at: float,
        parent: Mapping[str, str] | None = None,
    ) -> None:
        """Answers until the subscription, the client, the login or this process ends.

        What is refused before anything ran is answered as one JSON document with its status.
        """
        with self.leases.lease():
            if self.operations.kind(request) is OperationType.SUBSCRIPTION:
                opened = await self.operations.open(request, ctx, parent)
            else:
                opened = await self.operations.run(request, ctx, parent)
            if isinstance(opened, GraphQLResponse) and not opened.executed:
                kind = MediaType.RESPONSE
                body = orjson.dumps(opened.to_json())
                await send_bytes(exchange.send, graphql_status(opened, kind), kind, body, exchange.shown)
                return
            headers = [*STREAM_HEADERS, *SAFE, *exchange.shown]
            await exchange.send({"type": "http.response.start", "status": 200, "headers": headers})
            if isinstance(opened, GraphQLResponse):
                await _write(exchange.send, _next(opened) + COMPLETE, last=True)
                return
            await _write(exchange.send, HEARTBEAT)
            last = await self._pump(opened, exchange, expires_at)
            if last is not None:
                await _write(exchange.send, last, last=True)

    async def _pump(
        self, events: AsyncIterator[GraphQLResponse], exchange: Exchange, expires_at: float
    ) -> bytes | None:
        """Passes events on; gives back the last words, None when there is nobody to say them to."""
        gone = asyncio.create_task(_disconnected(exchange.receive))
        stop = asyncio.create_task(self.stopping.wait())
        try:
            async with aclosing(Feed(events)) as feed:
                while True:
                    left = seconds_left(expires_at)
                    if left <= 0:
                        raise TokenExpired("The token has expired.")
                    arrived = await feed.next(seconds=min(left, self.heartbeat_seconds), unless=(gone, stop))
                    if gone.done():
                        return None
                    if arrived.ended:
                        return COMPLETE
                    if stop.done():
                        # A process that stops does not say `complete`: the client shall come back.
                        return b""
                    await _write(exchange.send, HEARTBEAT if arrived.response is None else _next(arrived.response))
        except Exception as error:  # noqa: BLE001 - the edge: the client is told that its stream broke
            entries = failure_entries(error, exchange.correlation_id)
            return _next(GraphQLResponse(errors=entries, executed=False)) + COMPLETE
        finally:
            for task in (gone, stop):
                task.cancel()
            await asyncio.gather(gone, stop, return_exceptions=True)


def _next(response: GraphQLResponse) -> bytes:
    return b"event: next\ndata: " + orjson.dumps(response.to_json()) + b"\n\n"


async def _write(send: Send, body: bytes, *, last: bool = False) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": not last})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
