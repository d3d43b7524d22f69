from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from risk_service.conditions.domain import Condition, RecordVersion
from risk_service.conditions.tables import conditions


@dataclass(frozen=True, slots=True)
class ConditionRepository:
    connection: AsyncConnection

    async def add(self, condition: Condition, *, served: Collection[UUID], at: datetime) -> None:
        """A version that is known already stays as it is but for whom it served: a point that serves many is told of
        in several parts.
        """
        fresh = upsert(conditions).values(
            id=condition.id,
            department=condition.department,
            record_id=condition.record_id,
            version=condition.version,
            point_id=condition.point_id,
            area_path=condition.area_path,
            kind=condition.kind,
            occurred_on=condition.occurred_on,
            corrects=condition.corrects,
            outage_days=condition.outage_days,
            quality_ok=condition.quality_ok,
            served=sorted(served),
            received_at=at,
        )
        everybody = text("array(select distinct unnest(conditions.served || excluded.served) order by 1)")
        await self.connection.execute(
            fresh.on_conflict_do_update(
                index_elements=["department", "record_id", "version"], set_={"served": everybody}
            )
        )

    async def keys(self) -> set[RecordVersion]:
        """Of every report that was ever taken in."""
        query = select(conditions.c.department, conditions.c.record_id, conditions.c.version)
        return {(row.department, row.record_id, row.version) for row in await self.connection.execute(query)}

    async def newest_of(self, point_id: UUID) -> list[Condition]:
        """The newest version of each record about a point."""
        query = (
            select(conditions)
            .ext(distinct_on(conditions.c.department, conditions.c.record_id))
            .where(conditions.c.point_id == point_id)
            .order_by(conditions.c.department, conditions.c.record_id, conditions.c.version.desc())
        )
        return [_condition(row) for row in await self.connection.execute(query)]


def _condition(row: Row[tuple[object, ...]]) -> Condition:
    return Condition(
        id=row.id,
        department=row.department,
        record_id=row.record_id,
        version=row.version,
        point_id=row.point_id,
        area_path=row.area_path,
        kind=row.kind,
        occurred_on=row.occurred_on,
        corrects=row.corrects,
        outage_days=row.outage_days,
        quality_ok=row.quality_ok,
    )
