"""Who is in charge where, and how busy they are."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from risk_service.copies.domain import SPECIALIST
from risk_service.copies.tables import officers
from risk_service.metadata import one_of
from risk_service.verification.domain import Specialist, TaskStatus
from risk_service.verification.tables import verification_tasks as tasks


async def specialists_above(connection: AsyncConnection, area_paths: Collection[str]) -> list[Specialist]:
    """Active village specialists whose seat is one of the places or lies above it, with their open tasks."""
    above = {path[:end] for path in area_paths for end in range(1, len(path) + 1) if path[end - 1] == "/"}
    load = (
        select(func.count())
        .where(tasks.c.assignee_id == officers.c.id, tasks.c.status == TaskStatus.ASSIGNED.value)
        .scalar_subquery()
    )
    query = select(officers.c.id, officers.c.subject, officers.c.seat, load.label("open_tasks")).where(
        officers.c.active, officers.c.roles.contains([SPECIALIST]), one_of(officers.c.seat, above)
    )
    return [
        Specialist(officer_id=row.id, subject=row.subject, area_path=row.seat, open_tasks=row.open_tasks)
        for row in await connection.execute(query)
    ]
