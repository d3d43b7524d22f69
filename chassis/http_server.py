"""uvicorn as every process runs it: with a bounded head, and without handlers of signals.

uvicorn bounds neither the size of headers nor the time they may take to arrive.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chassis.errors import Breakdown


class PortTaken(Breakdown):
    code = "PORT_TAKEN"


def listen(host: str, port: int) -> socket.socket:
    """Raises PortTaken. Port 0 takes any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise PortTaken(f"Port {port} of {host} cannot be listened on ({error.strerror}).") from None


class HttpServer(uvicorn.Server):
    """Signals belong to the process: streams must end before uvicorn waits for them, and a stop is no crash."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class HeadTooLarge(Exception):
    """Seen by the parser only."""


class BoundedHead(HttpToolsProtocol):
    """Closes a connection whose request line and headers are too long or do not end in time."""

    head_limit: ClassVar[int] = 32_768
    head_seconds: ClassVar[float] = 10.0
    head_open = True
    head_bytes = 0
    head_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # the library narrows the transport, too
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.head_open:
            self.head_bytes += len(data)
            if self.head_bytes > self.head_limit:
                self._give_up()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait_for_head()

    def on_headers_complete(self) -> None:
        self._head_came()
        # A head that came whole in one piece was not counted on its way. Raising makes the parser answer with 400.
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > self.head_limit:
            raise HeadTooLarge
        super().on_headers_complete()

    def _wait_for_head(self) -> None:
        self._head_came()
        self.head_open = True
        self.head_bytes = 0
        self.head_late = self.loop.call_later(self.head_seconds, self._give_up)

    def _head_came(self) -> None:
        self.head_open = False
        if self.head_late is not None:
            self.head_late.cancel()
            self.head_late = None

    def _give_up(self) -> None:
        self.transport.close()
