"""Kept HTTP/1.1 connections for one question and one answer each, with nothing of a general client around them.

Streams, files and login keys go through a library: they are few. Each query makes one exchange or several of this kind.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httptools

# Shorter than the time after which a service closes an idle connection: we must be the first to let go.
KEEPALIVE_SECONDS = 4.0
CONNECTIONS_PER_ADDRESS = 200
CONNECT_SECONDS = 2.0


class WireLost(ConnectionError):
    """The connection ended before the whole answer came, or what came was no HTTP."""


class AnswerTooLarge(Exception):
    """Nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


class Wire(asyncio.Protocol):
    """One connection; one exchange at a time."""

    def __init__(self) -> None:
        self.rests_since = 0.0
        self.usable = True
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._waiting: asyncio.Future[Answer] | None = None
        self._body: list[bytes] = []
        self._room = 0

    async def ask(self, request: bytes, *, limit: int) -> Answer:
        """Raises WireLost or AnswerTooLarge. Unless an answer came, the connection is not used again."""
        if self._transport is None or not self.usable:
            raise WireLost
        self._waiting = asyncio.get_running_loop().create_future()
        self._body, self._room = [], limit
        self._transport.write(request)
        try:
            return await self._waiting
        except BaseException:
            self.close()
            raise
        finally:
            self._waiting = None

    def close(self) -> None:
        self.usable = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # of a stream socket it is one that writes

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._fail(WireLost())

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail(WireLost())

    def on_message_begin(self) -> None:
        if self._waiting is None or self._waiting.done():
            # Said without being asked: whom it is meant for is not known.
            self._fail(WireLost())

    def on_body(self, body: bytes) -> None:
        self._room -= len(body)
        if self._room < 0:
            self._fail(AnswerTooLarge())
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        if not self._parser.should_keep_alive():
            self.usable = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(Answer(self._parser.get_status_code(), b"".join(self._body)))

    def _fail(self, error: Exception) -> None:
        self.close()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Address:
    host: str
    port: int
    secure: ssl.SSLContext | None
    head: str
    """What each request to it begins with."""
    resting: deque[Wire] = field(default_factory=deque)
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONNECTIONS_PER_ADDRESS))

    @staticmethod
    def of(url: str) -> _Address:
        parts = urlsplit(url)
        secure = ssl.create_default_context() if parts.scheme == "https" else None
        return _Address(
            host=parts.hostname or "",
            port=parts.port or (443 if secure else 80),
            secure=secure,
            head=f"POST {parts.path or '/'} HTTP/1.1\r\nhost: {parts.netloc.rpartition('@')[2]}\r\n",
        )


@dataclass(slots=True)
class Wires:
    """By address. Connections are opened when needed and kept for a moment."""

    _addresses: dict[str, _Address] = field(default_factory=dict)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, *, limit: int) -> Answer:
        """Raises WireLost, AnswerTooLarge, TimeoutError or another OSError when nobody is there."""
        address = self._addresses.get(url)
        if address is None:
            address = self._addresses[url] = _Address.of(url)
        request = _written(address.head, headers, body)
        async with address.room:
            wire = _rested(address) or await _opened(address)
            answer = await wire.ask(request, limit=limit)
            if wire.usable:
                wire.rests_since = asyncio.get_running_loop().time()
                address.resting.append(wire)
            else:
                wire.close()
            return answer

    def close(self) -> None:
        for address in self._addresses.values():
            while address.resting:
                address.resting.pop().close()


def _written(head: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    if lines.count("\n") != len(headers) or lines.count("\r") != len(headers):
        raise ValueError("A header is one line.")
    return f"{head}{lines}content-length: {len(body)}\r\n\r\n".encode("latin-1") + body


def _rested(address: _Address) -> Wire | None:
    """The one that rested the shortest; those that rested for too long are let go."""
    oldest = asyncio.get_running_loop().time() - KEEPALIVE_SECONDS
    while address.resting and (address.resting[0].rests_since < oldest or not address.resting[0].usable):
        address.resting.popleft().close()
    while address.resting:
        wire = address.resting.pop()
        if wire.usable:
            return wire
    return None


async def _opened(address: _Address) -> Wire:
    async with asyncio.timeout(CONNECT_SECONDS):
        _, wire = await asyncio.get_running_loop().create_connection(
            Wire, address.host, address.port, ssl=address.secure
        )
    return wire
