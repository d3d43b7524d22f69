"""Counts of what happened to placements, by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Date, Table, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.figures.domain import Fact
from employment_service.placements.domain import PlacementState
from employment_service.placements.reasons import StepReason
from employment_service.placements.tables import placement_steps, placements
from employment_service.wages.domain import ArrearsLevel
from employment_service.wages.tables import wage_arrears

FACTS = {
    PlacementState.ACCEPTED: Fact.CONFIRMED,
    PlacementState.ARRIVED: Fact.ARRIVED,
    PlacementState.STARTED: Fact.STARTED,
    PlacementState.STABLE: Fact.STABLE,
}


@dataclass(frozen=True, slots=True)
class FigureRepository:
    connection: AsyncConnection

    async def by_month(self, area_path: str, *, first: date, after: date) -> dict[tuple[date, Fact], int]:
        """Placements that took a step in [first, after), and wages that became late then."""
        month = cast(func.date_trunc("month", placement_steps.c.happened_on), Date)
        steps = await self.connection.execute(
            select(month.label("month"), placement_steps.c.state, func.count(placements.c.id.distinct()).label("found"))
            .join_from(placement_steps, placements, placements.c.id == placement_steps.c.placement_id)
            .where(
                *_inside(placements, area_path),
                placement_steps.c.state.in_(FACTS),
                placement_steps.c.reason != StepReason.TAKEN_BACK_BY_WORKER,
                placement_steps.c.happened_on >= first,
                placement_steps.c.happened_on < after,
            )
            .group_by(month, placement_steps.c.state)
        )
        found = {(row.month, FACTS[PlacementState(row.state)]): int(row.found) for row in steps}
        raised = cast(func.date_trunc("month", wage_arrears.c.raised_on), Date)
        late = await self.connection.execute(
            select(raised.label("month"), func.count().label("found"))
            .where(
                *_inside(wage_arrears, area_path),
                wage_arrears.c.level != ArrearsLevel.REPORTED,
                wage_arrears.c.raised_on >= first,
                wage_arrears.c.raised_on < after,
            )
            .group_by(raised)
        )
        return found | {(row.month, Fact.WAGES_LATE): int(row.found) for row in late}


def _inside(table: Table, area_path: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.area_path >= area_path, table.c.area_path < area_path + "~"
