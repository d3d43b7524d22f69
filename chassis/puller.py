"""Pulls messages of a durable consumer: whatever comes within a moment, without waiting for a batch to fill."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from time import monotonic

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from chassis.errors import DependencyDown

REQUESTED = 32
REQUEST_SECONDS = 20.0
# How long a message waits for others that are on their way: longer where they come in a stream.
GATHER_SECONDS = 0.02
BUSY_GATHER_SECONDS = 0.1
BUSY_WITHIN_SECONDS = 0.3
# The broker answers a request by then, if only to say that it has expired.
GRACE_SECONDS = 5.0
STATUS = "Status"
# 404 nothing there, 408 request expired, 409 limit reached or consumer gone, 503 nobody listens there.
MISSING = ("503",)
CONFLICT = "409"


class ConsumerGone(DependencyDown):
    """The durable consumer, or its whole stream, is not there any more."""

    code = "CONSUMER_GONE"


@dataclass(slots=True)
class Puller:
    """One outstanding request at a time, which the broker answers message by message as they come in."""

    client: Client
    stream: str
    durable: str
    _queue: asyncio.Queue[Msg] = field(default_factory=asyncio.Queue)
    _subscription: Subscription | None = None
    _inbox: str = ""
    # Messages that the outstanding request may still bring; when it ends at the latest.
    _owed: int = 0
    _until: float = 0.0
    # When messages were last handed out.
    _last_at: float = 0.0

    async def open(self) -> None:
        self._inbox = self.client.new_inbox()
        self._subscription = await self.client.subscribe(self._inbox, cb=self._queue.put)

    async def close(self) -> None:
        if self._subscription is not None and not self.client.is_closed:
            await self._subscription.unsubscribe()

    def renew(self) -> None:
        """Forgets the outstanding request: the connection it was made on is gone. What it brought is kept."""
        self._owed = 0

    async def next_batch(self, *, seconds: float, most: int) -> list[Msg]:
        """Up to `most` messages that are there, after waiting up to `seconds` for a first one; may be empty.

        Raises ConsumerGone.
        """
        await self._request()
        batch: list[Msg] = []
        try:
            first = await asyncio.wait_for(self._queue.get(), seconds)
        except TimeoutError:
            return batch
        self._sort(first, batch)
        if batch and self._queue.qsize() < most - 1:
            # What was published together comes in bit by bit; taken in one by one it costs many times as much.
            busy = monotonic() - self._last_at < BUSY_WITHIN_SECONDS
            await asyncio.sleep(BUSY_GATHER_SECONDS if busy else GATHER_SECONDS)
        self._last_at = monotonic()
        while len(batch) < most and not self._queue.empty():
            self._sort(self._queue.get_nowait(), batch)
        return batch

    async def _request(self) -> None:
        now = monotonic()
        if self._owed > 0 and now < self._until:
            return
        self._owed = REQUESTED
        self._until = now + REQUEST_SECONDS + GRACE_SECONDS
        order = {"batch": REQUESTED, "expires": int(REQUEST_SECONDS * 1e9)}
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self.stream}.{self.durable}"
        await self.client.publish(subject, json.dumps(order).encode(), self._inbox)

    def _sort(self, message: Msg, batch: list[Msg]) -> None:
        status = (message.headers or {}).get(STATUS)
        if status is None:
            self._owed -= 1
            batch.append(message)
            return
        self._owed = 0
        if status in MISSING or (status == CONFLICT and b"delet" in _description(message)):
            raise ConsumerGone(f"The consumer {self.durable} of {self.stream} is gone.")


def _description(message: Msg) -> bytes:
    return (message.headers or {}).get("Description", "").lower().encode()
