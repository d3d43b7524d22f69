"""Server-sent events (WHATWG HTML, 9.2), read piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.pipeline.stages import SubgraphUnavailable


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """`name` is "message" where the server gave none."""

    name: str
    data: str


@dataclass(slots=True)
class EventReader:
    """Feed it bytes as they come; it gives back whole events. Comments (heartbeats) give nothing."""

    limit: int
    _rest: bytearray = field(default_factory=bytearray, init=False)
    _name: str = field(default="", init=False)
    _data: list[str] = field(default_factory=list, init=False)
    _size: int = field(default=0, init=False)

    def feed(self, chunk: bytes) -> Iterator[ServerEvent]:
        """Raises SubgraphUnavailable for an event over `limit` bytes."""
        self._rest += chunk
        if len(self._rest) + self._size > self.limit and b"\n" not in self._rest:
            raise SubgraphUnavailable(f"An event has more than {self.limit} bytes.")
        *lines, rest = bytes(self._rest).split(b"\n")
        self._rest = bytearray(rest)
        for line in lines:
            event = self._line(line.rstrip(b"\r").decode("utf-8", "replace"))
            if event is not None:
                yield event

    def _line(self, line: str) -> ServerEvent | None:
        if not line:
            event = ServerEvent(self._name or "message", "\n".join(self._data)) if self._data or self._name else None
            self._name, self._data, self._size = "", [], 0
            return event
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data":
            self._size += len(value)
            if self._size > self.limit:
                raise SubgraphUnavailable(f"An event has more than {self.limit} bytes.")
            self._data.append(value)
        return None
