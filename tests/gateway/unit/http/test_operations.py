from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis import telemetry
from chassis.errors import NotFound
from chassis.identity import Actor, Role
from chassis.metrics import Metrics
from gateway.http.operations import Operations
from gateway.pipeline.stages import (
    GraphQLRequest,
    GraphQLResponse,
    OperationRefused,
    OperationType,
    RequestContext,
)

ACTOR = Actor(subject="canary-subject", roles=frozenset({Role.PLANNER}), areas=("99/01/01/",))
REQUEST = GraphQLRequest(document="query CanaryName { a }", variables={"x": "canary-value"})
REMOTE = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


class FakePipeline:
    """Answers with what it is given: a response, or a failure to raise."""

    def __init__(self, outcome: GraphQLResponse | Exception, kind: OperationType = OperationType.QUERY) -> None:
        self.outcome = outcome
        self.kind_of = kind
        self.carried: dict[str, str] = {}

    def kind(self, request: GraphQLRequest) -> OperationType:
        if request.document == "{":
            raise OperationRefused("Syntax error.")
        return self.kind_of

    async def serve(self, request: GraphQLRequest, ctx: RequestContext) -> GraphQLResponse:
        self.carried = telemetry.carrier()
        if isinstance(self.outcome, TimeoutError):
            await asyncio.Event().wait()
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    async def subscribe(
        self, request: GraphQLRequest, ctx: RequestContext
    ) -> GraphQLResponse | AsyncIterator[GraphQLResponse]:
        return await self.serve(request, ctx)


exporter = InMemorySpanExporter()


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    if not getattr(exporter, "connected", False):
        telemetry.export_to(exporter)
        exporter.connected = True  # type: ignore[attr-defined]  # a mark of this test's own
    exporter.clear()
    yield exporter
    exporter.clear()


def operations(pipeline: FakePipeline) -> Operations:
    return Operations(pipeline=pipeline, metrics=Metrics())


def context(*, deadline: float | None = None) -> RequestContext:
    return RequestContext(correlation_id="c-1", actor=ACTOR, deadline=deadline)


def only(spans: InMemorySpanExporter) -> ReadableSpan:
    (span,) = spans.get_finished_spans()
    return span


async def test_one_span_stands_for_one_operation_and_goes_on_to_the_subgraphs(spans: InMemorySpanExporter) -> None:
    pipeline = FakePipeline(GraphQLResponse(data={"a": 1}))

    await operations(pipeline).run(REQUEST, context(), REMOTE)

    span = only(spans)
    assert span.name == "graphql query"
    assert span.context is not None
    assert format(span.context.trace_id, "032x") == "0af7651916cd43dd8448eb211c80319c"
    assert pipeline.carried["traceparent"].split("-")[1:3] == [
        "0af7651916cd43dd8448eb211c80319c", format(span.context.span_id, "016x"),
    ]  # fmt: skip
    assert dict(span.attributes or {}) == {
        "graphql.operation.type": "query", "holdfast.correlation_id": "c-1", "holdfast.errors": 0,
    }  # fmt: skip


async def test_the_log_tells_roles_and_codes_and_no_person(spans: InMemorySpanExporter) -> None:
    with structlog.testing.capture_logs() as lines:
        await operations(FakePipeline(NotFound("canary"))).run(REQUEST, context())

    (line,) = lines
    assert {name: value for name, value in line.items() if name != "milliseconds"} == {
        "event": "operation", "log_level": "info", "kind": "query", "outcome": "refused", "codes": ["NOT_FOUND"],
        "roles": ["PLANNER"], "correlation_id": "c-1",
    }  # fmt: skip
    assert "anary" not in str(line)


@pytest.mark.parametrize(
    ("failure", "code"),
    [(ValueError("a name"), "INTERNAL"), (NotFound("None."), "NOT_FOUND"), (TimeoutError(), "DEADLINE_EXCEEDED")],
)
async def test_an_operation_is_answered_whatever_happens(failure: Exception, code: str) -> None:
    over = asyncio.get_running_loop().time() - 10
    response = await operations(FakePipeline(failure)).run(
        REQUEST, context(deadline=over if code.startswith("DEAD") else None)
    )

    assert not response.executed
    assert [entry.code for entry in response.errors] == [code]
    assert "a name" not in str(response.to_json())


async def test_a_subscription_that_cannot_be_opened_is_a_response() -> None:
    opened = await operations(FakePipeline(ValueError("x"), OperationType.SUBSCRIPTION)).open(REQUEST, context())

    assert isinstance(opened, GraphQLResponse)
    assert [entry.code for entry in opened.errors] == ["INTERNAL"]


async def test_operations_are_counted_by_kind_and_outcome() -> None:
    pipeline = FakePipeline(GraphQLResponse(data={}))
    measured = operations(pipeline)
    for _ in range(2):
        await measured.run(REQUEST, context())
    await measured.run(GraphQLRequest(document="{"), context())

    text = measured.metrics.text().decode()
    assert 'holdfast_requests_total{face="graphql",operation="query",outcome="ok"} 2.0' in text
    assert 'holdfast_requests_total{face="graphql",operation="unread",outcome="ok"} 1.0' in text
