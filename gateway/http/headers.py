"""Request headers, read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from gateway.http.refusals import HttpRefusal

SINGLE = frozenset({"authorization", "content-type", "content-length", "content-encoding", "host", "origin"})

Scope: TypeAlias = MutableMapping[str, object]
RawHeaders: TypeAlias = Iterable[tuple[bytes, bytes]]


class RepeatedHeader(HttpRefusal):
    code = "REPEATED_HEADER"


@dataclass(frozen=True, slots=True)
class Headers:
    """By lower-case name. Repeated list headers are joined by commas (RFC 9110, 5.3)."""

    values: Mapping[str, str]

    def get(self, name: str) -> str:
        """The value, or an empty text."""
        return self.values.get(name, "")

    @staticmethod
    def of(scope: Scope) -> Headers:
        """Raises RepeatedHeader."""
        return Headers.read(cast("RawHeaders", scope["headers"]))

    @staticmethod
    def read(raw: RawHeaders) -> Headers:
        """Raises RepeatedHeader where two values would let two readers disagree."""
        values: dict[str, str] = {}
        for raw_name, raw_value in raw:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1").strip()
            if name in values:
                if name in SINGLE:
                    raise RepeatedHeader(f"The header {name} is given twice.")
                value = f"{values[name]}, {value}"
            values[name] = value
        return Headers(values)
