"""`/graphql` as a bare ASGI application: the wall in front of the pipeline, without a framework on the hot path."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

import orjson
import structlog

from chassis import correlation
from chassis.errors import Breakdown, Refusal
from chassis.ids import new_id
from gateway.graphiql.page import Page
from gateway.http.answers import Pairs, Started, graphql_status, send_bytes, send_empty, send_refusal
from gateway.http.body import Receive, Scope, Send, read_body, require_json
from gateway.http.context import context_of, trace_parent
from gateway.http.exchange import Exchange
from gateway.http.headers import Headers
from gateway.http.negotiation import MediaType, accepted, document_type, wants_page
from gateway.http.operations import Operations
from gateway.http.origins import Origins
from gateway.http.refusals import ClientGone, MethodNotAllowed
from gateway.http.shape import parse_request
from gateway.login.verifier import Login
from gateway.pipeline.stages import GraphQLRequest, OperationType
from gateway.subscriptions.sse import EventStreams

METHODS = b"POST, OPTIONS"

Sockets: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

log = structlog.get_logger("gateway.http")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bytes and seconds."""

    body_bytes: int
    body_seconds: float
    request_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLEndpoint:
    """`page` is GraphiQL, None where it is not served."""

    login: Login
    operations: Operations
    origins: Origins
    limits: Limits
    streams: EventStreams
    sockets: Sockets
    page: Page | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.sockets(scope, receive, send)
            return
        correlation_id = correlation.bind(str(new_id()))
        started = Started(send)
        kind = MediaType.JSON
        shown: Pairs = ()
        try:
            headers = Headers.of(scope)
            kind = document_type(headers.get("accept"))
            origin = self.origins.require(headers)
            shown = self.origins.answer_headers(origin)
            if scope["method"] == "POST":
                await self._post(
                    Exchange(
                        method="POST",
                        path="/graphql",
                        headers=headers,
                        receive=receive,
                        send=started,
                        correlation_id=correlation_id,
                        shown=(*shown, (b"x-correlation-id", correlation_id.encode("ascii"))),
                    )
                )
            else:
                await self._other(str(scope["method"]), headers, origin, started)
        except ClientGone:
            log.info("client_gone", correlation_id=correlation_id)
        except (Refusal, Breakdown) as refusal:
            status = await send_refusal(started, refusal, correlation_id=correlation_id, kind=kind, headers=shown)
            log.info("refused", status=status, code=refusal.code, correlation_id=correlation_id)
        except Exception as error:
            log.exception("request_failed", correlation_id=correlation_id)
            if started.answered:
                raise
            await send_refusal(
                started, _Unexpected(type(error).__name__), correlation_id=correlation_id, kind=kind, headers=shown
            )

    async def _post(self, exchange: Exchange) -> None:
        headers = exchange.headers
        kinds = accepted(headers.get("accept"))
        require_json(headers)
        token = await self.login.authenticate(headers.get("authorization"))
        body = await read_body(
            exchange.receive, headers, limit=self.limits.body_bytes, seconds=self.limits.body_seconds
        )
        request = parse_request(body)
        parent = trace_parent(headers)
        streamed = self._streams(request, kinds)
        ctx = context_of(
            headers,
            token.actor,
            correlation_id=exchange.correlation_id,
            seconds=self.limits.request_seconds,
        )
        if streamed:
            await self.streams.serve(request, ctx, exchange, expires_at=token.expires_at, parent=parent)
            return
        kind = next((each for each in kinds if each is not MediaType.STREAM), MediaType.JSON)
        response = await self.operations.run(request, ctx, parent)
        content = orjson.dumps(response.to_json())
        await send_bytes(exchange.send, graphql_status(response, kind), kind, content, exchange.shown)

    def _streams(self, request: GraphQLRequest, kinds: tuple[MediaType, ...]) -> bool:
        """Whether the answer is a stream: asked for alone or first, or a subscription by a client that takes one."""
        if MediaType.STREAM not in kinds:
            return False
        return kinds[0] is MediaType.STREAM or self.operations.kind(request) is OperationType.SUBSCRIPTION

    async def _other(self, method: str, headers: Headers, origin: str | None, send: Send) -> None:
        if method == "OPTIONS":
            await send_empty(send, 204, self.origins.preflight_headers(origin, METHODS))
        elif method in {"GET", "HEAD"} and self.page is not None and wants_page(headers.get("accept")):
            await self.page.send(send)
        else:
            raise MethodNotAllowed("Send queries and mutations with POST.")


class _Unexpected(Breakdown):
    code = "INTERNAL"
