from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.graph import Page, PageRequest, page_of
from risk_service.cursors import literal_place, place, place_cursor
from risk_service.notifications.domain import Notification, NotificationKind, RecipientKind
from risk_service.notifications.tables import notifications


@dataclass(frozen=True, slots=True)
class NotificationRepository:
    connection: AsyncConnection

    async def add(self, notification: Notification) -> None:
        await self.connection.execute(
            insert(notifications).values(
                id=notification.id,
                recipient_kind=notification.recipient_kind.value,
                recipient_id=notification.recipient_id,
                kind=notification.kind.value,
                about_id=notification.about_id,
                household_id=notification.household_id,
                area_path=notification.area_path,
                created_at=notification.created_at,
                read_at=notification.read_at,
            )
        )

    async def told_of_alerts(self, ids: Sequence[UUID]) -> set[tuple[UUID, UUID]]:
        """(recipient, alert) of those who were told that one of these alerts was raised or has escalated."""
        query = select(notifications.c.recipient_id, notifications.c.about_id).where(
            notifications.c.about_id.in_(ids),
            notifications.c.kind.in_([NotificationKind.ALERT_RAISED.value, NotificationKind.ALERT_ESCALATED.value]),
        )
        return {(row.recipient_id, row.about_id) for row in await self.connection.execute(query)}

    async def page(self, recipients: Sequence[UUID], *, unread_only: bool, request: PageRequest) -> Page[Notification]:
        """Newest first."""
        query = (
            select(notifications)
            .where(_of(recipients, unread_only=unread_only))
            .order_by(notifications.c.created_at.desc(), notifications.c.id.desc())
            .limit(request.first + 1)
        )
        if request.after is not None:
            here = literal_place(notifications.c.created_at, notifications.c.id, request.after)
            query = query.where(place(notifications.c.created_at, notifications.c.id) < here)
        rows = (await self.connection.execute(query)).all()
        return page_of([_notification(row) for row in rows], request, lambda one: place_cursor(one.created_at, one.id))

    async def count(self, recipients: Sequence[UUID], *, unread_only: bool) -> int:
        query = select(func.count()).select_from(notifications).where(_of(recipients, unread_only=unread_only))
        return int(await self.connection.scalar(query) or 0)

    async def mark_read(self, ids: Sequence[UUID], recipients: Sequence[UUID], *, at: datetime) -> int:
        """How many of the recipients' own were unread until now."""
        mine = notifications.c.id.in_(ids) & _of(recipients, unread_only=True)
        outcome = await self.connection.execute(update(notifications).where(mine).values(read_at=at))
        return int(outcome.rowcount)

    async def move(self, household_id: UUID, area_path: str) -> None:
        moved = (notifications.c.household_id == household_id) & (notifications.c.area_path != area_path)
        await self.connection.execute(update(notifications).where(moved).values(area_path=area_path))


def _of(recipients: Sequence[UUID], *, unread_only: bool) -> ColumnElement[bool]:
    found = notifications.c.recipient_id.in_(recipients)
    return found & notifications.c.read_at.is_(None) if unread_only else found


def _notification(row: Row[tuple[object, ...]]) -> Notification:
    return Notification(
        id=row.id,
        recipient_kind=RecipientKind(row.recipient_kind),
        recipient_id=row.recipient_id,
        kind=NotificationKind(row.kind),
        about_id=row.about_id,
        household_id=row.household_id,
        area_path=row.area_path,
        created_at=row.created_at,
        read_at=row.read_at,
    )
