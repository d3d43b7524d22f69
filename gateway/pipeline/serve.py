"""The whole way of a request, stage by stage."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

from chassis.errors import Refusal
from gateway.pipeline.execute import Execute, request_of, subscription_fetch
from gateway.pipeline.failures import root_failed, unavailable
from gateway.pipeline.limit import LimitCost
from gateway.pipeline.limits import Limits
from gateway.pipeline.merge import Merge
from gateway.pipeline.parse import Parse
from gateway.pipeline.plan import Plan, PlannedOperation
from gateway.pipeline.shape import LimitShape
from gateway.pipeline.stages import (
    Authorize,
    ErrorEntry,
    GraphQLRequest,
    GraphQLResponse,
    OperationRefused,
    OperationType,
    RequestContext,
    Subgraphs,
    SubgraphUnavailable,
)
from gateway.pipeline.validate import Validate
from gateway.supergraph.schema import Supergraph


class SubscriptionNeedsStream(OperationRefused):
    code = "SUBSCRIPTION_NEEDS_STREAM"


class StreamNeedsSubscription(OperationRefused):
    code = "STREAM_NEEDS_SUBSCRIPTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The stages with what they remember. One per process and supergraph; `build_pipeline` makes it."""

    parse: Parse
    limit_shape: LimitShape
    validate: Validate
    limit_cost: LimitCost
    authorize: Authorize
    plan: Plan
    execute: Execute
    merge: Merge
    subgraphs: Subgraphs

    def prepare(self, request: GraphQLRequest, ctx: RequestContext) -> PlannedOperation:
        """Everything before the first fetch. Raises a `Refusal`."""
        parsed = self.limit_shape(self.parse(request, ctx), ctx)
        validated = self.limit_cost(self.validate(parsed, ctx), ctx)
        self.authorize(validated, ctx)
        return self.plan(validated, ctx)


def build_pipeline(supergraph: Supergraph, *, limits: Limits, subgraphs: Subgraphs, authorize: Authorize) -> Pipeline:
    api = supergraph.api
    return Pipeline(
        parse=Parse(limits),
        limit_shape=LimitShape(limits),
        validate=Validate(api, limits),
        limit_cost=LimitCost(api, limits),
        authorize=authorize,
        plan=Plan(supergraph, limits),
        execute=Execute(api, subgraphs, limits),
        merge=Merge(),
        subgraphs=subgraphs,
    )


async def serve(request: GraphQLRequest, ctx: RequestContext, *, pipeline: Pipeline) -> GraphQLResponse:
    """A query or mutation. Never raises for what the caller did: refusals are responses."""
    try:
        planned = pipeline.prepare(request, ctx)
        if planned.validated.operation_type is OperationType.SUBSCRIPTION:
            raise SubscriptionNeedsStream("A subscription needs a stream: use SSE or a WebSocket.")
    except Refusal as refusal:
        return refused(refusal)
    return pipeline.merge(planned, await pipeline.execute(planned, ctx), ctx)


async def subscribe(
    request: GraphQLRequest, ctx: RequestContext, *, pipeline: Pipeline
) -> AsyncGenerator[GraphQLResponse, None]:
    """One response per event, completed from the other subgraphs. A request's deadline does not bound a stream.

    A refusal is the only response of its stream; a lost subgraph ends the stream with an error. The subgraph's
    stream is closed with this one, however that ends.
    """
    ctx = replace(ctx, deadline=None)
    try:
        planned = pipeline.prepare(request, ctx)
        if planned.validated.operation_type is not OperationType.SUBSCRIPTION:
            raise StreamNeedsSubscription("Only a subscription can be streamed.")
    except Refusal as refusal:
        yield refused(refusal)
        return
    primary = subscription_fetch(planned.plan)
    opening = request_of(primary, planned.validated.parsed.variables)
    try:
        async with aclosing(pipeline.subgraphs.stream(primary.subgraph, opening, ctx)) as events:
            async for event in events:
                yield pipeline.merge(planned, await pipeline.execute.complete(planned, event, ctx), ctx)
    except SubgraphUnavailable:
        errors = tuple(root_failed(primary, {}, unavailable(primary.subgraph)))
        yield GraphQLResponse(data=None, errors=errors)


def refused(refusal: Refusal) -> GraphQLResponse:
    """No data at all: the operation did not start."""
    if isinstance(refusal, OperationRefused):
        return GraphQLResponse(errors=refusal.entries, executed=False)
    extensions = {"code": refusal.code} | ({"field": refusal.field} if refusal.field else {})
    entry = ErrorEntry(message=refusal.message, extensions=extensions)
    return GraphQLResponse(errors=(entry,), executed=False)
