"""The pipeline as the face uses it: a refusal of a subscription is known before its stream is opened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from chassis.errors import Refusal
from gateway.pipeline.serve import Pipeline as Stages
from gateway.pipeline.serve import StreamNeedsSubscription, refused, serve, subscribe
from gateway.pipeline.stages import GraphQLRequest, GraphQLResponse, OperationType, RequestContext

NOBODY = RequestContext(correlation_id="")


@dataclass(frozen=True, slots=True)
class Engine:
    """Implements `operations.Pipeline`."""

    stages: Stages

    def kind(self, request: GraphQLRequest) -> OperationType:
        """Costs next to nothing: the pipeline parses the same document again from memory."""
        return self.stages.parse(request, NOBODY).operation_type

    async def serve(self, request: GraphQLRequest, ctx: RequestContext) -> GraphQLResponse:
        return await serve(request, ctx, pipeline=self.stages)

    async def subscribe(
        self, request: GraphQLRequest, ctx: RequestContext
    ) -> GraphQLResponse | AsyncIterator[GraphQLResponse]:
        try:
            planned = self.stages.prepare(request, ctx)
            if planned.validated.operation_type is not OperationType.SUBSCRIPTION:
                raise StreamNeedsSubscription("Only a subscription can be streamed.")
        except Refusal as refusal:
            return refused(refusal)
        return subscribe(request, ctx, pipeline=self.stages)
