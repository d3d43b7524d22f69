"""Traces (OpenTelemetry, W3C trace context). Spans are made and passed on even where nothing exports them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache

from opentelemetry import context, propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import Attributes

TRACEPARENT = "traceparent"
_TRACE_CONTEXT = TraceContextTextMapPropagator()


def set_up(service: str, *, endpoint: str = "") -> TracerProvider:
    """The process's tracer provider, made at the first call. `endpoint`: base URL of an OTLP collector (HTTP)."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider(resource=Resource.create({"service.name": service, "service.namespace": "holdfast"}))
        trace.set_tracer_provider(provider)
        if endpoint:
            exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + "/v1/traces")
            provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def export_to(exporter: SpanExporter) -> None:
    """Hands every span to `exporter` as it ends; for tests."""
    set_up("tests").add_span_processor(SimpleSpanProcessor(exporter))


def flush() -> None:
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.force_flush(timeout_millis=3000)


def carrier() -> dict[str, str]:
    """The current trace context as headers; empty outside of any span."""
    headers: dict[str, str] = {}
    propagate.inject(headers)
    return headers


@lru_cache(maxsize=2)
def _tracer(provider: trace.TracerProvider) -> Tracer:
    return provider.get_tracer("holdfast")


@contextmanager
def span(
    name: str,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: Mapping[str, str] | None = None,
    attributes: Attributes = None,
) -> Iterator[Span]:
    """A span below `parent` (headers of the one who asked) or below the current one.

    A failure marks it by its kind only: an error's text may repeat what a person sent.
    """
    above = _TRACE_CONTEXT.extract(parent) if parent and parent.get(TRACEPARENT) else None
    current = _tracer(trace.get_tracer_provider()).start_span(
        name, context=above, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
    )
    token = context.attach(trace.set_span_in_context(current))
    try:
        yield current
    except Exception as error:
        current.set_status(StatusCode.ERROR, type(error).__name__)
        raise
    finally:
        context.detach(token)
        current.end()
