"""Stage 8: fetched data to the client's answer, in the order the query has it."""

from __future__ import annotations

from gateway.pipeline.execute import Fetched
from gateway.pipeline.plan import PlannedOperation
from gateway.pipeline.stages import ErrorEntry, GraphQLResponse, RequestContext

MAX_ERRORS = 100


class Merge:
    def __call__(self, planned: PlannedOperation, fetched: Fetched, ctx: RequestContext) -> GraphQLResponse:
        del ctx
        data, added = planned.projection.apply(fetched.data, planned.validated.variable_values, fetched.errors)
        errors = (*fetched.errors, *added)
        if len(errors) > MAX_ERRORS:
            rest = ErrorEntry(message=f"{len(errors) - MAX_ERRORS} more errors.", extensions={"code": "ERRORS_OMITTED"})
            errors = (*errors[:MAX_ERRORS], rest)
        return GraphQLResponse(data=data, errors=errors)
