"""Every query on companions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.metadata import one_of
from employment_service.workers.companions.domain import Companion
from employment_service.workers.companions.tables import companions
from employment_service.workers.tables import workers

_back = companions.alias("back")
_CONFIRMED = exists().where(
    _back.c.worker_id == companions.c.companion_id,
    _back.c.companion_id == companions.c.worker_id,
    _back.c.named_at.is_not(None),
)


@dataclass(frozen=True, slots=True)
class CompanionRepository:
    connection: AsyncConnection

    async def name(self, *, worker_id: UUID, companion_id: UUID, area_path: str, at: datetime) -> None:
        """In place of whomever they named before. Naming back answers what was refused."""
        await self.take_back(worker_id)
        fresh = upsert(companions).values(
            worker_id=worker_id, companion_id=companion_id, area_path=area_path, named_at=at
        )
        await self.connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[companions.c.worker_id, companions.c.companion_id],
                set_={"named_at": at, "area_path": area_path},
            )
        )
        await self.connection.execute(
            update(companions)
            .where(companions.c.worker_id == companion_id, companions.c.companion_id == worker_id)
            .values(refused_at=None)
        )

    async def take_back(self, worker_id: UUID) -> None:
        await self.connection.execute(
            delete(companions).where(
                companions.c.worker_id == worker_id,
                companions.c.named_at.is_not(None),
                companions.c.refused_at.is_(None),
            )
        )
        await self.connection.execute(
            update(companions)
            .where(companions.c.worker_id == worker_id, companions.c.named_at.is_not(None))
            .values(named_at=None)
        )

    async def refuse(self, *, worker_id: UUID, named_by: UUID, at: datetime) -> None:
        """`worker_id`: who was named, and no longer sees it."""
        await self.connection.execute(
            update(companions)
            .where(companions.c.worker_id == named_by, companions.c.companion_id == worker_id)
            .values(refused_at=at)
        )

    async def named_by_each(self, worker_ids: Collection[UUID]) -> Mapping[UUID, Companion]:
        """By worker whom they named."""
        rows = await self.connection.execute(
            select(companions.c.worker_id, companions.c.companion_id, workers.c.display_name, _CONFIRMED.label("both"))
            .select_from(companions.outerjoin(workers, workers.c.id == companions.c.companion_id))
            .where(one_of(companions.c.worker_id, worker_ids), companions.c.named_at.is_not(None))
        )
        return {
            row.worker_id: Companion(
                worker_id=row.companion_id,
                display_name=row.display_name if row.both else None,
                confirmed=row.both,
            )
            for row in rows
        }

    async def unanswered_of(self, worker_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Companion]]:
        """By worker who named them and was neither named back nor refused, the earliest first."""
        rows = await self.connection.execute(
            select(companions.c.companion_id, companions.c.worker_id, workers.c.display_name)
            .select_from(companions.join(workers, workers.c.id == companions.c.worker_id))
            .where(
                one_of(companions.c.companion_id, worker_ids),
                companions.c.named_at.is_not(None),
                companions.c.refused_at.is_(None),
                ~_CONFIRMED,
            )
            .order_by(companions.c.named_at, companions.c.worker_id)
        )
        found: dict[UUID, list[Companion]] = {}
        for row in rows:
            one = Companion(worker_id=row.worker_id, display_name=row.display_name, confirmed=False)
            found.setdefault(row.companion_id, []).append(one)
        return found

    async def pairs_of(self, worker_ids: Collection[UUID]) -> dict[UUID, UUID]:
        """By worker the one who named them back; also where that one is not among these."""
        rows = await self.connection.execute(
            select(companions.c.worker_id, companions.c.companion_id).where(
                one_of(companions.c.worker_id, worker_ids), companions.c.named_at.is_not(None), _CONFIRMED
            )
        )
        return {row.worker_id: row.companion_id for row in rows}
