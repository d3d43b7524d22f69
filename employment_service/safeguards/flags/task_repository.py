"""Every query on the monitor's tasks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.metadata import one_of
from employment_service.safeguards.flags.domain import MonitorTask, TaskKind, TaskOutcome
from employment_service.safeguards.flags.tables import monitor_tasks

Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class MonitorTaskRepository:
    connection: AsyncConnection

    async def add(self, task: MonitorTask) -> None:
        await self.connection.execute(insert(monitor_tasks).values(**_task_values(task)))

    async def save(self, task: MonitorTask) -> None:
        await self.connection.execute(
            update(monitor_tasks).where(monitor_tasks.c.id == task.id).values(**_task_values(task))
        )

    async def get(self, task_id: UUID) -> MonitorTask | None:
        """Locked until the commit."""
        row = (
            await self.connection.execute(select(monitor_tasks).where(monitor_tasks.c.id == task_id).with_for_update())
        ).first()
        return None if row is None else _task(row)

    async def of_flags(self, flag_ids: Collection[UUID]) -> dict[UUID, list[MonitorTask]]:
        found: dict[UUID, list[MonitorTask]] = {}
        for row in await self.connection.execute(
            select(monitor_tasks).where(one_of(monitor_tasks.c.flag_id, flag_ids)).order_by(monitor_tasks.c.id)
        ):
            found.setdefault(row.flag_id, []).append(_task(row))
        return found

    async def page(self, area_path: str, *, open_only: bool, after: UUID | None, count: int) -> Sequence[MonitorTask]:
        query = select(monitor_tasks).where(*_inside(area_path, open_only=open_only))
        if after is not None:
            query = query.where(monitor_tasks.c.id > after)
        rows = await self.connection.execute(query.order_by(monitor_tasks.c.id).limit(count))
        return [_task(row) for row in rows]

    async def count(self, area_path: str, *, open_only: bool) -> int:
        conditions = _inside(area_path, open_only=open_only)
        query = select(func.count()).select_from(monitor_tasks).where(*conditions)
        return int(await self.connection.scalar(query) or 0)


def _inside(area_path: str, *, open_only: bool) -> list[ColumnElement[bool]]:
    found = [monitor_tasks.c.area_path >= area_path, monitor_tasks.c.area_path < area_path + "~"]
    return [*found, monitor_tasks.c.done_at.is_(None)] if open_only else found


def _task_values(task: MonitorTask) -> Values:
    return {
        "id": task.id,
        "kind": task.kind,
        "area_path": task.area_path,
        "made_at": task.made_at,
        "due_at": task.due_at,
        "flag_id": task.flag_id,
        "placement_id": task.placement_id,
        "worker_id": task.worker_id,
        "employer_id": task.employer_id,
        "cents": task.cents,
        "done_at": task.done_at,
        "done_by": task.done_by,
        "outcome": task.outcome,
    }


def _task(row: Row[tuple[object, ...]]) -> MonitorTask:
    return MonitorTask(
        id=row.id,
        kind=TaskKind(row.kind),
        area_path=row.area_path,
        made_at=row.made_at,
        due_at=row.due_at,
        flag_id=row.flag_id,
        placement_id=row.placement_id,
        worker_id=row.worker_id,
        employer_id=row.employer_id,
        cents=row.cents,
        done_at=row.done_at,
        done_by=row.done_by,
        outcome=None if row.outcome is None else TaskOutcome(row.outcome),
    )
