"""Every query on notices."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.copies.domain import CareKind
from employment_service.metadata import one_of
from employment_service.notices.domain import Notice, NoticeKind
from employment_service.notices.tables import worker_notices


@dataclass(frozen=True, slots=True)
class NoticeRepository:
    connection: AsyncConnection

    async def add(self, *fresh: Notice) -> None:
        """Each once: what a worker was told of, read or not, is not told again."""
        if fresh:
            await self.connection.execute(
                upsert(worker_notices).on_conflict_do_nothing(),
                [
                    {
                        "id": notice.id,
                        "worker_id": notice.worker_id,
                        "area_path": notice.area_path,
                        "kind": notice.kind,
                        "about_id": notice.about_id,
                        "noted_at": notice.noted_at,
                        "since": notice.since,
                        "care_kind": notice.care_kind,
                        "own_duty": notice.own_duty,
                        "closed_at": notice.closed_at,
                    }
                    for notice in fresh
                ],
            )

    async def open_of(self, worker_id: UUID, *, after: UUID | None, count: int) -> Sequence[Notice]:
        """Newest first."""
        query = select(worker_notices).where(
            worker_notices.c.worker_id == worker_id, worker_notices.c.closed_at.is_(None)
        )
        if after is not None:
            query = query.where(worker_notices.c.id < after)
        rows = await self.connection.execute(query.order_by(worker_notices.c.id.desc()).limit(count))
        return [_notice(row) for row in rows]

    async def count_open(self, worker_id: UUID) -> int:
        query = (
            select(func.count())
            .select_from(worker_notices)
            .where(worker_notices.c.worker_id == worker_id, worker_notices.c.closed_at.is_(None))
        )
        return int(await self.connection.scalar(query) or 0)

    async def close(self, notice_id: UUID, *, worker_id: UUID, at: datetime) -> Notice | None:
        row = (
            await self.connection.execute(
                update(worker_notices)
                .where(worker_notices.c.id == notice_id, worker_notices.c.worker_id == worker_id)
                .values(closed_at=func.coalesce(worker_notices.c.closed_at, at))
                .returning(worker_notices)
            )
        ).first()
        return None if row is None else _notice(row)

    async def close_about(self, ids: Collection[UUID], *, at: datetime) -> None:
        """What they were about is over."""
        if ids:
            await self.connection.execute(
                update(worker_notices)
                .where(one_of(worker_notices.c.about_id, ids), worker_notices.c.closed_at.is_(None))
                .values(closed_at=at)
            )


def _notice(row: Row[tuple[object, ...]]) -> Notice:
    return Notice(
        id=row.id,
        worker_id=row.worker_id,
        area_path=row.area_path,
        kind=NoticeKind(row.kind),
        about_id=row.about_id,
        noted_at=row.noted_at,
        since=row.since,
        care_kind=None if row.care_kind is None else CareKind(row.care_kind),
        own_duty=row.own_duty,
        closed_at=row.closed_at,
    )
