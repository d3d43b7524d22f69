"""What set an event in motion: taken in, it goes on under the same correlation id and trace."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from itertools import groupby

from opentelemetry.trace import SpanKind

from chassis import correlation, telemetry
from contracts.common.v1.envelope_pb2 import Envelope


def by_origin(batch: Sequence[Envelope]) -> list[list[Envelope]]:
    """In their order, neighbours that one transaction emitted together."""
    grouped = groupby(batch, key=lambda envelope: (envelope.correlation_id, envelope.traceparent))
    return [list(run) for _, run in grouped]


def on_behalf(run: Sequence[Envelope]) -> AbstractContextManager[object]:
    """Of events of one origin: whatever they set in motion goes on under it, in one span."""
    first = run[0]
    correlation.bind(first.correlation_id)
    names = {envelope.event_type.rpartition(".")[2] for envelope in run}
    attributes: dict[str, str | int] = {"messaging.system": "nats"}
    if len(run) == 1:
        attributes["messaging.message.id"] = first.event_id
    else:
        attributes["messaging.batch.message_count"] = len(run)
    return telemetry.span(
        f"consume {names.pop()}" if len(names) == 1 else "consume",
        kind=SpanKind.CONSUMER,
        parent={telemetry.TRACEPARENT: first.traceparent},
        attributes=attributes,
    )
