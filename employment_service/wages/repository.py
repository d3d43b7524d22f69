"""Every query on late wages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.metadata import one_of
from employment_service.wages.domain import ArrearsLevel, WageArrears
from employment_service.wages.tables import wage_arrears


@dataclass(frozen=True, slots=True)
class WageRepository:
    connection: AsyncConnection

    async def put(self, arrears: WageArrears) -> None:
        values = asdict(arrears)
        fresh = upsert(wage_arrears).values(**values)
        await self.connection.execute(
            fresh.on_conflict_do_update(index_elements=[wage_arrears.c.placement_id, wage_arrears.c.month], set_=values)
        )

    async def of_placements(self, ids: Collection[UUID]) -> dict[UUID, list[WageArrears]]:
        """By placement, oldest month first."""
        found: dict[UUID, list[WageArrears]] = {}
        for row in await self.connection.execute(
            select(wage_arrears).where(one_of(wage_arrears.c.placement_id, ids)).order_by(wage_arrears.c.month)
        ):
            found.setdefault(row.placement_id, []).append(_arrears(row))
        return found

    async def claims_under(
        self, area_path: str, *, after: tuple[date, UUID] | None, count: int
    ) -> Sequence[WageArrears]:
        """Those whose worker asked for help and has not been paid yet, longest due first."""
        query = select(wage_arrears).where(*_claimed(area_path))
        if after is not None:
            place = tuple_(wage_arrears.c.due_on, wage_arrears.c.placement_id)
            query = query.where(place > tuple_(*map(literal, after)))
        rows = await self.connection.execute(
            query.order_by(wage_arrears.c.due_on, wage_arrears.c.placement_id).limit(count)
        )
        return [_arrears(row) for row in rows]

    async def count_claims(self, area_path: str) -> int:
        query = select(func.count()).select_from(wage_arrears).where(*_claimed(area_path))
        return int(await self.connection.scalar(query) or 0)


def _claimed(area_path: str) -> list[ColumnElement[bool]]:
    return [
        wage_arrears.c.area_path >= area_path,
        wage_arrears.c.area_path < area_path + "~",
        wage_arrears.c.help_asked_at.is_not(None),
        wage_arrears.c.settled_on.is_(None),
    ]


def _arrears(row: Row[tuple[object, ...]]) -> WageArrears:
    return WageArrears(
        placement_id=row.placement_id,
        month=row.month,
        worker_id=row.worker_id,
        employer_id=row.employer_id,
        area_path=row.area_path,
        due_on=row.due_on,
        level=ArrearsLevel(row.level),
        raised_on=row.raised_on,
        said_by_worker=row.said_by_worker,
        help_asked_at=row.help_asked_at,
        help_given_at=row.help_given_at,
        help_given_by=row.help_given_by,
        settled_on=row.settled_on,
    )
