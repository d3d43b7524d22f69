from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.graph import Page, PageRequest, page_of
from risk_service.access import Visibility
from risk_service.copies.visible import visible_rows, within
from risk_service.cursors import literal_place, place, place_cursor
from risk_service.metadata import one_of
from risk_service.policy.domain import AlertLevel, MeasureType
from risk_service.verification.domain import (
    CheckResult,
    CheckSubject,
    ContactManner,
    GuaranteeCheck,
    TaskStatus,
    TaskVersionDiffers,
    VerificationTask,
    Visit,
    VisitOutcome,
)
from risk_service.verification.grounds import VisitGrounds
from risk_service.verification.tables import verification_tasks as tasks
from risk_service.verification.tables import visits

NOT_DONE = tasks.c.status != TaskStatus.DONE.value


class TaskOrder(StrEnum):
    DUE_FIRST = "DUE_FIRST"
    NEWEST_FIRST = "NEWEST_FIRST"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which tasks; None does not restrict. `overdue_at`: not done and due before this instant."""

    area_path: str | None = None
    household_id: UUID | None = None
    statuses: tuple[TaskStatus, ...] | None = None
    levels: tuple[AlertLevel, ...] | None = None
    assignee_subject: str | None = None
    overdue_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VerificationRepository:
    connection: AsyncConnection

    async def get(self, task_id: UUID, *, lock: bool = False) -> VerificationTask | None:
        query = select(tasks).where(tasks.c.id == task_id)
        row = (await self.connection.execute(query.with_for_update() if lock else query)).first()
        return None if row is None else _task(row)

    async def many(self, ids: Sequence[UUID]) -> list[VerificationTask]:
        query = select(tasks).where(one_of(tasks.c.id, ids)).order_by(tasks.c.due_at, tasks.c.id)
        return [_task(row) for row in await self.connection.execute(query)]

    async def open_of_alerts(self, ids: Sequence[UUID]) -> dict[UUID, VerificationTask]:
        """By alert; locked until the end of the transaction."""
        query = select(tasks).where(one_of(tasks.c.alert_id, ids), NOT_DONE).order_by(tasks.c.id).with_for_update()
        return {row.alert_id: _task(row) for row in await self.connection.execute(query)}

    async def add(self, new: Sequence[VerificationTask]) -> None:
        """Tasks that nobody has seen yet, in whatever version."""
        if new:
            await self.connection.execute(insert(tasks), [{"id": task.id, **_values(task)} for task in new])

    async def newest_by_alert(self, ids: Sequence[UUID]) -> dict[UUID, VerificationTask]:
        query = (
            select(tasks)
            .ext(distinct_on(tasks.c.alert_id))
            .where(tasks.c.alert_id.in_(ids))
            .order_by(tasks.c.alert_id, tasks.c.created_at.desc(), tasks.c.id.desc())
        )
        return {row.alert_id: _task(row) for row in await self.connection.execute(query)}

    async def unassigned_in(self, seat: str) -> list[VerificationTask]:
        """Locked; what another process assigns at this moment is left to it."""
        query = (
            select(tasks)
            .where(tasks.c.status == TaskStatus.UNASSIGNED.value, within(tasks.c.area_path, seat))
            .order_by(tasks.c.due_at, tasks.c.id)
            .with_for_update(skip_locked=True)
        )
        return [_task(row) for row in await self.connection.execute(query)]

    async def assigned_to(self, officer_id: UUID) -> list[VerificationTask]:
        query = (
            select(tasks)
            .where(tasks.c.assignee_id == officer_id, tasks.c.status == TaskStatus.ASSIGNED.value)
            .order_by(tasks.c.due_at, tasks.c.id)
            .with_for_update()
        )
        return [_task(row) for row in await self.connection.execute(query)]

    async def open_of_household(self, household_id: UUID) -> list[VerificationTask]:
        query = select(tasks).where(tasks.c.household_id == household_id, NOT_DONE).with_for_update()
        return [_task(row) for row in await self.connection.execute(query)]

    async def put(self, task: VerificationTask) -> None:
        """Raises TaskVersionDiffers when the stored version is not the one before this."""
        values = _values(task)
        if task.version == 1:
            await self.connection.execute(insert(tasks).values(id=task.id, **values))
            return
        mine = (tasks.c.id == task.id) & (tasks.c.version == task.version - 1)
        outcome = await self.connection.execute(update(tasks).where(mine).values(**values))
        if outcome.rowcount != 1:
            raise TaskVersionDiffers("The task has changed since you read it; read it again.")

    async def add_visit(self, visit: Visit, grounds: VisitGrounds) -> None:
        about = {
            "factor": grounds.factor.value,
            "level": int(grounds.level),
            "policy_version": grounds.policy_version,
            "departments": list(grounds.departments),
        }
        await self.connection.execute(insert(visits).values(**_visit_values(visit), **about))

    async def visits_by_alert(self, ids: Sequence[UUID]) -> dict[UUID, list[Visit]]:
        """Newest first."""
        query = (
            select(visits)
            .where(visits.c.alert_id.in_(ids))
            .order_by(visits.c.alert_id, visits.c.reported_at.desc(), visits.c.id.desc())
        )
        found: dict[UUID, list[Visit]] = {}
        for row in await self.connection.execute(query):
            found.setdefault(row.alert_id, []).append(_visit(row))
        return found

    async def visit(self, visit_id: UUID) -> Visit | None:
        row = (await self.connection.execute(select(visits).where(visits.c.id == visit_id))).first()
        return None if row is None else _visit(row)

    async def last_unasked_home_visit(self, household_id: UUID) -> date | None:
        found: date | None = await self.connection.scalar(
            select(func.max(visits.c.visited_on)).where(
                visits.c.household_id == household_id,
                visits.c.manner == ContactManner.HOME.value,
                visits.c.asked_by_household.is_(False),
            )
        )
        return found

    async def visitors_of(self, household_id: UUID, *, since: date) -> frozenset[str]:
        """The token subjects of who visited the household since a day."""
        query = select(visits.c.visitor_subject).where(
            visits.c.household_id == household_id, visits.c.visited_on >= since
        )
        return frozenset((await self.connection.scalars(query)).all())

    async def page(
        self, seen: Visibility, wanted: TaskFilter, order: TaskOrder, request: PageRequest
    ) -> Page[VerificationTask]:
        due_first = order is TaskOrder.DUE_FIRST
        column = tasks.c.due_at if due_first else tasks.c.created_at
        query = select(tasks).where(_matching(seen, wanted)).limit(request.first + 1)
        query = query.order_by(column, tasks.c.id) if due_first else query.order_by(column.desc(), tasks.c.id.desc())
        if request.after is not None:
            own, here = place(column, tasks.c.id), literal_place(column, tasks.c.id, request.after)
            query = query.where(own > here if due_first else own < here)
        rows = (await self.connection.execute(query)).all()
        return page_of(
            [_task(row) for row in rows],
            request,
            lambda task: place_cursor(task.due_at if due_first else task.created_at, task.id),
        )

    async def count(self, seen: Visibility, wanted: TaskFilter) -> int:
        query = select(func.count()).select_from(tasks).where(_matching(seen, wanted))
        return int(await self.connection.scalar(query) or 0)

    async def move(self, household_id: UUID, area_path: str) -> None:
        for table in (tasks, visits):
            moved = (table.c.household_id == household_id) & (table.c.area_path != area_path)
            await self.connection.execute(update(table).where(moved).values(area_path=area_path))


def _matching(seen: Visibility, wanted: TaskFilter) -> ColumnElement[bool]:
    found = visible_rows(seen, area_path=tasks.c.area_path, household_id=tasks.c.household_id)
    if wanted.area_path is not None:
        found &= within(tasks.c.area_path, wanted.area_path)
    if wanted.household_id is not None:
        found &= tasks.c.household_id == wanted.household_id
    if wanted.statuses is not None:
        found &= tasks.c.status.in_([status.value for status in wanted.statuses])
    if wanted.levels is not None:
        found &= tasks.c.level.in_([int(level) for level in wanted.levels])
    if wanted.assignee_subject is not None:
        found &= tasks.c.assignee_subject == wanted.assignee_subject
    if wanted.overdue_at is not None:
        found &= NOT_DONE & (tasks.c.due_at <= wanted.overdue_at)
    return found


def _values(task: VerificationTask) -> dict[str, object]:
    return {
        "alert_id": task.alert_id,
        "household_id": task.household_id,
        "area_path": task.area_path,
        "level": int(task.level),
        "status": task.status.value,
        "assignee_id": task.assignee_id,
        "assignee_subject": task.assignee_subject,
        "due_on": task.due_on,
        "due_at": task.due_at,
        "preferred_manner": task.preferred_manner.value,
        "created_at": task.created_at,
        "done_at": task.done_at,
        "version": task.version,
    }


def _task(row: Row[tuple[object, ...]]) -> VerificationTask:
    return VerificationTask(
        id=row.id,
        alert_id=row.alert_id,
        household_id=row.household_id,
        area_path=row.area_path,
        level=AlertLevel(row.level),
        status=TaskStatus(row.status),
        assignee_id=row.assignee_id,
        assignee_subject=row.assignee_subject,
        due_on=row.due_on,
        due_at=row.due_at,
        preferred_manner=ContactManner(row.preferred_manner),
        created_at=row.created_at,
        done_at=row.done_at,
        version=row.version,
        escalations=row.escalations,
    )


def _visit_values(visit: Visit) -> dict[str, object]:
    return {
        "id": visit.id,
        "task_id": visit.task_id,
        "alert_id": visit.alert_id,
        "household_id": visit.household_id,
        "area_path": visit.area_path,
        "visitor_id": visit.visitor_id,
        "visitor_subject": visit.visitor_subject,
        "visited_on": visit.visited_on,
        "manner": visit.manner.value,
        "asked_by_household": visit.asked_by_household,
        "spoke_with": list(visit.spoke_with),
        "needs": [need.value for need in visit.needs],
        "outcome": visit.outcome.value,
        "findings": visit.findings,
        "note": visit.note,
        "checks": [
            {"subject": check.subject.value, "result": check.result.value, "note": check.note} for check in visit.checks
        ],
        "reported_at": visit.reported_at,
    }


def _visit(row: Row[tuple[object, ...]]) -> Visit:
    return Visit(
        id=row.id,
        task_id=row.task_id,
        alert_id=row.alert_id,
        household_id=row.household_id,
        area_path=row.area_path,
        visitor_id=row.visitor_id,
        visitor_subject=row.visitor_subject,
        visited_on=row.visited_on,
        manner=ContactManner(row.manner),
        asked_by_household=row.asked_by_household,
        spoke_with=tuple(row.spoke_with),
        needs=tuple(MeasureType(need) for need in row.needs),
        outcome=VisitOutcome(row.outcome),
        findings=row.findings,
        note=row.note,
        checks=tuple(
            GuaranteeCheck(
                subject=CheckSubject(check["subject"]), result=CheckResult(check["result"]), note=check["note"]
            )
            for check in row.checks
        ),
        reported_at=row.reported_at,
    )
