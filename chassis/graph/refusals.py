"""How a no reaches the client: as data of a mutation's union, or as an error with a code. Breakdowns are masked."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import strawberry
import structlog
from graphql import GraphQLError

from chassis.correlation import correlation_id
from chassis.database import breakdown_code
from chassis.errors import Refusal

log = structlog.get_logger(__name__)

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@strawberry.federation.type(shareable=True, description="The mutation was refused and nothing was changed.")
class Refused:
    code: str = strawberry.field(description="Stable, UPPER_SNAKE; see docs/errors.md.")
    message: str
    field: str | None = strawberry.field(default=None, description="The input field it is about, where there is one.")


def refusals(
    resolver: Callable[Parameters, Awaitable[Result]],
) -> Callable[Parameters, Awaitable[Result | Refused]]:
    """For a mutation's resolver: a Refusal becomes the `Refused` of its union instead of an error."""

    @wraps(resolver)
    async def answer(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result | Refused:
        try:
            return await resolver(*args, **kwargs)
        except Refusal as refusal:
            return Refused(code=refusal.code, message=refusal.message, field=refusal.field)

    return answer


def presentable(error: GraphQLError) -> GraphQLError:
    """The error as the client may see it. Validation errors have no original error and stay as they are."""
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        return error
    if isinstance(cause, Refusal):
        extensions = {"code": cause.code} | ({"field": cause.field} if cause.field else {})
        return GraphQLError(cause.message, nodes=error.nodes, path=error.path, extensions=extensions)
    code = breakdown_code(cause)
    log.error("graphql.breakdown", code=code, kind=type(cause).__name__, path=error.path, exc_info=cause)
    return GraphQLError(
        "Something went wrong on our side.",
        nodes=error.nodes,
        path=error.path,
        extensions={"code": code, "correlationId": correlation_id()},
    )
