"""Visits that nobody made in time: who is told when, and the queries for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.identity import Role
from risk_service.copies.tables import officers
from risk_service.metadata import one_of
from risk_service.verification.domain import TaskStatus
from risk_service.verification.tables import verification_tasks as tasks

# Escalation 1 and 2.
TOLD_IN_TURN = (Role.TOWNSHIP_REVIEWER, Role.COUNTY_APPROVER)
LAST = len(TOLD_IN_TURN)


async def overdue(connection: AsyncConnection, *, now: datetime, limit: int) -> list[UUID]:
    """Tasks past their due date that were not told to the last, locked; what another works on is left to it."""
    query = (
        select(tasks.c.id)
        .where(tasks.c.status != TaskStatus.DONE.value, tasks.c.due_at <= now, tasks.c.escalations < LAST)
        .order_by(tasks.c.escalations, tasks.c.due_at, tasks.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list((await connection.scalars(query)).all())


async def put_escalations(connection: AsyncConnection, ids: Sequence[UUID], escalations: int) -> None:
    """No new version: what a specialist has read and acts on is the same task."""
    await connection.execute(update(tasks).where(one_of(tasks.c.id, ids)).values(escalations=escalations))


async def in_charge(connection: AsyncConnection, area_paths: Collection[str], role: Role) -> dict[str, list[UUID]]:
    """By area path the active officers of a role with the nearest seat at or above it."""
    above = {path: [path[:end] for end in range(len(path), 0, -1) if path[end - 1] == "/"] for path in area_paths}
    query = (
        select(officers.c.id, officers.c.seat)
        .where(
            officers.c.active,
            officers.c.roles.contains([role.value]),
            one_of(officers.c.seat, {seat for seats in above.values() for seat in seats}),
        )
        .order_by(officers.c.id)
    )
    sitting: dict[str, list[UUID]] = {}
    for row in await connection.execute(query):
        sitting.setdefault(row.seat, []).append(row.id)
    return {path: next((sitting[seat] for seat in seats if seat in sitting), []) for path, seats in above.items()}
