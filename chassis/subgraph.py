"""The HTTP face of a service: GraphQL and files behind the gateway's signature, probes and metrics before it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import perf_counter

import orjson
from cross_web import AsyncHTTPRequestAdapter
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLRequestData
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL
from strawberry.types import ExecutionResult

from chassis.caller import Caller
from chassis.errors import Conflict, Forbidden, InvalidInput, NotFound, Refusal
from chassis.graph import GraphContext
from chassis.graph.schema import SubgraphSchema
from chassis.health import Health
from chassis.identity import BadCredential, RequestVerifier
from chassis.metrics import Metrics
from chassis.plain_requests import Kept, answer_json, plain_request
from chassis.wall import Observed, SignatureWall, failure_response, refusal_response

GRAPHQL_PATHS = ("/graphql", "/graphql/")
PROBES = frozenset({"/livez", "/readyz", "/metrics"})
STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (BadCredential, 401),
    (InvalidInput, 400),
    (NotFound, 404),
    (Conflict, 409),
    (Forbidden, 403),
)


class SubgraphFace(GraphQL[GraphContext, None]):
    """GraphQL over POST, subscriptions as server-sent events. No WebSocket, no GET, no page for people."""

    def __init__(
        self,
        schema: SubgraphSchema,
        graph_context: Callable[[Caller], GraphContext],
        metrics: Metrics,
        draining: asyncio.Event,
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            allow_queries_via_get=False,
            subscription_protocols=[GRAPHQL_SSE_PROTOCOL],
        )
        self._known = schema
        self._graph_context = graph_context
        self._metrics = metrics
        self._draining = draining

    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,  # noqa: ARG002 - the library passes it
    ) -> GraphContext:
        return self._graph_context(request.state.caller)

    async def execute_single(  # noqa: PLR0917 - as the library calls it
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: Response,
        context: GraphContext,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        """One operation, measured under the name that the gateway gave it."""
        started = perf_counter()
        result = await super().execute_single(request, request_adapter, sub_response, context, root_value, request_data)
        self._measure(request_data.operation_name, failed=bool(result.errors), started=started)
        return result

    async def _answered(self, scope: Scope, kept: Kept, send: Send) -> bool:
        """Whether it was a plain request: the general way looks at each from every side."""
        request = await plain_request(scope, kept)
        if request is None:
            return False
        started = perf_counter()
        result = await self._known.execute_known(
            request.query,
            variables=request.variables,
            operation_name=request.operation_name,
            context=self._graph_context(scope["state"]["caller"]),
        )
        if result is None:
            # Nothing ran; the general way says what is wrong.
            return False
        self._measure(request.operation_name, failed=bool(result.errors), started=started)
        await answer_json(send, result.formatted)
        return True

    def _measure(self, operation_name: str | None, *, failed: bool, started: float) -> None:
        outcome = "errors" if failed else "ok"
        name = (operation_name or "unnamed")[:80]
        self._metrics.answered("graphql", name, outcome, seconds=perf_counter() - started)

    def encode_json(self, data: Mapping[str, object] | Sequence[Mapping[str, object]]) -> str:  # type: ignore[override]  # nothing else is answered
        return orjson.dumps(data).decode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A stream of events ends when the process drains, so that it does not hold up the stop."""
        kept = Kept(receive)
        if await self._answered(scope, kept, send):
            return
        answer = super().__call__(scope, kept, send)
        if not _wants_stream(scope):
            await answer
            return
        serving = asyncio.create_task(answer)
        stopping = asyncio.create_task(self._draining.wait())
        try:
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
        if serving.cancelled():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            serving.result()


def subgraph_app(
    *,
    schema: SubgraphSchema,
    graph_context: Callable[[Caller], GraphContext],
    verifier: RequestVerifier,
    health: Health,
    metrics: Metrics,
    routes: Sequence[APIRouter] = (),
    refresh_metrics: Callable[[], Awaitable[None]] | None = None,
    draining: asyncio.Event | None = None,
) -> ASGIApp:
    """The whole ASGI application of a service. `refresh_metrics` is awaited before /metrics answers."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    face = SubgraphFace(schema, graph_context, metrics, draining or asyncio.Event())
    for router in routes:
        app.include_router(router)
    _add_probes(app, health, metrics, refresh_metrics)

    @app.exception_handler(Refusal)
    async def refused(_: Request, refusal: Refusal) -> JSONResponse:
        status = next((status for kind, status in STATUS if isinstance(refusal, kind)), 400)
        return refusal_response(refusal.code, refusal.message, status=status, field=refusal.field)

    # Observed logs it: the framework raises it again once this is sent.
    @app.exception_handler(Exception)
    async def failed(_: Request, error: Exception) -> JSONResponse:
        return failure_response(error)

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        """GraphQL needs nothing of what the framework does for a route."""
        graphql = scope["type"] == "http" and scope["path"] in GRAPHQL_PATHS
        await (face if graphql else app)(scope, receive, send)

    wall = SignatureWall(either, verifier, open_paths=PROBES, streamed=lambda path: path not in GRAPHQL_PATHS)
    return Observed(wall, metrics)


def probe_app(
    *, health: Health, metrics: Metrics, refresh_metrics: Callable[[], Awaitable[None]] | None = None
) -> ASGIApp:
    """For processes that serve nothing but probes: relay and consumer."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    _add_probes(app, health, metrics, refresh_metrics)
    return app


def _add_probes(
    app: FastAPI, health: Health, metrics: Metrics, refresh_metrics: Callable[[], Awaitable[None]] | None
) -> None:
    @app.get("/livez")
    async def livez() -> dict[str, bool]:
        return {"alive": True}

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        ready, checks = await health.readiness()
        return JSONResponse({"ready": ready, "checks": checks}, status_code=200 if ready else 503)

    @app.get("/metrics")
    async def scrape() -> Response:
        if refresh_metrics is not None:
            await refresh_metrics()
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _wants_stream(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/event-stream" in value for name, value in scope.get("headers", ()))
