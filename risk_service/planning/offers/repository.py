from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.graph import Page, PageRequest, page_of
from chassis.many_rows import insert_rows
from chassis.tables import jobs
from risk_service.access import Visibility
from risk_service.copies.visible import visible_rows
from risk_service.cursors import literal_place, place, place_cursor
from risk_service.metadata import one_of
from risk_service.planning.effects.tables import assistance_given
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

    async def of_plan(self, plan_id: UUID) -> list[AssistanceOffer]:
        return await self._where(assistance_offers.c.plan_id == plan_id)

    async def page(self, seen: Visibility, *, state: OfferState | None, request: PageRequest) -> Page[AssistanceOffer]:
        """Newest first."""
        at, key = assistance_offers.c.offered_at, assistance_offers.c.id
        query = _query(_shown(seen)).order_by(at.desc(), key.desc()).limit(request.first + 1)
        if state is not None:
            query = query.where(_state() == state.value)
        if request.after is not None:
            query = query.where(place(at, key) < literal_place(at, key, request.after))
        found = [_offer(row) for row in await self.connection.execute(query)]
        return page_of(found, request, lambda one: place_cursor(one.offered_at, one.id))

    async def count(self, seen: Visibility, *, state: OfferState | None) -> int:
        query = _query(_shown(seen))
        if state is not None:
            query = query.where(_state() == state.value)
        return int(await self.connection.scalar(select(func.count()).select_from(query.subquery())) or 0)

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
        query = _query(wanted).order_by(assistance_offers.c.offered_at, assistance_offers.c.id)
        return [_offer(row) for row in await self.connection.execute(query)]


_NEWEST = (
    select(offer_answers.c.offer_id, offer_answers.c.answer, offer_answers.c.answered_at)
    .ext(distinct_on(offer_answers.c.offer_id))
    .order_by(offer_answers.c.offer_id, offer_answers.c.number.desc())
    .subquery()
)


def _query(wanted: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    return (
        select(assistance_offers, _NEWEST.c.answer, _NEWEST.c.answered_at, assistance_given.c.given_on)
        .select_from(
            assistance_offers.outerjoin(_NEWEST, _NEWEST.c.offer_id == assistance_offers.c.id).outerjoin(
                assistance_given, assistance_given.c.offer_id == assistance_offers.c.id
            )
        )
        .where(wanted)
    )


def _state() -> ColumnElement[str]:
    return func.coalesce(_NEWEST.c.answer, OfferState.OFFERED.value)


def _shown(seen: Visibility) -> ColumnElement[bool]:
    return visible_rows(seen, area_path=assistance_offers.c.area_path, household_id=assistance_offers.c.household_id)


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
        "answer_by": offer.answer_by,
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
        answer_by=row.answer_by,
        given_on=row.given_on,
        state=OfferState(row.answer or OfferState.OFFERED.value),
        answered_at=row.answered_at,
    )
