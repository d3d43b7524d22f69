"""`/files/...`: streamed to and from the households service, never held in memory, signed for the caller.

The signature names the caller and the service but covers no digest: the body is not known before it has passed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import structlog

from chassis import correlation, telemetry
from chassis.errors import Breakdown, DependencyDown, NotFound, Refusal
from chassis.ids import new_id
from gateway.files.access import require_file_access
from gateway.http.answers import SAFE, Pairs, Started, send_empty, send_refusal
from gateway.http.body import Receive, Scope, Send, declared_length
from gateway.http.context import context_of, trace_parent
from gateway.http.exchange import Exchange
from gateway.http.headers import Headers
from gateway.http.negotiation import MediaType
from gateway.http.origins import Origins
from gateway.http.refusals import BodyTooLarge, ClientGone, HttpRefusal, MethodNotAllowed
from gateway.login.verifier import Login
from gateway.pipeline.stages import RequestContext, SubgraphUnavailable
from gateway.subgraphs.signing import SignedHeaders

PREFIX = "/files/"
METHODS = b"GET, POST, OPTIONS"
SERVICE = "households"
# Names of ours and ids of ours: no dots that climb, no escapes, no empty segments.
SAFE_PATH = re.compile(r"[A-Za-z0-9-]+(?:/[A-Za-z0-9_-]+)*(?:\.[a-z]{2,5})?")
SAFE_QUERY = re.compile(r"[A-Za-z0-9_.=&%-]*")
TO_SERVICE = ("content-type", "content-length", "accept", "idempotency-key")
TO_CLIENT = ("content-type", "content-length", "content-disposition", "location", "retry-after")

log = structlog.get_logger("gateway.files")


class FilesUnavailable(DependencyDown):
    code = "FILES_UNAVAILABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesProxy:
    """Implements an ASGI application for everything below /files/."""

    login: Login
    origins: Origins
    session: aiohttp.ClientSession
    signed: SignedHeaders
    base_url: str
    limit: int
    seconds: float

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        correlation_id = correlation.bind(str(new_id()))
        started = Started(send)
        shown: Pairs = ()
        try:
            headers = Headers.of(scope)
            origin = self.origins.require(headers)
            shown = self.origins.answer_headers(origin)
            if scope["method"] == "OPTIONS":
                await send_empty(started, 204, self.origins.preflight_headers(origin, METHODS))
                return
            exchange = Exchange(
                method=str(scope["method"]),
                path=str(scope["path"]),
                headers=headers,
                receive=receive,
                send=started,
                correlation_id=correlation_id,
                shown=(*shown, (b"x-correlation-id", correlation_id.encode("ascii"))),
            )
            await self._pass(exchange, scope.get("query_string", b""))
        except ClientGone:
            log.info("client_gone", correlation_id=correlation_id)
        except (Refusal, Breakdown) as refusal:
            if started.answered:
                # Half a file went out: only a broken connection tells the client so.
                raise
            status = await send_refusal(
                started, refusal, correlation_id=correlation_id, kind=MediaType.JSON, headers=shown
            )
            log.info("file_refused", status=status, code=refusal.code, correlation_id=correlation_id)

    async def _pass(self, exchange: Exchange, query: object) -> None:
        if exchange.method not in {"GET", "POST"}:
            raise MethodNotAllowed("Files are sent with POST and fetched with GET.")
        path = exchange.path.removeprefix(PREFIX)
        query_text = query.decode("latin-1") if isinstance(query, bytes) else ""
        if not SAFE_PATH.fullmatch(path) or not SAFE_QUERY.fullmatch(query_text):
            raise NotFound("There are no such files.")
        headers = exchange.headers
        token = await self.login.authenticate(headers.get("authorization"))
        require_file_access(token.actor, exchange.method, path)
        declared_length(headers, self.limit)
        ctx = context_of(headers, token.actor, correlation_id=exchange.correlation_id, seconds=self.seconds)
        url = f"{self.base_url}{PREFIX}{path}" + (f"?{query_text}" if query_text else "")
        with telemetry.span(
            "files", parent=trace_parent(headers), attributes={"http.request.method": exchange.method}
        ) as span:
            span.set_attribute("holdfast.correlation_id", ctx.correlation_id)
            status = await self._forward(url, exchange, ctx)
        log.info("file_passed", method=exchange.method, status=status, correlation_id=ctx.correlation_id)

    async def _forward(self, url: str, exchange: Exchange, ctx: RequestContext) -> int:
        upload = Upload(exchange.receive, self.limit) if exchange.method == "POST" else None
        try:
            outgoing = self.signed.of(ctx, subgraph=SERVICE, body=None)
            given = {name: exchange.headers.get(name) for name in TO_SERVICE}
            outgoing.update({name: value for name, value in given.items() if value})
            async with (
                asyncio.timeout(self.seconds),
                self.session.request(
                    exchange.method,
                    url,
                    data=upload.chunks() if upload is not None else None,
                    headers=outgoing,
                    allow_redirects=False,
                ) as answer,
            ):
                if answer.status == 401:
                    raise FilesUnavailable("The households service refused our signature.")
                await _relay(answer, exchange)
                return answer.status
        except (TimeoutError, aiohttp.ClientError, OSError, SubgraphUnavailable) as error:
            if upload is not None and upload.refusal is not None:
                raise upload.refusal from None
            raise FilesUnavailable(f"Files are not reached: {type(error).__name__}.") from None


class Upload:
    """The client's body as it arrives. What ended it early is kept: aiohttp shows only its own error."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self.refusal: HttpRefusal | ClientGone | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        size = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.refusal = ClientGone()
                raise self.refusal
            chunk = message.get("body", b"")
            if isinstance(chunk, bytes) and chunk:
                size += len(chunk)
                if size > self._limit:
                    self.refusal = BodyTooLarge(f"An upload may have up to {self._limit:,} bytes, its form included.")
                    raise self.refusal
                yield chunk
            if not message.get("more_body"):
                return


async def _relay(answer: aiohttp.ClientResponse, exchange: Exchange) -> None:
    kept = [
        (name.encode("ascii"), answer.headers[name].encode("latin-1")) for name in TO_CLIENT if name in answer.headers
    ]
    headers = [*kept, *SAFE, *exchange.shown]
    await exchange.send({"type": "http.response.start", "status": answer.status, "headers": headers})
    async for chunk in answer.content.iter_any():
        await exchange.send({"type": "http.response.body", "body": chunk, "more_body": True})
    await exchange.send({"type": "http.response.body", "body": b""})
