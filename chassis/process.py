"""One process of a service: starts the parts of its role, watches them, and stops them in good order.

Order of a stop: /readyz and the gRPC health say no, streams end, no new work is taken, what runs is finished
until the deadline, then the connections are closed. SIGTERM and SIGINT start it; a second one changes nothing.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog
import uvicorn

from chassis import telemetry
from chassis.broker import Broker
from chassis.chores import daily_chores
from chassis.collector import spare_the_collector
from chassis.consumer import Consumer
from chassis.errors import Breakdown
from chassis.health import Health
from chassis.http_server import BoundedHead, HttpServer, PortTaken, listen
from chassis.identity import Keyring, RequestVerifier
from chassis.intake import Intake
from chassis.jobs import CHANNEL as JOBS_CHANNEL
from chassis.jobs import Jobs
from chassis.metrics import Metrics
from chassis.notifications import Notifications
from chassis.parked import CHANNEL as REPLAY_CHANNEL
from chassis.relay import Relay
from chassis.rpc.server import RpcServer
from chassis.service import Program, Role, Service
from chassis.settings import CommonSettings
from chassis.subgraph import probe_app, subgraph_app
from chassis.timers import Timers
from chassis.uow import UnitOfWork
from chassis.vault_mark import VaultKeyOther, wait_for_same_vault
from chassis.watch import SchemaCheck, Watch

# In production a balancer needs a moment to see /readyz before the door closes.
FAREWELL_SECONDS = 2.0
FIRST_RESTART_SECONDS = 0.5
LONGEST_RESTART_SECONDS = 30.0

Work = TypeVar("Work", bound=UnitOfWork)
SettingsOf = TypeVar("SettingsOf", bound=CommonSettings)
logger = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Process(Generic[Work]):
    role: Role
    program: Program[CommonSettings, Work]
    service: Service[Work]
    metrics: Metrics = field(default_factory=Metrics)
    health: Health = field(default_factory=Health)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    broker: Broker = field(init=False)
    notifications: Notifications = field(init=False)
    _asked_to_stop: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)
    _holding: asyncio.Task[None] | None = None
    _broken: Breakdown | None = None

    def __post_init__(self) -> None:
        settings = self.service.settings
        self.broker = Broker(settings.nats_url, f"{self.service.name}-{self.role}")
        self.notifications = Notifications(settings.database_url)

    @staticmethod
    def prepare(role: Role, program: Program[SettingsOf, Work], service: Service[Work]) -> Process[Work]:
        return Process(role=role, program=program, service=service)  # type: ignore[arg-type]  # settings are read only

    def plays(self, role: Role) -> bool:
        return self.role in {role, Role.ALL}

    def ask_to_stop(self) -> None:
        self._asked_to_stop.set()

    async def run(self) -> None:
        """Serves until asked to stop. Raises PortTaken, and VaultKeyOther once the database tells."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.ask_to_stop)
        http = self._http()
        listening = listen(self.service.settings.http_host, self.service.settings.http_port)
        rpc = self._rpc() if self.plays(Role.API) and self.service.rpc else None
        grpc_port = None
        if rpc is not None:
            grpc_port = await self._start_rpc(rpc)
        serving = asyncio.create_task(http.serve(sockets=[listening]), name="http")
        tasks = [asyncio.create_task(self._keep(name, run), name=name) for name, run in self._parts()]
        if self.plays(Role.RELAY) or self.plays(Role.CONSUMER):
            # Held longer than the parts that use it: what they have done is still to be acknowledged.
            self._holding = asyncio.create_task(self.broker.hold(self._released), name="broker")
        logger.info("process.serving", role=self.role.value, http_port=listening.getsockname()[1], grpc_port=grpc_port)
        spare_the_collector()
        asked = asyncio.create_task(self._asked_to_stop.wait())
        await asyncio.wait({asked, serving}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        await self._stop(http, serving, rpc, tasks)
        if self._broken is not None:
            raise self._broken

    async def _stop(
        self, http: uvicorn.Server, serving: asyncio.Task[None], rpc: RpcServer | None, tasks: list[asyncio.Task[None]]
    ) -> None:
        settings = self.service.settings
        logger.info("process.stopping")
        self.health.draining = True
        if rpc is not None:
            await rpc.drain()
        if settings.mode == "production":
            await asyncio.sleep(min(FAREWELL_SECONDS, settings.drain_seconds / 4))
        self.draining.set()
        self.stop.set()
        http.should_exit = True
        ending = [serving, *tasks]
        if rpc is not None:
            ending.append(asyncio.create_task(rpc.stop(settings.drain_seconds)))
        _, late = await asyncio.wait(ending, timeout=settings.drain_seconds)
        for task in late:
            logger.warning("process.cut_off", part=task.get_name())
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        self._released.set()
        if self._holding is not None:
            await asyncio.gather(self._holding, return_exceptions=True)
        await self.notifications.close()
        for close in self.service.closing:
            with suppress(Exception):
                await asyncio.wait_for(close(), 3)
        await self.service.database.close()
        telemetry.flush()
        logger.info("process.stopped")

    def _http(self) -> uvicorn.Server:
        settings = self.service.settings
        self._add_checks()
        if self.plays(Role.API):
            app = subgraph_app(
                schema=self.program.schema,
                graph_context=self.service.graph_context,
                verifier=self._verifier(("gateway",)),
                health=self.health,
                metrics=self.metrics,
                routes=self.service.routes,
                refresh_metrics=self._watch().refresh_metrics,
                draining=self.draining,
            )
        else:
            app = probe_app(health=self.health, metrics=self.metrics, refresh_metrics=self._watch().refresh_metrics)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            http=BoundedHead,
            ws="none",
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=max(1, int(settings.drain_seconds)),
        )
        return HttpServer(config)

    def _verifier(self, signers: tuple[str, ...]) -> RequestVerifier:
        return RequestVerifier(
            keyring=Keyring.load(self.service.settings.keys_folder), audience=self.service.name, signers=signers
        )

    def _rpc(self) -> RpcServer:
        signed = {face.name: self._verifier(tuple(face.callers)) for face in self.service.rpc if face.tokens is None}
        tokens = {face.name: face.tokens for face in self.service.rpc if face.tokens is not None}
        server = RpcServer(signed, self.metrics, tokens=tokens)
        for face in self.service.rpc:
            face.register(server.server)
        return server

    async def _start_rpc(self, server: RpcServer) -> int:
        settings = self.service.settings
        try:
            return await server.start(settings.http_host, settings.grpc_port)
        except OSError:
            raise PortTaken(f"Port {settings.grpc_port} of {settings.http_host} cannot be listened on.") from None

    def _parts(self) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """The loops of this role, by name. Timers, jobs and background work go with the consumer."""
        service, begin, stop = self.service, self.service.begin, self.stop
        yield "loop-lag", lambda: self.metrics.watch_loop(stop)
        if service.vault is not None:
            yield "vault", self._check_vault
        if self.plays(Role.RELAY):
            relay = Relay(
                source=service.name,
                database_url=service.settings.database_url,
                broker=self.broker,
                metrics=self.metrics,
            )
            yield "relay", lambda: relay.run(stop)
        if not self.plays(Role.CONSUMER):
            return
        for subscription in service.subscriptions:
            intake = Intake(subscription=subscription, begin=begin, metrics=self.metrics)
            yield from self._consumer_parts(Consumer(service.name, service.settings.database_url, self.broker, intake))
        timers = Timers(begin=begin, kinds=[*service.timers, *daily_chores()], metrics=self.metrics)
        yield "timers", lambda: timers.run(stop)
        if service.jobs:
            jobs = Jobs(begin=begin, kinds=service.jobs, metrics=self.metrics)
            yield "jobs", lambda: jobs.run(stop)
            yield "jobs-wake", lambda: self._pass_on(JOBS_CHANNEL, jobs.wake)
        for work in service.background:
            yield f"background-{work.name}", _bound(work.run, stop)

    async def _check_vault(self) -> None:
        if self.service.vault is None:
            return
        try:
            await wait_for_same_vault(self.service.database, self.service.vault, self.stop)
        except VaultKeyOther as other:
            self._broken = other
            self.ask_to_stop()

    def _consumer_parts(self, consumer: Consumer[Work]) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        source = consumer.intake.source
        wake = asyncio.Event()
        yield f"consume-{source}", lambda: consumer.run(self.stop)
        yield f"replay-{source}", lambda: consumer.replay(self.stop, wake)
        yield f"replay-wake-{source}", lambda: self._pass_on(REPLAY_CHANNEL, wake, also=self.stop)

    async def _pass_on(self, channel: str, wake: asyncio.Event, *, also: asyncio.Event | None = None) -> None:
        """Sets `wake` at every notification, and once more when `also` is set, so that its waiter sees the stop."""
        listening = asyncio.create_task(self._wake_at(channel, wake))
        await (also or self.stop).wait()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        wake.set()

    async def _wake_at(self, channel: str, wake: asyncio.Event) -> None:
        async for _ in self.notifications.listen(channel):
            wake.set()

    async def _keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Starts a part again when it fails, with growing pauses; one part's failure does not end the others."""
        pause = FIRST_RESTART_SECONDS
        while not self.stop.is_set():
            began = asyncio.get_running_loop().time()
            try:
                await run()
            except Exception as error:
                logger.exception("process.part_failed", part=name, exc_info=error)
            else:
                return
            if asyncio.get_running_loop().time() - began > LONGEST_RESTART_SECONDS:
                pause = FIRST_RESTART_SECONDS
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), pause)
            pause = min(pause * 2, LONGEST_RESTART_SECONDS)

    def _add_checks(self) -> None:
        self.health.checks["database"] = self.service.database.ping
        self.health.checks["schema"] = SchemaCheck(self.service.database, self.program.migrations)
        self.health.checks["outbox"] = self._watch().check_outbox
        if self.plays(Role.RELAY) or self.plays(Role.CONSUMER):
            self.health.checks["broker"] = self._watch().check_broker

    def _watch(self) -> Watch:
        sources = [subscription.source for subscription in self.service.subscriptions]
        return Watch(self.service.database, self.broker, self.metrics, sources)


def _bound(run: Callable[[asyncio.Event], Awaitable[None]], stop: asyncio.Event) -> Callable[[], Awaitable[None]]:
    return lambda: run(stop)
