"""HTTP/1.1 with a bounded head: uvicorn bounds neither the size of headers nor the time they may take to arrive."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 32_768
HEAD_SECONDS = 10.0


class BoundedHead(HttpToolsProtocol):
    """Closes a connection whose request line and headers are too long or do not end."""

    head_open = True
    head_bytes = 0
    head_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.head_open:
            self.head_bytes += len(data)
            if self.head_bytes > HEAD_BYTES:
                self._give_up()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait_for_head()

    def on_headers_complete(self) -> None:
        self._head_came()
        super().on_headers_complete()

    def _wait_for_head(self) -> None:
        self._head_came()
        self.head_open = True
        self.head_bytes = 0
        self.head_late = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _head_came(self) -> None:
        self.head_open = False
        if self.head_late is not None:
            self.head_late.cancel()
            self.head_late = None

    def _give_up(self) -> None:
        self.transport.close()
