"""Every query on reviews of cuts. Answers only inside `guarding`, to the monitor, or to timers and events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.benefit_reviews.domain import BenefitReview, BenefitReviewState
from employment_service.benefit_reviews.tables import benefit_reviews as table

Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class BenefitReviewRepository:
    connection: AsyncConnection

    async def add(self, review: BenefitReview) -> bool:
        """False: it is known already."""
        added = await self.connection.execute(upsert(table).values(**_values(review)).on_conflict_do_nothing())
        return added.rowcount == 1

    async def save(self, review: BenefitReview) -> None:
        await self.connection.execute(
            update(table).where(table.c.proposal_id == review.proposal_id).values(**_values(review))
        )

    async def get(self, proposal_id: UUID) -> BenefitReview | None:
        """Locked until the commit."""
        query = select(table).where(table.c.proposal_id == proposal_id).with_for_update()
        row = (await self.connection.execute(query)).first()
        return None if row is None else _review(row)

    async def entered_since(self, household_id: UUID, since: datetime) -> bool:
        """Whether a cut of this household's aid was entered after that instant."""
        found = await self.connection.scalar(
            select(func.count())
            .select_from(table)
            .where(table.c.household_id == household_id, table.c.entered_at >= since)
        )
        return bool(found)

    async def page(self, area_path: str, *, open_only: bool, after: UUID | None, count: int) -> Sequence[BenefitReview]:
        query = select(table).where(*_conditions(area_path, open_only=open_only))
        if after is not None:
            query = query.where(table.c.proposal_id > after)
        rows = await self.connection.execute(query.order_by(table.c.proposal_id).limit(count))
        return [_review(row) for row in rows]

    async def count(self, area_path: str, *, open_only: bool) -> int:
        conditions = _conditions(area_path, open_only=open_only)
        query = select(func.count()).select_from(table).where(*conditions)
        return int(await self.connection.scalar(query) or 0)


def _conditions(area_path: str, *, open_only: bool) -> list[ColumnElement[bool]]:
    found = [
        table.c.area_path >= area_path,
        table.c.area_path < area_path + "~",
        table.c.state != BenefitReviewState.PASSED,
    ]
    return [*found, table.c.state == BenefitReviewState.UNDER_REVIEW] if open_only else found


def _values(review: BenefitReview) -> Values:
    return {
        "proposal_id": review.proposal_id,
        "household_id": review.household_id,
        "area_path": review.area_path,
        "benefit": review.benefit,
        "current_cents": review.current_cents,
        "proposed_cents": review.proposed_cents,
        "effective_from": review.effective_from,
        "entered_at": review.entered_at,
        "matched": review.matched,
        "state": review.state,
        "decided_at": review.decided_at,
        "decided_by": review.decided_by,
        "reason": review.reason,
        "told_at": review.told_at,
    }


def _review(row: Row[tuple[object, ...]]) -> BenefitReview:
    return BenefitReview(
        proposal_id=row.proposal_id,
        household_id=row.household_id,
        area_path=row.area_path,
        benefit=row.benefit,
        current_cents=row.current_cents,
        proposed_cents=row.proposed_cents,
        effective_from=row.effective_from,
        entered_at=row.entered_at,
        matched=row.matched,
        state=BenefitReviewState(row.state),
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason=row.reason,
        told_at=row.told_at,
    )
