"""The gateway's ASGI application: GraphQL and files beside a FastAPI app for probes."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from chassis.health import Health
from gateway.files.proxy import PREFIX as FILES
from gateway.files.proxy import FilesProxy
from gateway.graphiql.page import PREFIX as GRAPHIQL
from gateway.graphiql.page import Page
from gateway.http.body import Receive, Scope, Send
from gateway.http.endpoint import GraphQLEndpoint

GRAPHQL = frozenset({"/graphql", "/graphql/"})


class PublicFace:
    """Sends GraphQL straight to its endpoint, whatever the trailing slash; a redirect would lose the body."""

    def __init__(self, *, graphql: GraphQLEndpoint, files: FilesProxy, page: Page | None, probes: FastAPI) -> None:
        self._graphql = graphql
        self._files = files
        self._page = page
        self._probes = probes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path")
        if path in GRAPHQL:
            await self._graphql(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4404})
        elif isinstance(path, str) and path.startswith(FILES):
            await self._files(scope, receive, send)
        elif self._page is not None and isinstance(path, str) and path.startswith(GRAPHIQL):
            await self._page(scope, receive, send)
        else:
            await self._probes(scope, receive, send)


def probes(health: Health) -> FastAPI:
    """`/livez` asks only the loop, `/readyz` what a request needs. What is counted is not for everybody to see."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)

    @app.get("/livez")
    async def livez() -> dict[str, bool]:
        return {"alive": True}

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        ready, checks = await health.readiness()
        return JSONResponse({"ready": ready, "checks": checks}, status_code=200 if ready else 503)

    return app
