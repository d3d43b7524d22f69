from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, false, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.graph import Page, PageRequest, page_of
from risk_service.access import Visibility
from risk_service.alerts.domain import AlertStatus
from risk_service.alerts.tables import alerts
from risk_service.copies.visible import visible_rows, within
from risk_service.cursors import literal_place, place, place_cursor, read_place
from risk_service.policy.domain import AlertLevel
from risk_service.verification.domain import TaskStatus
from risk_service.verification.tables import verification_tasks as tasks
from risk_service.worklist.domain import WorkItem, WorkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """Which kinds of work are a caller's. `visits_of`: only those given to this subject, and those nobody has."""

    visits: bool
    visits_of: str | None
    decisions: bool


@dataclass(frozen=True, slots=True)
class WorkListRepository:
    connection: AsyncConnection

    async def page(
        self, seen: Visibility, duties: Duties, *, area_path: str | None, now: datetime, request: PageRequest
    ) -> Page[WorkItem]:
        """Red before yellow, then by what has waited longest."""
        items = _items(seen, duties, area_path).subquery()
        query = select(items).order_by(items.c.level.desc(), items.c.due_at, items.c.id).limit(request.first + 1)
        if request.after is not None:
            level, _, _ = read_place(request.after)
            here = literal_place(items.c.due_at, items.c.id, request.after)
            own = place(items.c.due_at, items.c.id)
            query = query.where((items.c.level < level) | ((items.c.level == level) & (own > here)))
        found = [
            WorkItem(
                alert_id=row.id,
                kind=WorkKind(row.kind),
                level=AlertLevel(row.level),
                due_at=row.due_at,
                overdue=row.kind == WorkKind.VISIT.value and row.due_at <= now,
            )
            for row in await self.connection.execute(query)
        ]
        return page_of(found, request, lambda item: place_cursor(item.due_at, item.alert_id, before=int(item.level)))

    async def count(self, seen: Visibility, duties: Duties, *, area_path: str | None) -> int:
        items = _items(seen, duties, area_path).subquery()
        return int(await self.connection.scalar(select(func.count()).select_from(items)) or 0)


def _items(seen: Visibility, duties: Duties, area_path: str | None) -> Select[tuple[object, ...]]:
    waiting = alerts.c.status == AlertStatus.OPEN.value
    wanted: list[ColumnElement[bool]] = [false()]
    if duties.visits:
        mine: ColumnElement[bool] = tasks.c.id.is_not(None)
        if duties.visits_of is not None:
            mine = (tasks.c.assignee_subject == duties.visits_of) | (tasks.c.status == TaskStatus.UNASSIGNED.value)
        wanted.append(waiting & mine)
    if duties.decisions:
        wanted.append(alerts.c.status == AlertStatus.VISITED.value)
    inside = visible_rows(seen, area_path=alerts.c.area_path, household_id=alerts.c.household_id)
    if area_path is not None:
        inside &= within(alerts.c.area_path, area_path)
    kind = case((waiting, literal(WorkKind.VISIT.value)), else_=literal(WorkKind.DECIDE.value))
    return (
        select(
            alerts.c.id,
            alerts.c.level,
            kind.label("kind"),
            func.coalesce(tasks.c.due_at, alerts.c.raised_at).label("due_at"),
        )
        .select_from(
            alerts.outerjoin(tasks, (tasks.c.alert_id == alerts.c.id) & (tasks.c.status != TaskStatus.DONE.value))
        )
        .where(alerts.c.status != AlertStatus.CLEARED.value, inside, or_(*wanted))
    )
