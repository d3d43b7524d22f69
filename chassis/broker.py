"""NATS JetStream: one stream per publishing service, made by whoever comes first, publisher or consumer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

import nats.errors
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RetentionPolicy, StorageType, StreamConfig, StreamInfo
from nats.js.errors import APIError, NotFoundError

from chassis.errors import DependencyDown

KEPT_SECONDS = 30 * 24 * 3600.0
# Recognises a quick retry at the broker; the consumers' inboxes are the guarantee.
DUPLICATES_SECONDS = 120.0
ACK_WAIT_SECONDS = 30.0
MOST_UNACKED = 2000
PUBLISHES_IN_FLIGHT = 1000

# Last word of a subject under which events travel.
PARCEL = "parcel"

BROKER_ERRORS = (nats.errors.Error, TimeoutError, OSError)
logger = structlog.get_logger(__name__)


def stream_name(source: str) -> str:
    return source.upper()


def partition_of(area_path: str) -> str:
    """The prefecture's four digits; "none" for what is not bound to an area."""
    return "".join(area_path.split("/")[:2]) or "none"


def subject_of(source: str, partition: str) -> str:
    return f"events.{source}.{partition}.{PARCEL}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """Which store a stream lives in, by the time it was made, and the number of its newest message."""

    created_at: datetime
    last_sequence: int


@dataclass(slots=True)
class Broker:
    """A connection that comes back by itself, for as long as the process lives."""

    url: str
    name: str
    _client: Client | None = None
    _connected: asyncio.Event = field(default_factory=asyncio.Event)
    was_connected: bool = False
    _lost_at: float = field(default_factory=monotonic)
    _on_return: list[Callable[[], None]] = field(default_factory=list)

    async def hold(self, stop: asyncio.Event) -> None:
        """Connects, and holds the connection until `stop`; waits for a broker that is not there yet."""
        client = Client()
        self._client = client
        connecting = asyncio.create_task(
            client.connect(
                self.url,
                name=self.name,
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.25,  # type: ignore[arg-type]  # fractions of a second work
                connect_timeout=2,
                ping_interval=10,
                max_outstanding_pings=2,
                error_cb=self._failed,
                disconnected_cb=self._lost,
                reconnected_cb=self._returned,
            )
        )
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({connecting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if connecting.done():
                connecting.result()
                await self._returned()
                await stopping
        finally:
            for task in (connecting, stopping):
                task.cancel()
            await asyncio.gather(connecting, stopping, return_exceptions=True)
            self._connected.clear()
            with suppress(*BROKER_ERRORS):
                await asyncio.wait_for(client.close(), 3)

    def on_return(self, call: Callable[[], None]) -> None:
        """`call` is made after every connection, the first included: the store behind it may be another one."""
        self._on_return.append(call)

    def away_seconds(self) -> float:
        """For how long the broker has been away; 0 while it is there."""
        return 0.0 if self._connected.is_set() else monotonic() - self._lost_at

    @property
    def client(self) -> Client:
        """Raises DependencyDown while there is no connection."""
        if self._client is None or not self._connected.is_set():
            raise DependencyDown("The broker is not connected.")
        return self._client

    def streams(self) -> JetStreamContext:
        return self.client.jetstream(timeout=5, publish_async_max_pending=PUBLISHES_IN_FLIGHT)

    async def ensure_stream(self, source: str) -> StoreState:
        streams = self.streams()
        try:
            info = await streams.stream_info(stream_name(source))
        except NotFoundError:
            info = await self._make_stream(streams, source)
        if info.created is None:
            raise DependencyDown("The broker does not say when its stream was made.")
        return StoreState(created_at=info.created, last_sequence=info.state.last_seq)

    async def _make_stream(self, streams: JetStreamContext, source: str) -> StreamInfo:
        config = StreamConfig(
            name=stream_name(source),
            subjects=[f"events.{source}.>"],
            storage=StorageType.FILE,
            retention=RetentionPolicy.LIMITS,
            max_age=KEPT_SECONDS,
            duplicate_window=DUPLICATES_SECONDS,
        )
        try:
            info = await streams.add_stream(config)
        except APIError:
            # Another process was first.
            return await streams.stream_info(stream_name(source))
        logger.info("broker.stream_made", stream=config.name)
        return info

    async def ensure_consumer(self, source: str, durable: str) -> None:
        """The durable pull consumer of one service on another's stream."""
        streams = self.streams()
        try:
            await streams.consumer_info(stream_name(source), durable)
        except NotFoundError:
            await self.ensure_stream(source)
            await streams.add_consumer(
                stream_name(source),
                ConsumerConfig(
                    durable_name=durable,
                    deliver_policy=DeliverPolicy.ALL,
                    ack_policy=AckPolicy.EXPLICIT,
                    ack_wait=ACK_WAIT_SECONDS,
                    max_ack_pending=MOST_UNACKED,
                    max_deliver=-1,
                ),
            )
            logger.info("broker.consumer_made", stream=stream_name(source), consumer=durable)

    async def _failed(self, error: Exception) -> None:
        logger.debug("broker.error", error=type(error).__name__)

    async def _lost(self) -> None:
        if self._connected.is_set():
            logger.warning("broker.lost")
            self._lost_at = monotonic()
        self._connected.clear()

    async def _returned(self) -> None:
        logger.info("broker.connected")
        self._connected.set()
        self.was_connected = True
        for call in self._on_return:
            call()
