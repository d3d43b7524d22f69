"""Every query on call-backs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.call_backs.domain import CallBack, CallBackOutcome, CallBackReason
from employment_service.call_backs.tables import call_backs


@dataclass(frozen=True, slots=True)
class CallBackRepository:
    connection: AsyncConnection

    async def add(self, call_back: CallBack) -> None:
        """One open call-back for an offer: a yes given anew is asked about anew."""
        await self.connection.execute(
            delete(call_backs).where(call_backs.c.offer_id == call_back.offer_id, call_backs.c.outcome.is_(None))
        )
        await self.connection.execute(insert(call_backs).values(**asdict(call_back)))

    async def locked(self, call_back_id: UUID) -> CallBack | None:
        row = (
            await self.connection.execute(select(call_backs).where(call_backs.c.id == call_back_id).with_for_update())
        ).first()
        return None if row is None else _call_back(row)

    async def open_assisted(self, offer_id: UUID) -> bool:
        found = await self.connection.scalar(
            select(call_backs.c.id).where(
                call_backs.c.offer_id == offer_id,
                call_backs.c.why == CallBackReason.ASSISTED,
                call_backs.c.outcome.is_(None),
            )
        )
        return found is not None

    async def open_under(self, area_path: str) -> Sequence[CallBack]:
        """The next due first."""
        rows = await self.connection.execute(
            select(call_backs)
            .where(
                call_backs.c.area_path >= area_path,
                call_backs.c.area_path < area_path + "~",
                call_backs.c.outcome.is_(None),
            )
            .order_by(call_backs.c.due_on, call_backs.c.id)
        )
        return [_call_back(row) for row in rows]

    async def save(self, call_back: CallBack) -> None:
        await self.connection.execute(
            update(call_backs).where(call_backs.c.id == call_back.id).values(**asdict(call_back))
        )

    async def forget_open(self, offer_id: UUID) -> None:
        """There is no yes any more to ask about."""
        await self.connection.execute(
            delete(call_backs).where(call_backs.c.offer_id == offer_id, call_backs.c.outcome.is_(None))
        )


def _call_back(row: Row[tuple[object, ...]]) -> CallBack:
    return CallBack(
        id=row.id,
        offer_id=row.offer_id,
        worker_id=row.worker_id,
        area_path=row.area_path,
        why=CallBackReason(row.why),
        due_on=row.due_on,
        outcome=None if row.outcome is None else CallBackOutcome(row.outcome),
        done_at=row.done_at,
        done_by=row.done_by,
    )
