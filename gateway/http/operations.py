"""Running operations with a root span, a line in the log and a count; the same for HTTP, sockets and streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import structlog
from opentelemetry.trace import SpanKind

from chassis import telemetry
from chassis.errors import Breakdown, Refusal
from chassis.metrics import Metrics
from gateway.http.answers import refusal_entry
from gateway.pipeline.stages import (
    ErrorEntry,
    GraphQLRequest,
    GraphQLResponse,
    OperationRefused,
    OperationType,
    RequestContext,
)

# The pipeline gives up its fetches at the deadline and still has to merge and answer.
GRACE_SECONDS = 2.0

log = structlog.get_logger("gateway.operations")


class Pipeline(Protocol):
    """The engine behind the face."""

    def kind(self, request: GraphQLRequest) -> OperationType:
        """Raises OperationRefused for a document that cannot be read."""
        ...

    async def serve(self, request: GraphQLRequest, ctx: RequestContext) -> GraphQLResponse: ...

    async def subscribe(
        self, request: GraphQLRequest, ctx: RequestContext
    ) -> GraphQLResponse | AsyncIterator[GraphQLResponse]:
        """A refusal, or the stream of events."""
        ...


class DeadlineOver(Breakdown):
    code = "DEADLINE_EXCEEDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    pipeline: Pipeline
    metrics: Metrics

    def kind(self, request: GraphQLRequest) -> OperationType | None:
        """None for a document that cannot be read: running it will say why."""
        try:
            return self.pipeline.kind(request)
        except OperationRefused:
            return None

    async def run(
        self, request: GraphQLRequest, ctx: RequestContext, parent: Mapping[str, str] | None = None
    ) -> GraphQLResponse:
        """The answer to a query or a mutation; never raises, except for being cancelled."""
        kind = self.kind(request)
        name = kind.value if kind is not None else "unread"
        started = perf_counter()
        with telemetry.span(f"graphql {name}", kind=SpanKind.SERVER, parent=parent) as span:
            span.set_attribute("graphql.operation.type", name)
            span.set_attribute("holdfast.correlation_id", ctx.correlation_id)
            response = await self._answered(request, ctx)
            self._record(name, response, ctx, perf_counter() - started)
            span.set_attribute("holdfast.errors", len(response.errors))
        return response

    async def open(
        self, request: GraphQLRequest, ctx: RequestContext, parent: Mapping[str, str] | None = None
    ) -> GraphQLResponse | AsyncIterator[GraphQLResponse]:
        """The stream of a subscription, or why there is none."""
        with telemetry.span("graphql subscription", kind=SpanKind.SERVER, parent=parent) as span:
            span.set_attribute("graphql.operation.type", "subscription")
            span.set_attribute("holdfast.correlation_id", ctx.correlation_id)
            started = perf_counter()
            try:
                opened = await self.pipeline.subscribe(request, ctx)
            except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the caller gets an answer
                opened = self._failed(error, ctx)
            answer = opened if isinstance(opened, GraphQLResponse) else GraphQLResponse()
            self._record("subscription", answer, ctx, perf_counter() - started)
        return opened

    async def _answered(self, request: GraphQLRequest, ctx: RequestContext) -> GraphQLResponse:
        until = None if ctx.deadline is None else ctx.deadline + GRACE_SECONDS
        try:
            async with asyncio.timeout_at(until):
                return await self.pipeline.serve(request, ctx)
        except TimeoutError:
            return self._failed(DeadlineOver("The request took too long."), ctx)
        except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the caller gets an answer
            return self._failed(error, ctx)

    def _failed(self, error: Exception, ctx: RequestContext) -> GraphQLResponse:
        return GraphQLResponse(errors=failure_entries(error, ctx.correlation_id), executed=False)

    def _record(self, name: str, response: GraphQLResponse, ctx: RequestContext, seconds: float) -> None:
        outcome = "refused" if not response.executed else "errors" if response.errors else "ok"
        self.metrics.answered("graphql", name, outcome, seconds=seconds)
        log.info(
            "operation",
            kind=name,
            outcome=outcome,
            codes=sorted({entry.code for entry in response.errors}),
            roles=sorted(ctx.actor.roles) if ctx.actor is not None else [],
            milliseconds=round(seconds * 1000, 1),
            correlation_id=ctx.correlation_id,
        )


def failure_entries(error: Exception, correlation_id: str) -> tuple[ErrorEntry, ...]:
    """What the client may know of a failure: a refusal's own words, of anything else only the correlation id."""
    if isinstance(error, OperationRefused):
        return error.entries
    if isinstance(error, Refusal | Breakdown):
        if isinstance(error, Breakdown):
            log.error("operation_broke_down", exc_info=error, correlation_id=correlation_id)
        return (refusal_entry(error, correlation_id),)
    log.error("operation_failed", exc_info=error, correlation_id=correlation_id)
    return (
        ErrorEntry(
            message="This cannot be answered now.",
            extensions={"code": "INTERNAL", "correlationId": correlation_id},
        ),
    )
