"""Which web pages may call: the CORS allow-list (Fetch standard), checked for sockets too, which CORS leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.http.answers import Pairs
from gateway.http.headers import Headers
from gateway.http.refusals import OriginNotAllowed

ALLOWED_HEADERS = b"authorization, content-type, accept, accept-language, traceparent"
PREFLIGHT_SECONDS = b"600"


@dataclass(frozen=True, slots=True)
class Origins:
    """`listed` in lower case, without a trailing slash. The gateway's own origin needs no listing."""

    listed: frozenset[str]

    def require(self, headers: Headers) -> str | None:
        """The page's origin, or None when no page calls. Raises OriginNotAllowed.

        A refused page learns nothing it could read, yet the request itself must not run either.
        """
        origin = headers.get("origin").lower()
        if not origin:
            return None
        if origin in self.listed or self._own(origin, headers.get("host").lower()):
            return origin
        raise OriginNotAllowed("Pages of this origin may not call here.")

    def answer_headers(self, origin: str | None) -> Pairs:
        """What lets the page read the answer. Always varies by origin, so that no cache mixes two pages up."""
        if origin is None:
            return ((b"vary", b"origin"),)
        return (
            (b"vary", b"origin"),
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-expose-headers", b"x-correlation-id"),
        )

    def preflight_headers(self, origin: str | None, methods: bytes) -> Pairs:
        if origin is None:
            return ((b"vary", b"origin"), (b"allow", methods))
        return (
            *self.answer_headers(origin),
            (b"access-control-allow-methods", methods),
            (b"access-control-allow-headers", ALLOWED_HEADERS),
            (b"access-control-max-age", PREFLIGHT_SECONDS),
        )

    @staticmethod
    def _own(origin: str, host: str) -> bool:
        parts = urlsplit(origin)
        return parts.scheme in {"http", "https"} and bool(host) and parts.netloc == host
