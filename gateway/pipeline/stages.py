"""The values handed from stage to stage, and the two seams to the outside world.

A stage is `stage(input, ctx) -> output` and knows nothing of later ones. The HTTP face builds a
`GraphQLRequest` and a `RequestContext`, supplies `Authorize` and a `SubgraphClient`, and sends the
`GraphQLResponse` that comes back; nothing else crosses.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

from chassis.errors import InvalidInput

if TYPE_CHECKING:
    from graphql import DocumentNode, OperationDefinitionNode

    from chassis.identity import Actor

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"
ResponsePath: TypeAlias = tuple[str | int, ...]


class OperationType(StrEnum):
    QUERY = "query"
    MUTATION = "mutation"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEntry:
    """One member of `errors` of a GraphQL response. `extensions` always hold a `code`."""

    message: str
    path: ResponsePath | None = None
    locations: tuple[tuple[int, int], ...] = ()
    extensions: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return str(self.extensions.get("code", "INTERNAL"))

    def to_json(self) -> JsonObject:
        entry: JsonObject = {"message": self.message}
        if self.locations:
            entry["locations"] = [{"line": line, "column": column} for line, column in self.locations]
        if self.path is not None:
            entry["path"] = list(self.path)
        if self.extensions:
            entry["extensions"] = dict(self.extensions)
        return entry


class OperationRefused(InvalidInput):
    """The operation was refused before anything ran: the response has `errors` and no `data`.

    Subclasses carry the stable code. `entries` may hold several (validation reports up to five).
    """

    code = "OPERATION_REFUSED"

    def __init__(self, message: str, *, entries: tuple[ErrorEntry, ...] = ()) -> None:
        super().__init__(message)
        self.entries = entries or (ErrorEntry(message=message, extensions={"code": type(self).code}),)


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLRequest:
    """What the client sent, already known to have the right JSON shape."""

    document: str
    operation_name: str | None = None
    variables: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """Who asks and until when. The engine hands it on to `Authorize` and to the subgraph client unread."""

    correlation_id: str
    actor: Actor | None = None
    locale: str = "en"
    deadline: float | None = None
    """Seconds of `loop.time()`; fetches still open then are given up."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Passed on to subgraphs as they are (traceparent, accept-language)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLResponse:
    """`data` is absent (`executed` false) when the operation was refused before it ran: HTTP 400."""

    data: JsonObject | None = None
    errors: tuple[ErrorEntry, ...] = ()
    executed: bool = True
    extensions: Mapping[str, JsonValue] = field(default_factory=dict)

    def to_json(self) -> JsonObject:
        body: JsonObject = {}
        if self.errors:
            body["errors"] = [entry.to_json() for entry in self.errors]
        if self.executed:
            body["data"] = self.data
        if self.extensions:
            body["extensions"] = dict(self.extensions)
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedOperation:
    """One operation chosen from a syntactically correct document.

    `key` is a digest of document text and operation name: the key of every later cache.
    """

    document: DocumentNode
    operation: OperationDefinitionNode
    operation_type: OperationType
    name: str | None
    key: str
    variables: Mapping[str, JsonValue]
    """As sent, not coerced: subgraphs coerce them again themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RootField:
    """A field of Query, Mutation or Subscription with the values its arguments have in this request."""

    name: str
    response_key: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatedOperation:
    """An operation that fits the API schema, with coerced variables.

    `fields` are all `(type, field)` the operation may touch, abstract types as written and concrete ones
    as expanded: a policy by field needs no walk of its own.
    """

    parsed: ParsedOperation
    variable_values: Mapping[str, object]
    """Coerced, defaults filled in."""
    fields: frozenset[tuple[str, str]]
    root_fields: tuple[RootField, ...]

    @property
    def operation_type(self) -> OperationType:
        return self.parsed.operation_type

    @property
    def key(self) -> str:
        return self.parsed.key


Authorize: TypeAlias = Callable[[ValidatedOperation, RequestContext], None]
"""Raises a `chassis.errors.Refusal` (its code and message reach the client) or returns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgraphRequest:
    """One GraphQL request for one subgraph. `document` is constant per plan: its digest may be cached."""

    document: str
    operation_name: str | None
    operation_type: OperationType
    variables: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgraphError:
    """An error as the subgraph put it; `path` is in the subgraph's own terms."""

    message: str
    path: ResponsePath | None = None
    extensions: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgraphResponse:
    """`data` must be freshly decoded JSON: the engine takes parts of it over without copying."""

    data: JsonObject | None = None
    errors: tuple[SubgraphError, ...] = ()


class SubgraphUnavailable(Exception):
    """A client raises this for a refused connection, a timeout, a bad status or a body that is no GraphQL.

    The message is for our logs; the caller of the gateway sees only the subgraph's name.
    """


class SubgraphClient(Protocol):
    """`send` answers one request; it raises `SubgraphUnavailable`, never anything of its transport."""

    async def send(self, subgraph: str, request: SubgraphRequest, ctx: RequestContext) -> SubgraphResponse: ...


class SubgraphStreams(Protocol):
    """Opens a subscription at a subgraph. Closing the generator closes the stream."""

    def stream(
        self, subgraph: str, request: SubgraphRequest, ctx: RequestContext
    ) -> AsyncGenerator[SubgraphResponse, None]: ...


class Subgraphs(SubgraphClient, SubgraphStreams, Protocol):
    """Both seams in one object, as the real client offers them."""
