"""Listens to a stream of alerts as a client would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from chassis.identity import Actor
from risk_service.schema import schema
from tests.risk_service.desk import APPROVER, Desk, Json

WATCH = """subscription W($area: AreaPath!, $after: String) { alertRaised(area: $area, after: $after) {
    cursor kind alert { level amount { amount } task { dueOn } history { kind } } } }"""
CHANGES = WATCH.replace("alertRaised", "alertChanged")
DEADLINE = 10.0


class Watching:
    def __init__(self, events: AsyncIterator[object]) -> None:
        self.events = events

    async def next(self) -> Json:
        result = await asyncio.wait_for(anext(self.events), DEADLINE)
        assert not result.errors, result.errors  # type: ignore[attr-defined]  # strawberry's streams are untyped
        (told,) = result.data.values()  # type: ignore[attr-defined]  # strawberry's streams are untyped
        return cast("Json", told)


@asynccontextmanager
async def watching(
    desk: Desk, area: str, *, after: str | None = None, actor: Actor = APPROVER, document: str = WATCH
) -> AsyncIterator[Watching]:
    events = await schema.subscribe(document, {"area": area, "after": after}, context_value=desk.context(actor))
    assert hasattr(events, "__anext__"), events
    iterator = cast("AsyncIterator[object]", events)
    try:
        yield Watching(iterator)
    finally:
        await iterator.aclose()  # type: ignore[attr-defined]  # strawberry's streams are untyped
