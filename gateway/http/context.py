"""From request headers to the context that the pipeline hands on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from chassis.caller import locale_of
from chassis.identity import Actor
from gateway.http.headers import Headers
from gateway.pipeline.stages import RequestContext

TRACE_HEADERS = ("traceparent", "tracestate")


def trace_parent(headers: Headers) -> Mapping[str, str] | None:
    """The caller's trace context, if it sent one. It is an id, nothing is decided by it."""
    parent = {name: headers.get(name) for name in TRACE_HEADERS if headers.get(name)}
    return parent or None


def context_of(headers: Headers, actor: Actor, *, correlation_id: str, seconds: float) -> RequestContext:
    """`seconds` until the answer; a subscription does not heed them. No other header reaches a subgraph."""
    deadline = asyncio.get_running_loop().time() + seconds
    return RequestContext(
        correlation_id=correlation_id,
        actor=actor,
        locale=locale_of(headers.get("accept-language")),
        deadline=deadline,
    )
