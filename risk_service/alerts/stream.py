"""The streams of alerts, new ones or all that happens to them: what was missed first, in order, then what comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from chassis.graph import decode_cursor, encode_cursor
from chassis.identity import Actor, ScopeKind
from chassis.notifications import Notifications
from risk_service.access import WATCH_ALERTS, policy
from risk_service.alerts.domain import Alert, ChangeKind
from risk_service.alerts.feed import CHANNEL, FeedEntry
from risk_service.uow import Begin

AT_ONCE = 50
# Hints may be lost; then the feed is looked at all the same.
LOOK_SECONDS = 5.0
RAISED = frozenset({ChangeKind.RAISED, ChangeKind.ESCALATED})
CHANGED = frozenset(ChangeKind)


async def watch(
    begin: Begin,
    listening: Notifications,
    actor: Actor,
    *,
    area_path: str,
    after: str | None,
    kinds: frozenset[ChangeKind] = RAISED,
) -> AsyncIterator[tuple[FeedEntry, Alert]]:
    """Without `after`, from now on. Raises Forbidden, or InvalidCursor."""
    scope = policy.require(actor, WATCH_ALERTS)
    if ScopeKind.SYSTEM not in scope.kinds:
        scope.require(area_path=area_path)
    position = await _begin_at(begin, actor, after)
    hints = listening.listen(CHANNEL)
    hint = asyncio.ensure_future(anext(hints))
    try:
        while True:
            found = await _read(begin, actor, position, area_path, kinds)
            for entry, alert in found:
                position = entry.position
                yield entry, alert
            if not found:
                await asyncio.wait({hint}, timeout=LOOK_SECONDS)
                if hint.done():
                    hint.result()
                    hint = asyncio.ensure_future(anext(hints))
    finally:
        hint.cancel()
        await asyncio.gather(hint, return_exceptions=True)


async def newest_cursor(begin: Begin, actor: Actor) -> str:
    """Given as `after`, it begins where a stream opened now would. Raises Forbidden."""
    policy.require(actor, WATCH_ALERTS)
    return encode_cursor(await _begin_at(begin, actor, None))


def cursor_of(entry: FeedEntry) -> str:
    return encode_cursor(entry.position)


async def _begin_at(begin: Begin, actor: Actor, after: str | None) -> int:
    if after is not None:
        return int(decode_cursor(after, int)[0] or 0)
    async with begin(actor) as uow:
        return await uow.feed.newest()


async def _read(
    begin: Begin, actor: Actor, position: int, area_path: str, kinds: frozenset[ChangeKind]
) -> list[tuple[FeedEntry, Alert]]:
    async with begin(actor) as uow:
        entries = await uow.feed.after(position, areas=(area_path,), kinds=kinds, limit=AT_ONCE)
        alerts = await uow.alerts.many([entry.alert_id for entry in entries]) if entries else {}
    return [(entry, alerts[entry.alert_id]) for entry in entries if entry.alert_id in alerts]
