"""One HTTP request on its way through a face: what is known of it, and the two ends of its connection."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.http.answers import Pairs
from gateway.http.body import Receive, Send
from gateway.http.headers import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """`shown` are the headers every answer to this request carries."""

    method: str
    path: str
    headers: Headers
    receive: Receive
    send: Send
    correlation_id: str
    shown: Pairs
