from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.graph import Page, PageRequest, decode_cursor, encode_cursor, page_of
from risk_service.metadata import one_of
from risk_service.planning.catalogues.domain import CatalogueApproval, MeasureCatalogue
from risk_service.planning.catalogues.tables import catalogue_approvals, measure_catalogues
from risk_service.planning.plans.stored import declared_json, declared_of

_WHOLE = select(measure_catalogues, catalogue_approvals).select_from(
    measure_catalogues.outerjoin(catalogue_approvals, catalogue_approvals.c.catalogue_id == measure_catalogues.c.id)
)


@dataclass(frozen=True, slots=True)
class CatalogueRepository:
    connection: AsyncConnection

    async def add(self, catalogue: MeasureCatalogue) -> None:
        await self.connection.execute(
            insert(measure_catalogues).values(
                id=catalogue.id,
                area_path=catalogue.area_path,
                currency=catalogue.currency,
                declared=declared_json(catalogue.declared),
                proposed_by=catalogue.proposed_by,
                proposed_at=catalogue.proposed_at,
            )
        )

    async def add_approval(self, catalogue_id: UUID, approval: CatalogueApproval) -> None:
        await self.connection.execute(
            insert(catalogue_approvals).values(
                catalogue_id=catalogue_id,
                approved_by=approval.by,
                approved_at=approval.at,
                reason=approval.reason,
            )
        )

    async def one(self, catalogue_id: UUID) -> MeasureCatalogue | None:
        row = (await self.connection.execute(_WHOLE.where(measure_catalogues.c.id == catalogue_id))).first()
        return None if row is None else _catalogue(row)

    async def page(self, area_paths: Collection[str], request: PageRequest) -> Page[MeasureCatalogue]:
        """Newest first, of these very areas."""
        query = _WHOLE.where(one_of(measure_catalogues.c.area_path, area_paths))
        if request.after is not None:
            query = query.where(measure_catalogues.c.n < decode_cursor(request.after, int)[0])
        query = query.order_by(measure_catalogues.c.n.desc()).limit(request.first + 1)
        page = page_of((await self.connection.execute(query)).all(), request, lambda row: encode_cursor(row.n))
        return Page(items=[(cursor, _catalogue(row)) for cursor, row in page.items], has_next=page.has_next)


def _catalogue(row: Row[tuple[object, ...]]) -> MeasureCatalogue:
    return MeasureCatalogue(
        id=row.id,
        area_path=row.area_path,
        currency=row.currency,
        measures=declared_of(row.declared).measures,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        approval=None
        if row.approved_at is None
        else CatalogueApproval(by=row.approved_by, at=row.approved_at, reason=row.reason),
    )
