"""`/metrics` for Prometheus, at an address of its own: the public one tells nobody how much is asked or refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI, Response

from chassis.http_server import BoundedHead, HttpServer, listen
from chassis.metrics import Metrics


@asynccontextmanager
async def counts_served(metrics: Metrics, *, host: str, port: int) -> AsyncIterator[None]:
    """While the body runs; nowhere with port 0. Raises PortTaken."""
    if port == 0:
        yield
        return
    config = uvicorn.Config(
        _counts(metrics),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        http=BoundedHead,
        ws="none",
        timeout_graceful_shutdown=1,
    )
    server = HttpServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listen(host, port)]), name="counts")
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def _counts(metrics: Metrics) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)

    @app.get("/metrics")
    async def scrape() -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return app
