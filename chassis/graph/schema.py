"""Makes a service's subgraph schema (Federation v2)."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from inspect import isawaitable

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    MiddlewareManager,
    OperationType,
    execute,
    get_operation_ast,
    parse,
    specified_rules,
)
from strawberry.execution import optimized_is_awaitable
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import validate_document
from strawberry.types import ExecutionContext

from chassis.graph.inputs import read_inputs_at_once
from chassis.graph.plain_fields import PlainFieldExecutor
from chassis.graph.refusals import presentable
from chassis.graph.scalars import SCALARS

CACHED_DOCUMENTS = 500
_NO_MIDDLEWARE = MiddlewareManager()


class SubgraphSchema(strawberry.federation.Schema):
    """Gives every error a code and masks ours, of a query, a mutation and each event of a subscription alike."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """In place: strawberry sends this very list."""
        del execution_context
        errors[:] = [presentable(error) for error in errors]

    async def execute_known(
        self, query: str, *, variables: Mapping[str, object] | None, operation_name: str | None, context: object
    ) -> ExecutionResult | None:
        """Answers a sound query or mutation, whose document is looked at once. None, before anything ran, for others.

        The general `execute` puts extensions and their hooks around each step of every request.
        """
        document = None if self.directives else self._sound(query, operation_name)
        if document is None:
            return None
        try:
            given = execute(
                self._schema,
                document,
                context_value=context,
                variable_values=None if variables is None else dict(variables),
                operation_name=operation_name,
                middleware=_NO_MIDDLEWARE,
                executor_class=PlainFieldExecutor,
                is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # the library types it as bool
            )
            result = await given if isawaitable(given) else given
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told as any other failure
            result = ExecutionResult(data=None, errors=[GraphQLError(str(error), original_error=error)])
        if result.errors:
            self.process_errors(result.errors)
        return result

    @cached_property
    def _sound(self) -> Callable[[str, str | None], DocumentNode | None]:
        return lru_cache(maxsize=CACHED_DOCUMENTS)(self._examined)

    def _examined(self, query: str, operation_name: str | None) -> DocumentNode | None:
        try:
            document = parse(query)
        except GraphQLError:
            return None
        operation = get_operation_ast(document, operation_name)
        if operation is None or operation.operation is OperationType.SUBSCRIPTION:
            return None
        return None if validate_document(self._schema, document, tuple(specified_rules)) else document


def build_schema(
    *,
    query: type,
    mutation: type | None = None,
    subscription: type | None = None,
    types: Sequence[type] = (),
) -> SubgraphSchema:
    """Documents are parsed and validated once; errors are made presentable; suggestions are off."""
    schema = SubgraphSchema(
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
    read_inputs_at_once(schema)
    return schema
