"""Puts the gateway together from its settings and runs it until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import structlog
import uvicorn
import uvloop

from chassis import log, telemetry
from chassis.collector import spare_the_collector
from chassis.errors import Breakdown, DependencyDown, HoldfastError
from chassis.health import Health, NotReady
from chassis.http_server import BoundedHead, HttpServer, listen
from chassis.identity import RequestSigner, load_private_key
from chassis.metrics import Metrics
from chassis.settings import load
from gateway.files.proxy import SERVICE, FilesProxy
from gateway.graphiql.page import Page
from gateway.http.app import PublicFace, probes
from gateway.http.counts import counts_served
from gateway.http.endpoint import GraphQLEndpoint, Limits
from gateway.http.engine import Engine
from gateway.http.operations import Operations
from gateway.http.origins import Origins
from gateway.login.keys import FileKeys, KeySource, RemoteKeys
from gateway.login.verifier import Login
from gateway.pipeline.authorize import Authorizer
from gateway.pipeline.limits import Limits as OperationLimits
from gateway.pipeline.serve import build_pipeline
from gateway.pipeline.stages import SubgraphUnavailable
from gateway.settings import GatewaySettings
from gateway.subgraphs.answers import read_answer
from gateway.subgraphs.client import SubgraphHttp, open_session
from gateway.subgraphs.resume import resumable_fields
from gateway.subgraphs.signing import SignedHeaders
from gateway.subgraphs.wires import Wires
from gateway.subscriptions.leases import Leases
from gateway.subscriptions.sse import EventStreams
from gateway.subscriptions.websocket import SocketLimits, WebSockets
from gateway.supergraph.reader import read_supergraph
from gateway.supergraph.schema import Supergraph

SUPERGRAPH = Path(__file__).with_name("supergraph.graphql")
JWKS_SECONDS = 5.0
JWKS_LIMIT = 1_000_000

logger = structlog.get_logger("gateway")


class SupergraphMissing(Breakdown):
    code = "SUPERGRAPH_MISSING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The application, and the event that ends its streams when the process stops."""

    app: PublicFace
    health: Health
    metrics: Metrics
    stopping: asyncio.Event

    def stop(self) -> None:
        """Probes say no from now on, and streams end in a way that brings their clients back."""
        self.health.draining = True
        self.stopping.set()


@asynccontextmanager
async def assembled(settings: GatewaySettings) -> AsyncIterator[Gateway]:
    """A gateway with its connections, closed at the end.

    Raises KeyMissing, SupergraphMissing or SupergraphMalformed.
    """
    supergraph = _supergraph(settings.gateway_supergraph or SUPERGRAPH)
    signer = RequestSigner(load_private_key(settings.keys_folder, "gateway"))
    stopping = asyncio.Event()
    metrics = Metrics()
    wires = Wires()
    async with open_session() as session:
        keys = _keys(settings, session)
        await keys.start()
        try:
            login = Login(keys=keys, issuer=settings.gateway_token_issuer, audience=settings.gateway_token_audience)
            health = Health({"login": _login_check(keys)})
            app = _face(settings, supergraph, session, wires, SignedHeaders(signer), login, health, metrics, stopping)
            yield Gateway(app=app, health=health, metrics=metrics, stopping=stopping)
        finally:
            wires.close()
            await keys.stop()


def _face(  # noqa: PLR0917 - the one place where all parts meet
    settings: GatewaySettings,
    supergraph: Supergraph,
    session: aiohttp.ClientSession,
    wires: Wires,
    signed: SignedHeaders,
    login: Login,
    health: Health,
    metrics: Metrics,
    stopping: asyncio.Event,
) -> PublicFace:
    client = SubgraphHttp(
        session=session,
        wires=wires,
        signed=signed,
        urls=settings.subgraph_urls,
        seconds=settings.gateway_subgraph_seconds,
        limit=settings.gateway_subgraph_limit,
        resumable=resumable_fields(supergraph.api),
        patience_seconds=settings.gateway_stream_patience_seconds,
    )
    stages = build_pipeline(
        supergraph,
        limits=OperationLimits(introspection=settings.trying_out),
        subgraphs=client,
        authorize=Authorizer(schema=supergraph.api, introspection=settings.trying_out),
    )
    operations = Operations(pipeline=Engine(stages), metrics=metrics)
    origins = Origins(settings.cors_origins)
    leases = Leases(settings.gateway_connections)
    sockets = WebSockets(
        login=login,
        operations=operations,
        origins=origins,
        leases=leases,
        stopping=stopping,
        limits=SocketLimits(
            subscriptions=settings.gateway_subscriptions_per_connection,
            message_bytes=settings.gateway_body_limit,
            request_seconds=settings.gateway_request_seconds,
        ),
    )
    page = Page.load() if settings.trying_out else None
    endpoint = GraphQLEndpoint(
        login=login,
        operations=operations,
        origins=origins,
        limits=Limits(
            body_bytes=settings.gateway_body_limit,
            body_seconds=settings.gateway_body_seconds,
            request_seconds=settings.gateway_request_seconds,
        ),
        streams=EventStreams(operations=operations, leases=leases, stopping=stopping),
        sockets=sockets,
        page=page,
    )
    files = FilesProxy(
        login=login,
        origins=origins,
        session=session,
        signed=signed,
        base_url=settings.subgraph_urls[SERVICE],
        limit=settings.gateway_upload_limit,
        seconds=settings.gateway_upload_seconds,
    )
    return PublicFace(graphql=endpoint, files=files, page=page, probes=probes(health))


def _supergraph(path: Path) -> Supergraph:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SupergraphMissing(f"{path.name} is missing: run `holdfast gateway compose`.") from None
    return read_supergraph(text)


def _keys(settings: GatewaySettings, session: aiohttp.ClientSession) -> KeySource:
    if not settings.gateway_jwks_url:
        return FileKeys(settings.keys_folder)

    async def fetch() -> bytes:
        timeout = aiohttp.ClientTimeout(total=JWKS_SECONDS)
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        try:
            async with session.get(
                settings.gateway_jwks_url, timeout=timeout, headers=headers, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    raise DependencyDown(f"The identity provider answered with status {answer.status}.")
                return await read_answer("The identity provider", answer, JWKS_LIMIT)
        except (TimeoutError, aiohttp.ClientError, OSError, SubgraphUnavailable) as error:
            raise DependencyDown(f"The identity provider is not reached: {type(error).__name__}.") from None

    return RemoteKeys(
        fetch=fetch,
        cache=settings.data / "gateway" / "jwks-cache.json",
        refresh_seconds=settings.gateway_jwks_refresh_seconds,
        outage_seconds=settings.gateway_jwks_outage_seconds,
    )


def _login_check(keys: KeySource) -> Callable[[], Awaitable[None]]:
    async def check() -> None:
        try:
            keys.current()
        except DependencyDown:
            raise NotReady("no keys to verify tokens with") from None

    return check


async def serve(settings: GatewaySettings) -> None:
    """Serves until SIGTERM or SIGINT, then lets open requests finish for `drain_seconds`. Raises PortTaken."""
    public = listen(settings.http_host, settings.http_port)
    async with (
        assembled(settings) as gateway,
        counts_served(gateway.metrics, host=settings.gateway_metrics_host, port=settings.gateway_metrics_port),
    ):
        server = HttpServer(
            uvicorn.Config(
                gateway.app,
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=True,
                proxy_headers=False,
                lifespan="off",
                http=BoundedHead,
                ws_max_size=settings.gateway_body_limit,
                timeout_graceful_shutdown=max(1, round(settings.drain_seconds)),
                timeout_keep_alive=30,
            )
        )

        def stop() -> None:
            logger.info("stopping")
            gateway.stop()
            server.should_exit = True

        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, stop)
        spare_the_collector()
        watching = asyncio.create_task(gateway.metrics.watch_loop(gateway.stopping))
        logger.info("serving", port=public.getsockname()[1], mode=settings.mode)
        await server.serve(sockets=[public])
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    logger.info("stopped")


def run() -> None:
    """`python -m gateway`. Leaves with status 1 when it cannot start; the reason is on the error output."""
    try:
        settings = load(GatewaySettings)
        log.set_up("gateway", level=settings.log_level, form=settings.log_format)
        telemetry.set_up("gateway", endpoint=settings.otlp_endpoint)
        uvloop.run(serve(settings))
    except HoldfastError as error:
        sys.stderr.write(f"gateway: {error.code}: {error}\n")
        raise SystemExit(1) from None
    finally:
        telemetry.flush()
