"""Every query on mismatches of terms. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.metadata import one_of
from employment_service.placements.differences import Figure, TermsMismatch
from employment_service.placements.tables import terms_mismatches


@dataclass(frozen=True, slots=True)
class MismatchRepository:
    connection: AsyncConnection

    async def add(self, *fresh: TermsMismatch) -> None:
        if fresh:
            await self.connection.execute(insert(terms_mismatches), [asdict(each) for each in fresh])

    async def of_placements(self, ids: Collection[UUID]) -> dict[UUID, list[TermsMismatch]]:
        """By placement, oldest first."""
        found: dict[UUID, list[TermsMismatch]] = {}
        for row in await self.connection.execute(
            select(terms_mismatches)
            .where(one_of(terms_mismatches.c.placement_id, ids))
            .order_by(terms_mismatches.c.found_at, terms_mismatches.c.id)
        ):
            found.setdefault(row.placement_id, []).append(
                TermsMismatch(
                    id=row.id,
                    placement_id=row.placement_id,
                    offer_id=row.offer_id,
                    vacancy_id=row.vacancy_id,
                    employer_id=row.employer_id,
                    worker_id=row.worker_id,
                    area_path=row.area_path,
                    figure=Figure(row.figure),
                    accepted=row.accepted,
                    written=row.written,
                    found_at=row.found_at,
                    found_by=row.found_by,
                )
            )
        return found
