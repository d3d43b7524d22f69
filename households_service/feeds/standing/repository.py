from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.feeds.departments import Department
from households_service.feeds.domain import BatchState
from households_service.feeds.standing.domain import FeedQuality, VisitOutcome
from households_service.feeds.standing.tables import feed_visits
from households_service.feeds.tables import department_batch_issues, department_batches
from households_service.imports.refusals import VillageUnknown


class StandingRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def last_received(self, area_path: str) -> Mapping[Department, datetime]:
        """Of every department that ever sent for the area, for one above it or for one below."""
        query = (
            select(department_batches.c.department, func.max(department_batches.c.received_at))
            .where(_concerns(area_path), department_batches.c.state != BatchState.REFUSED)
            .group_by(department_batches.c.department)
        )
        return {Department(row[0]): row[1] for row in await self._connection.execute(query)}

    async def quality(self, area_path: str, *, since: date) -> Mapping[Department, FeedQuality]:
        found: dict[Department, dict[str, int]] = defaultdict(dict)
        sums = [
            func.coalesce(func.sum(department_batches.c[f"rows_{name}"]), 0).label(name)
            for name in ("read", "linked", "review", "rejected", "unchanged")
        ]
        batches = (
            select(department_batches.c.department, *sums)
            .where(_concerns(area_path), department_batches.c.received_at >= since)
            .group_by(department_batches.c.department)
        )
        for row in await self._connection.execute(batches):
            counted = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
            found[Department(row.department)] |= {
                name: int(counted[name]) for name in ("read", "linked", "review", "rejected", "unchanged")
            }
        unknown = (
            select(department_batches.c.department, func.count())
            .join(department_batch_issues, department_batch_issues.c.batch_key == department_batches.c.id)
            .where(
                _concerns(area_path),
                department_batches.c.received_at >= since,
                department_batch_issues.c.code == VillageUnknown.code,
            )
            .group_by(department_batches.c.department)
        )
        for department, count in await self._connection.execute(unknown):
            found[Department(department)]["unknown_villages"] = int(count)
        visits = (
            select(feed_visits.c.department, feed_visits.c.outcome, func.count())
            .where(_under(area_path), feed_visits.c.visited_on >= since)
            .group_by(feed_visits.c.department, feed_visits.c.outcome)
        )
        for department, outcome, count in await self._connection.execute(visits):
            found[Department(department)][VisitOutcome(outcome).value.lower()] = int(count)
        return {department: FeedQuality(**counts) for department, counts in found.items()}

    async def add_visit(
        self, visit_id: UUID, departments: Iterable[Department], *, area_path: str, outcome: VisitOutcome, on: date
    ) -> None:
        rows = [
            {
                "visit_id": visit_id,
                "department": department,
                "area_path": area_path,
                "outcome": outcome,
                "visited_on": on,
            }
            for department in sorted(set(departments))
        ]
        if rows:
            await self._connection.execute(upsert(feed_visits).values(rows).on_conflict_do_nothing())


def _concerns(area_path: str) -> ColumnElement[bool]:
    """Sent for the area, for one above it or for one below."""
    path = department_batches.c.area_path
    below = and_(path >= area_path, path < area_path + "~")
    return or_(below, func.starts_with(literal(area_path), path))


def _under(area_path: str) -> ColumnElement[bool]:
    return and_(feed_visits.c.area_path >= area_path, feed_visits.c.area_path < area_path + "~")
