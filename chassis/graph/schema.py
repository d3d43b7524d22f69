"""Makes a service's subgraph schema (Federation v2)."""

from collections.abc import Sequence

import strawberry
from graphql import GraphQLError
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from chassis.graph.plain_fields import PlainFieldExecutor
from chassis.graph.refusals import presentable
from chassis.graph.scalars import SCALARS

CACHED_DOCUMENTS = 500


class SubgraphSchema(strawberry.federation.Schema):
    """Gives every error a code and masks ours, of a query, a mutation and each event of a subscription alike."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """In place: strawberry sends this very list."""
        del execution_context
        errors[:] = [presentable(error) for error in errors]


def build_schema(
    *,
    query: type,
    mutation: type | None = None,
    subscription: type | None = None,
    types: Sequence[type] = (),
) -> SubgraphSchema:
    """Documents are parsed and validated once; errors are made presentable; suggestions are off."""
    return SubgraphSchema(
        query=query,
        mutation=mutation,
        subscription=subscription,
        types=types,
        extensions=[
            lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
            lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
        ],
        execution_context_class=PlainFieldExecutor,
        config=StrawberryConfig(scalar_map={**SCALARS}, disable_field_suggestions=True),
    )
