"""Prometheus metrics of one process. Labels are bounded: never an id, an area or anything a caller chose freely."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
OPERATION_NAMES = 200
LAG_PERIOD_SECONDS = 0.5


@dataclass(slots=True)
class Metrics:
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)
    published: Counter = field(init=False)
    consumed: Counter = field(init=False)
    outbox_waiting: Gauge = field(init=False)
    outbox_age: Gauge = field(init=False)
    parked: Gauge = field(init=False)
    timers: Counter = field(init=False)
    jobs: Counter = field(init=False)
    loop_lag: Gauge = field(init=False)
    _names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        own = self.registry
        self.requests = Counter(
            "holdfast_requests", "Answered requests.", ["face", "operation", "outcome"], registry=own
        )
        self.seconds = Histogram(
            "holdfast_request_seconds", "Time to answer.", ["face", "operation"], buckets=BUCKETS, registry=own
        )
        self.published = Counter("holdfast_events_published", "Events the broker has taken.", registry=own)
        self.consumed = Counter(
            "holdfast_events_consumed", "Events read, by what became of them.", ["source", "outcome"], registry=own
        )
        self.outbox_waiting = Gauge("holdfast_outbox_waiting", "Events not yet published.", registry=own)
        self.outbox_age = Gauge("holdfast_outbox_oldest_seconds", "Age of the oldest unpublished event.", registry=own)
        self.parked = Gauge("holdfast_events_parked", "Events parked and not yet replayed.", ["source"], registry=own)
        self.timers = Counter("holdfast_timers", "Timers that came due.", ["kind", "outcome"], registry=own)
        self.jobs = Counter("holdfast_jobs", "Jobs that ended.", ["kind", "outcome"], registry=own)
        self.loop_lag = Gauge("holdfast_loop_lag_seconds", "Delay of the event loop, last seen.", registry=own)

    def operation(self, name: str) -> str:
        """The name as a label, while there are few of them; then "other"."""
        if name not in self._names:
            if len(self._names) >= OPERATION_NAMES:
                return "other"
            self._names.add(name)
        return name

    def answered(self, face: str, operation: str, outcome: str, *, seconds: float) -> None:
        label = self.operation(operation)
        self.requests.labels(face, label, outcome).inc()
        self.seconds.labels(face, label).observe(seconds)

    async def watch_loop(self, stop: asyncio.Event) -> None:
        """Measures how late the loop comes back to a task that only sleeps."""
        while not stop.is_set():
            before = perf_counter()
            await asyncio.sleep(LAG_PERIOD_SECONDS)
            self.loop_lag.set(max(0.0, perf_counter() - before - LAG_PERIOD_SECONDS))

    def text(self) -> bytes:
        return generate_latest(self.registry)
