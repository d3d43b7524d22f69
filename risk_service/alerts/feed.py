"""What subscribers of `alertRaised` and `alertChanged` are told, in an order that a durable cursor can trust.

A position is taken under a lock that is held until the commit, so positions become visible in their order: who
has seen position n has seen every smaller one. Nobody can be passed over, as could happen with a bare sequence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncConnection

from risk_service.alerts.domain import Alert, ChangeKind
from risk_service.alerts.tables import alert_feed
from risk_service.copies.visible import within

CHANNEL = "alert_feed"
FEED_LOCK = 0x66656564


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    position: int
    alert_id: UUID
    area_path: str
    kind: ChangeKind
    at: datetime


@dataclass(frozen=True, slots=True)
class AlertFeed:
    connection: AsyncConnection

    async def add_all(self, entries: Sequence[tuple[Alert, ChangeKind]], *, at: datetime) -> None:
        """Numbers the entries in their order; others who add wait until this transaction ends."""
        await self.connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": FEED_LOCK})
        await self.connection.execute(
            insert(alert_feed).values(position=func.nextval("alert_feed_positions")),
            [
                {"alert_id": alert.id, "area_path": alert.area_path, "kind": kind.value, "at": at}
                for alert, kind in entries
            ],
        )
        await self.connection.execute(text("select pg_notify(:channel, '')"), {"channel": CHANNEL})

    async def newest(self) -> int:
        return int(await self.connection.scalar(select(func.max(alert_feed.c.position))) or 0)

    async def after(
        self, position: int, *, areas: tuple[str, ...] | None, kinds: frozenset[ChangeKind], limit: int
    ) -> list[FeedEntry]:
        """Entries of some kinds behind a position, in order. `areas`: at or below one of these; None: everywhere."""
        inside: ColumnElement[bool] = (
            true() if areas is None else or_(*(within(alert_feed.c.area_path, area) for area in areas))
        )
        query = (
            select(alert_feed)
            .where(alert_feed.c.position > position, inside, alert_feed.c.kind.in_(sorted(kinds)))
            .order_by(alert_feed.c.position)
            .limit(limit)
        )
        return [
            FeedEntry(
                position=row.position,
                alert_id=row.alert_id,
                area_path=row.area_path,
                kind=ChangeKind(row.kind),
                at=row.at,
            )
            for row in await self.connection.execute(query)
        ]
