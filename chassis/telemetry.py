"""Traces (OpenTelemetry, W3C trace context). Spans are made and passed on even where nothing exports them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from opentelemetry import context, propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, StatusCode, TraceFlags, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import Attributes

TRACEPARENT = "traceparent"
_TRACE_CONTEXT = TraceContextTextMapPropagator()
_IDS = RandomIdGenerator()
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)


@dataclass(slots=True)
class _Exporting:
    """Whether anybody is shown the spans of this process."""

    on: bool = False


_exporting = _Exporting()


def set_up(service: str, *, endpoint: str = "") -> TracerProvider:
    """The process's tracer provider, made at the first call. `endpoint`: base URL of an OTLP collector (HTTP)."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider(resource=Resource.create({"service.name": service, "service.namespace": "holdfast"}))
        trace.set_tracer_provider(provider)
        if endpoint:
            exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + "/v1/traces")
            provider.add_span_processor(BatchSpanProcessor(exporter))
            _exporting.on = True
    return provider


def export_to(exporter: SpanExporter) -> None:
    """Hands every span to `exporter` as it ends; for tests."""
    set_up("tests").add_span_processor(SimpleSpanProcessor(exporter))
    _exporting.on = True


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


def _passed_on(above: Context | None) -> Span:
    """A span that nobody will see: its ids go on to logs, calls and events as those of any other."""
    parent = trace.get_current_span(above).get_span_context()
    return NonRecordingSpan(
        SpanContext(
            parent.trace_id if parent.is_valid else _IDS.generate_trace_id(),
            _IDS.generate_span_id(),
            is_remote=False,
            trace_flags=parent.trace_flags if parent.is_valid else _SAMPLED,
            trace_state=parent.trace_state,
        )
    )


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
    if _exporting.on:
        current = _tracer(trace.get_tracer_provider()).start_span(
            name, context=above, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
        )
    else:
        current = _passed_on(above)
    token = context.attach(trace.set_span_in_context(current))
    try:
        yield current
    except Exception as error:
        current.set_status(StatusCode.ERROR, type(error).__name__)
        raise
    finally:
        context.detach(token)
        current.end()
