"""Every query on witnesses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.safeguards.witnesses.tables import consent_witnesses as table


@dataclass(frozen=True, slots=True)
class WitnessRepository:
    connection: AsyncConnection

    async def add(self, offer_id: UUID, subject: str, area_path: str, *, at: datetime) -> None:
        fresh = upsert(table).values(offer_id=offer_id, subject=subject, area_path=area_path, witnessed_at=at)
        await self.connection.execute(fresh.on_conflict_do_nothing())

    async def of_offer(self, offer_id: UUID) -> list[str]:
        rows = await self.connection.execute(select(table.c.subject).where(table.c.offer_id == offer_id))
        return [row.subject for row in rows]
