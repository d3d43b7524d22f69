"""Every query on refused answers. Rows are added and counted up, never taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.safeguards.attempts.domain import ConsentAttempt
from employment_service.safeguards.attempts.tables import consent_attempts as table


@dataclass(frozen=True, slots=True)
class ConsentAttemptRepository:
    connection: AsyncConnection

    async def note(self, attempt: ConsentAttempt) -> None:
        fresh = upsert(table).values(
            id=attempt.id,
            action=attempt.action,
            offer_id=attempt.offer_id,
            worker_id=attempt.worker_id,
            area_path=attempt.area_path,
            attempted_by=attempt.attempted_by,
            roles=list(attempt.roles),
            day=attempt.first_at.date(),
            first_at=attempt.first_at,
            last_at=attempt.last_at,
            times=attempt.times,
        )
        await self.connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[table.c.offer_id, table.c.attempted_by, table.c.action, table.c.day],
                set_={"times": table.c.times + 1, "last_at": fresh.excluded.last_at},
            )
        )

    async def page(self, area_path: str, *, after: UUID | None, count: int) -> Sequence[ConsentAttempt]:
        """At or below an area, newest first."""
        query = select(table).where(table.c.area_path >= area_path, table.c.area_path < area_path + "~")
        if after is not None:
            query = query.where(table.c.id < after)
        rows = await self.connection.execute(query.order_by(table.c.id.desc()).limit(count))
        return [
            ConsentAttempt(
                id=row.id,
                action=row.action,
                offer_id=row.offer_id,
                worker_id=row.worker_id,
                area_path=row.area_path,
                attempted_by=row.attempted_by,
                roles=tuple(row.roles),
                first_at=row.first_at,
                last_at=row.last_at,
                times=row.times,
            )
            for row in rows
        ]

    async def count(self, area_path: str) -> int:
        inside = (table.c.area_path >= area_path, table.c.area_path < area_path + "~")
        return int(await self.connection.scalar(select(func.count()).select_from(table).where(*inside)) or 0)
