"""Requests to subgraphs: answers over kept wires, streams over a client library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field

import aiohttp
import structlog
from opentelemetry import trace

from chassis import telemetry
from gateway.pipeline.stages import (
    OperationType,
    RequestContext,
    SubgraphRequest,
    SubgraphResponse,
    SubgraphUnavailable,
)
from gateway.subgraphs.answers import decode, encode
from gateway.subgraphs.signing import SignedHeaders
from gateway.subgraphs.streams import SubgraphStream
from gateway.subgraphs.wires import (
    CONNECT_SECONDS,
    CONNECTIONS_PER_ADDRESS,
    KEEPALIVE_SECONDS,
    AnswerTooLarge,
    WireLost,
    Wires,
)

# Statuses under which a subgraph answers in GraphQL. 401 means that it refused our signature: no caller's doing.
GRAPHQL_STATUSES = frozenset({200, 400, 403, 422})

log = structlog.get_logger("gateway.subgraphs")


def open_session() -> aiohttp.ClientSession:
    """For streams, files and login keys: pooled, no cookies, proxies or compression. Needs a running loop."""
    connector = aiohttp.TCPConnector(
        limit=0, limit_per_host=CONNECTIONS_PER_ADDRESS, keepalive_timeout=KEEPALIVE_SECONDS
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        skip_auto_headers=("User-Agent", "Accept-Encoding"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgraphHttp:
    """Implements `stages.Subgraphs`. `urls` holds base addresses by subgraph name."""

    session: aiohttp.ClientSession
    wires: Wires
    signed: SignedHeaders
    urls: Mapping[str, str]
    seconds: float
    limit: int
    resumable: Mapping[str, str | None] = field(default_factory=dict)
    patience_seconds: float = 120.0

    def address(self, subgraph: str) -> str:
        try:
            return f"{self.urls[subgraph]}/graphql/"
        except KeyError:
            raise SubgraphUnavailable(f"No address is set for {subgraph}.") from None

    async def send(self, subgraph: str, request: SubgraphRequest, ctx: RequestContext) -> SubgraphResponse:
        """One answer. Raises SubgraphUnavailable, also when the request's deadline is over."""
        body = encode(request)
        url = self.address(subgraph)
        with telemetry.span(f"fetch {subgraph}", kind=trace.SpanKind.CLIENT) as span:
            span.set_attribute("graphql.operation.type", request.operation_type.value)
            span.set_attribute("holdfast.subgraph", subgraph)
            try:
                async with asyncio.timeout(self._seconds_left(ctx)):
                    content = await self._post(subgraph, url, body, request.operation_type, ctx)
            except TimeoutError:
                failure = SubgraphUnavailable(f"{subgraph} did not answer in time.")
            except OSError as error:
                failure = SubgraphUnavailable(f"{subgraph} is not reached: {type(error).__name__}.")
            except SubgraphUnavailable as error:
                failure = error
            else:
                return decode(subgraph, content)
            log.warning(
                "subgraph_unavailable", subgraph=subgraph, reason=str(failure), correlation_id=ctx.correlation_id
            )
            span.set_status(trace.StatusCode.ERROR)
            raise failure

    def stream(
        self, subgraph: str, request: SubgraphRequest, ctx: RequestContext
    ) -> AsyncGenerator[SubgraphResponse, None]:
        """One signed stream for one caller; see `SubgraphStream` for how it survives a restart of the subgraph."""
        return SubgraphStream(
            session=self.session,
            signed=self.signed,
            subgraph=subgraph,
            url=self.address(subgraph),
            request=request,
            ctx=ctx,
            resumable=self.resumable,
            limit=self.limit,
            patience_seconds=self.patience_seconds,
        ).responses()

    async def _post(
        self, subgraph: str, url: str, body: bytes, operation_type: OperationType, ctx: RequestContext
    ) -> bytes:
        try:
            return await self._post_once(subgraph, url, body, ctx)
        except WireLost:
            # A kept connection was closed under us. A mutation may have run all the same: only queries go again.
            if operation_type is not OperationType.QUERY:
                raise
            return await self._post_once(subgraph, url, body, ctx)

    async def _post_once(self, subgraph: str, url: str, body: bytes, ctx: RequestContext) -> bytes:
        headers = self.signed.of(ctx, subgraph=subgraph, body=body)
        headers["content-type"] = "application/json"
        headers["accept"] = "application/json"
        try:
            answer = await self.wires.post(url, headers, body, limit=self.limit)
        except AnswerTooLarge:
            raise SubgraphUnavailable(f"{subgraph} answered with more than {self.limit} bytes.") from None
        if answer.status not in GRAPHQL_STATUSES:
            raise SubgraphUnavailable(f"{subgraph} answered with status {answer.status}.")
        return answer.body

    def _seconds_left(self, ctx: RequestContext) -> float:
        if ctx.deadline is None:
            return self.seconds
        return min(self.seconds, ctx.deadline - asyncio.get_running_loop().time())
