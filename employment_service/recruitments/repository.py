"""Every query on group recruitments."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.metadata import one_of
from employment_service.recruitments.domain import GroupRecruitment
from employment_service.recruitments.tables import group_recruitments


@dataclass(frozen=True, slots=True)
class RecruitmentRepository:
    connection: AsyncConnection

    async def open(self, recruitment: GroupRecruitment) -> bool:
        """Whether this was the first time for the vacancy and the area."""
        added = await self.connection.execute(
            upsert(group_recruitments).values(**asdict(recruitment)).on_conflict_do_nothing()
        )
        return added.rowcount == 1

    async def is_open(self, vacancy_id: UUID) -> bool:
        return vacancy_id in await self.open_among([vacancy_id])

    async def open_among(self, vacancy_ids: Collection[UUID]) -> frozenset[UUID]:
        rows = await self.connection.execute(
            select(group_recruitments.c.vacancy_id).where(one_of(group_recruitments.c.vacancy_id, vacancy_ids))
        )
        return frozenset(row.vacancy_id for row in rows)

    async def of(self, vacancy_id: UUID, area_path: str) -> GroupRecruitment | None:
        row = (
            await self.connection.execute(
                select(group_recruitments).where(
                    group_recruitments.c.vacancy_id == vacancy_id, group_recruitments.c.area_path == area_path
                )
            )
        ).first()
        return None if row is None else _recruitment(row)


def _recruitment(row: Row[tuple[object, ...]]) -> GroupRecruitment:
    return GroupRecruitment(
        vacancy_id=row.vacancy_id, area_path=row.area_path, opened_by=row.opened_by, opened_at=row.opened_at
    )
