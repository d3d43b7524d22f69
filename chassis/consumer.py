"""The consumer role: pulls another service's events from the broker, has them taken in, then acknowledges."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

import structlog
from nats.aio.msg import Msg

from chassis import parked
from chassis.broker import BROKER_ERRORS, Broker, stream_name
from chassis.database import is_connection_loss
from chassis.errors import DependencyDown
from chassis.identity import SYSTEM_ACTOR
from chassis.intake import Intake
from chassis.parcels import read_parcel, slices
from chassis.puller import Puller
from chassis.turn import DATABASE_ERRORS, rest, taking_turns
from chassis.uow import UnitOfWork
from contracts.common.v1.envelope_pb2 import Envelope

# Parcels that are taken in together.
BATCH = 8
IDLE_SECONDS = 1.0
CONSUMER_CHECK_SECONDS = 5.0
REPLAY_CHECK_SECONDS = 5.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0

Work = TypeVar("Work", bound=UnitOfWork)
logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Consumer(Generic[Work]):
    """One durable consumer, named after the service, on the stream of one source.

    Of several processes one consumes a source and the others stand by: sharing the messages out would tear
    the order per subject apart, and most of them would only wait for each other.
    """

    service: str
    database_url: str
    broker: Broker
    intake: Intake[Work]
    _checked_at: float = 0.0
    _puller: Puller | None = None

    async def run(self, stop: asyncio.Event) -> None:
        self.broker.on_return(self._renew)
        pause = FIRST_PAUSE_SECONDS
        while not stop.is_set():
            began = monotonic()
            try:
                async with taking_turns(self.database_url, f"consume {self.intake.source}", stop) as turn:
                    if turn is not None:
                        await self._serve(stop, turn[1])
            except Exception as error:
                if not (
                    isinstance(error, (*BROKER_ERRORS, *DATABASE_ERRORS, DependencyDown)) or is_connection_loss(error)
                ):
                    raise
                logger.warning("consumer.interrupted", source=self.intake.source, error=type(error).__name__)
                if monotonic() - began > LONGEST_PAUSE_SECONDS:
                    pause = FIRST_PAUSE_SECONDS
                await rest(stop, pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _serve(self, stop: asyncio.Event, lost: asyncio.Event) -> None:
        """Until the stop or the loss of the turn."""
        await self._check()
        self._puller = Puller(self.broker.client, stream_name(self.intake.source), self.service)
        await self._puller.open()
        try:
            while not stop.is_set() and not lost.is_set():
                messages = await self._puller.next_batch(seconds=IDLE_SECONDS, most=BATCH)
                if messages:
                    await self._work_on(messages)
                elif monotonic() - self._checked_at > CONSUMER_CHECK_SECONDS:
                    await self._check()
        finally:
            with suppress(*BROKER_ERRORS):
                await self._puller.close()

    async def _check(self) -> None:
        await self.broker.ensure_consumer(self.intake.source, self.service)
        self._checked_at = monotonic()

    def _renew(self) -> None:
        """The broker was away: it has forgotten our request, and perhaps the consumer or the whole stream."""
        self._checked_at = 0.0
        if self._puller is not None:
            self._puller.renew()

    async def _work_on(self, messages: Sequence[Msg]) -> None:
        readable: list[tuple[Msg, list[Envelope]]] = []
        for message in messages:
            envelopes = read_parcel(message.subject, message.data)
            if envelopes:
                readable.append((message, envelopes))
            else:
                await message.term()
        if not readable:
            return
        try:
            outcomes = await self.intake.absorb([envelope for _, envelopes in readable for envelope in envelopes])
        except Exception:
            with suppress(*BROKER_ERRORS):
                for message, _ in readable:
                    await message.nak(delay=1)
            raise
        for (message, _), own in zip(readable, slices([len(one) for _, one in readable]), strict=True):
            # What is settled of a parcel that comes again is known then.
            waits = [outcome.again_in for outcome in outcomes[own] if outcome.again_in is not None]
            if waits:
                await message.nak(delay=min(waits))
            else:
                await message.ack()

    async def replay(self, stop: asyncio.Event, wake: asyncio.Event) -> None:
        """Tries again what an operator asked for, and what has become able to go on. `wake`: someone asked."""
        while not stop.is_set():
            wake.clear()
            async with self.intake.begin(SYSTEM_ACTOR) as work:
                subjects = await parked.resumable_subjects(work.connection, self.intake.source)
            for subject in subjects:
                await self.intake.resume(subject)
                async with self.intake.begin(SYSTEM_ACTOR) as work:
                    await parked.clear_requests(work.connection, self.intake.source, subject)
            with suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), REPLAY_CHECK_SECONDS)
