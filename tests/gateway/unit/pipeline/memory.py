"""`Subgraphs` that run the county's strawberry schemas in this process."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import strawberry

from gateway.pipeline.limits import Limits
from gateway.pipeline.serve import Pipeline, build_pipeline, serve, subscribe
from gateway.pipeline.stages import (
    Authorize,
    GraphQLRequest,
    GraphQLResponse,
    RequestContext,
    SubgraphError,
    SubgraphRequest,
    SubgraphResponse,
    SubgraphUnavailable,
)
from gateway.supergraph.reader import read_supergraph
from tests.gateway.unit.pipeline.graph import SCHEMAS, SUPERGRAPH_SDL

CTX = RequestContext(correlation_id="test")
SUPERGRAPH = read_supergraph(SUPERGRAPH_SDL)


@dataclass
class InMemorySubgraphs:
    schemas: Mapping[str, strawberry.Schema] = field(default_factory=lambda: SCHEMAS)
    requests: list[tuple[str, SubgraphRequest]] = field(default_factory=list)
    down: set[str] = field(default_factory=set)
    answers: dict[str, SubgraphResponse] = field(default_factory=dict)
    """Said instead of running the schema."""
    defects: dict[str, Exception] = field(default_factory=dict)
    """Raised by `send`: nothing a client may raise."""
    open_streams: int = 0

    async def send(self, subgraph: str, request: SubgraphRequest, ctx: RequestContext) -> SubgraphResponse:
        self.requests.append((subgraph, request))
        if subgraph in self.down:
            raise SubgraphUnavailable(f"{subgraph} refused the connection")
        if subgraph in self.defects:
            raise self.defects[subgraph]
        if subgraph in self.answers:
            return self.answers[subgraph]
        result = await self.schemas[subgraph].execute(
            request.document,
            variable_values=json.loads(json.dumps(request.variables)),  # strawberry takes representations apart
            operation_name=request.operation_name,
        )
        return _response(result)

    async def stream(
        self, subgraph: str, request: SubgraphRequest, ctx: RequestContext
    ) -> AsyncGenerator[SubgraphResponse, None]:
        self.requests.append((subgraph, request))
        events = await self.schemas[subgraph].subscribe(
            request.document, variable_values=dict(request.variables), operation_name=request.operation_name
        )
        assert isinstance(events, AsyncIterator)
        self.open_streams += 1
        try:
            async for event in events:
                yield _response(event)
            if subgraph in self.down:
                raise SubgraphUnavailable(f"{subgraph} went away")
        finally:
            self.open_streams -= 1

    @property
    def called(self) -> list[str]:
        return [subgraph for subgraph, _ in self.requests]


def _response(result: Any) -> SubgraphResponse:
    data = json.loads(json.dumps(result.data)) if result.data is not None else None
    errors = tuple(
        SubgraphError(
            message=each.message, path=tuple(each.path) if each.path else None, extensions=each.extensions or {}
        )
        for each in result.errors or ()
    )
    return SubgraphResponse(data=data, errors=errors)


@dataclass
class Gateway:
    """A pipeline over the county with its fake outside."""

    limits: Limits = field(default_factory=Limits)
    authorize: Authorize = lambda validated, ctx: None
    subgraphs: InMemorySubgraphs = field(default_factory=InMemorySubgraphs)

    def __post_init__(self) -> None:
        self.pipeline: Pipeline = build_pipeline(
            SUPERGRAPH, limits=self.limits, subgraphs=self.subgraphs, authorize=self.authorize
        )

    async def ask(self, query: str, name: str | None = None, **variables: Any) -> GraphQLResponse:
        request = GraphQLRequest(document=query, operation_name=name, variables=variables)
        return await serve(request, CTX, pipeline=self.pipeline)

    async def listen(self, query: str, **variables: Any) -> list[GraphQLResponse]:
        request = GraphQLRequest(document=query, variables=variables)
        return [event async for event in subscribe(request, CTX, pipeline=self.pipeline)]
