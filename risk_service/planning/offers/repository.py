from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.many_rows import insert_rows
from chassis.tables import jobs
from risk_service.metadata import one_of
from risk_service.planning.offers.domain import AssistanceOffer, OfferState
from risk_service.planning.offers.tables import assistance_offers, offer_answers
from risk_service.policy.domain import MeasureType

ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class OfferRepository:
    connection: AsyncConnection

    async def add(self, offers: Sequence[AssistanceOffer]) -> None:
        for start in range(0, len(offers), ROWS_AT_ONCE):
            rows = [_values(one) for one in offers[start : start + ROWS_AT_ONCE]]
            await insert_rows(self.connection, assistance_offers, rows)

    async def add_answer(self, offer: AssistanceOffer, *, by: str) -> None:
        given = select(func.count()).select_from(offer_answers).where(offer_answers.c.offer_id == offer.id)
        number = int(await self.connection.scalar(given) or 0) + 1
        await self.connection.execute(
            insert(offer_answers).values(
                offer_id=offer.id,
                number=number,
                area_path=offer.area_path,
                answer=offer.state.value,
                answered_by=by,
                answered_at=offer.answered_at,
            )
        )

    async def one(self, offer_id: UUID) -> AssistanceOffer | None:
        found = await self._where(assistance_offers.c.id == offer_id)
        return found[0] if found else None

    async def of_root(self, root_id: UUID) -> list[AssistanceOffer]:
        """All offers of a plan and its supplements."""
        return await self._where(assistance_offers.c.root_id == root_id)

    async def by_household(self, ids: Sequence[UUID]) -> dict[UUID, list[AssistanceOffer]]:
        """Newest first."""
        found: dict[UUID, list[AssistanceOffer]] = {}
        for one in reversed(await self._where(one_of(assistance_offers.c.household_id, ids))):
            found.setdefault(one.household_id, []).append(one)
        return found

    async def is_supplement_queued(self, kind: str, root_id: UUID) -> bool:
        query = select(jobs.c.id).where(
            jobs.c.kind == kind, jobs.c.state == "QUEUED", jobs.c.payload["root_id"].astext == str(root_id)
        )
        return await self.connection.scalar(query.limit(1)) is not None

    async def move(self, household_id: UUID, area_path: str) -> None:
        own = (assistance_offers.c.household_id == household_id) & (assistance_offers.c.area_path != area_path)
        moved = await self.connection.scalars(
            update(assistance_offers).where(own).values(area_path=area_path).returning(assistance_offers.c.id)
        )
        ids = list(moved.all())
        if ids:
            await self.connection.execute(
                update(offer_answers).where(one_of(offer_answers.c.offer_id, ids)).values(area_path=area_path)
            )

    async def _where(self, wanted: ColumnElement[bool]) -> list[AssistanceOffer]:
        """Oldest first, each with its newest answer."""
        newest = (
            select(offer_answers.c.offer_id, offer_answers.c.answer, offer_answers.c.answered_at)
            .ext(distinct_on(offer_answers.c.offer_id))
            .order_by(offer_answers.c.offer_id, offer_answers.c.number.desc())
            .subquery()
        )
        query = (
            select(assistance_offers, newest.c.answer, newest.c.answered_at)
            .select_from(assistance_offers.outerjoin(newest, newest.c.offer_id == assistance_offers.c.id))
            .where(wanted)
            .order_by(assistance_offers.c.offered_at, assistance_offers.c.id)
        )
        return [_offer(row) for row in await self.connection.execute(query)]


def _values(offer: AssistanceOffer) -> dict[str, object]:
    return {
        "id": offer.id,
        "plan_id": offer.plan_id,
        "root_id": offer.root_id,
        "household_id": offer.household_id,
        "area_path": offer.area_path,
        "measure": offer.measure,
        "type": offer.type.value,
        "label": offer.label,
        "cost_cents": offer.cost,
        "currency": offer.currency,
        "offered_at": offer.offered_at,
    }


def _offer(row: Row[tuple[object, ...]]) -> AssistanceOffer:
    return AssistanceOffer(
        id=row.id,
        plan_id=row.plan_id,
        root_id=row.root_id,
        household_id=row.household_id,
        area_path=row.area_path,
        measure=row.measure,
        type=MeasureType(row.type),
        label=row.label,
        cost=row.cost_cents,
        currency=row.currency,
        offered_at=row.offered_at,
        state=OfferState(row.answer or OfferState.OFFERED.value),
        answered_at=row.answered_at,
    )
