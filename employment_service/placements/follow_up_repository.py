"""Every query on follow-ups."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.follow_ups.domain import FollowUp, FollowUpAnswer, FollowUpState
from employment_service.metadata import one_of
from employment_service.placements.tables import follow_ups

Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class FollowUpRepository:
    connection: AsyncConnection

    async def add(self, *fresh: FollowUp) -> None:
        if fresh:
            await self.connection.execute(insert(follow_ups), [_values(follow_up) for follow_up in fresh])

    async def save(self, follow_up: FollowUp) -> None:
        await self.connection.execute(
            update(follow_ups).where(follow_ups.c.id == follow_up.id).values(**_values(follow_up))
        )

    async def get(self, follow_up_id: UUID) -> FollowUp | None:
        """Locked until the commit."""
        row = (
            await self.connection.execute(select(follow_ups).where(follow_ups.c.id == follow_up_id).with_for_update())
        ).first()
        return None if row is None else _follow_up(row)

    async def by_placement(self, ids: Collection[UUID]) -> dict[UUID, list[FollowUp]]:
        found: dict[UUID, list[FollowUp]] = {}
        for row in await self.connection.execute(
            select(follow_ups).where(one_of(follow_ups.c.placement_id, ids)).order_by(follow_ups.c.day)
        ):
            found.setdefault(row.placement_id, []).append(_follow_up(row))
        return found

    async def drop_unanswered(self, placement_id: UUID) -> None:
        await self.connection.execute(
            delete(follow_ups).where(
                follow_ups.c.placement_id == placement_id, follow_ups.c.state != FollowUpState.ANSWERED
            )
        )

    async def cancel_open(self, *, placement_id: UUID | None = None, worker_id: UUID | None = None) -> Sequence[UUID]:
        """Of one placement, or of everything of one worker who wants none."""
        query = update(follow_ups).where(follow_ups.c.state.in_([FollowUpState.PLANNED, FollowUpState.DUE]))
        if placement_id is not None:
            query = query.where(follow_ups.c.placement_id == placement_id)
        if worker_id is not None:
            query = query.where(follow_ups.c.worker_id == worker_id)
        rows = await self.connection.execute(query.values(state=FollowUpState.CANCELLED).returning(follow_ups.c.id))
        return [row.id for row in rows]

    async def reopen(self, placement_id: UUID, *, due_from: date) -> Sequence[FollowUp]:
        """Those that stopped and whose day is not before `due_from`; planned again."""
        rows = await self.connection.execute(
            update(follow_ups)
            .where(
                follow_ups.c.placement_id == placement_id,
                follow_ups.c.state == FollowUpState.CANCELLED,
                follow_ups.c.due_on >= due_from,
            )
            .values(state=FollowUpState.PLANNED)
            .returning(follow_ups)
        )
        return [_follow_up(row) for row in rows]


def _values(follow_up: FollowUp) -> Values:
    answer = follow_up.answer
    return {
        "id": follow_up.id,
        "placement_id": follow_up.placement_id,
        "worker_id": follow_up.worker_id,
        "area_path": follow_up.area_path,
        "day": follow_up.day,
        "due_on": follow_up.due_on,
        "state": follow_up.state,
        "wages_on_time": None if answer is None else answer.wages_on_time,
        "documents_with_me": None if answer is None else answer.documents_with_me,
        "free_to_leave": None if answer is None else answer.free_to_leave,
        "paid_a_fee": None if answer is None else answer.paid_a_fee,
        "wants_contact": None if answer is None else answer.wants_contact,
        "weekly_hours": None if answer is None else answer.weekly_hours,
        "answered_at": follow_up.answered_at,
        "fee_cents": None if answer is None else answer.fee_cents,
    }


def _follow_up(row: Row[tuple[object, ...]]) -> FollowUp:
    answer = None
    if row.documents_with_me is not None:
        answer = FollowUpAnswer(
            wages_on_time=row.wages_on_time,
            documents_with_me=row.documents_with_me,
            free_to_leave=row.free_to_leave,
            paid_a_fee=row.paid_a_fee,
            wants_contact=row.wants_contact,
            weekly_hours=row.weekly_hours,
            fee_cents=row.fee_cents,
        )
    return FollowUp(
        id=row.id,
        placement_id=row.placement_id,
        worker_id=row.worker_id,
        area_path=row.area_path,
        day=row.day,
        due_on=row.due_on,
        state=FollowUpState(row.state),
        answer=answer,
        answered_at=row.answered_at,
    )
