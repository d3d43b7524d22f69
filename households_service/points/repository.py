from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, false, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.metadata import one_of
from households_service.points.domain import Served, SupplyPoint, UnknownSupplyPoint
from households_service.points.tables import supply_point_services, supply_points
from households_service.registry.tables import households


class PointRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, point: SupplyPoint) -> None:
        await self._connection.execute(
            insert(supply_points).values(
                id=point.id,
                number=point.number,
                name=point.name,
                area_path=point.area_path,
                registered_on=point.registered_on,
            )
        )

    async def by_numbers(self, numbers: Iterable[str]) -> Mapping[str, SupplyPoint]:
        query = select(supply_points).where(one_of(supply_points.c.number, numbers))
        return {row.number: _point(row) for row in await self._connection.execute(query)}

    async def by_number(self, number: str, *, lock: bool = False) -> SupplyPoint:
        """Raises UnknownSupplyPoint."""
        query = select(supply_points).where(supply_points.c.number == number)
        row = (await self._connection.execute(query.with_for_update() if lock else query)).first()
        if row is None:
            raise UnknownSupplyPoint("There is no such supply point, or not for you.", field="number")
        return _point(row)

    async def page(
        self, prefixes: Sequence[str] | None, area_path: str | None, *, after: UUID | None, limit: int
    ) -> Sequence[SupplyPoint]:
        query = select(supply_points).where(_seen(prefixes, area_path)).order_by(supply_points.c.id).limit(limit)
        if after is not None:
            query = query.where(supply_points.c.id > after)
        return [_point(row) for row in await self._connection.execute(query)]

    async def count(self, prefixes: Sequence[str] | None, area_path: str | None) -> int:
        query = select(func.count()).select_from(supply_points).where(_seen(prefixes, area_path))
        return int(await self._connection.scalar(query) or 0)

    async def counts_of(self, point_ids: Iterable[UUID], on: date) -> Mapping[UUID, int]:
        """Households served on a day."""
        query = (
            select(supply_point_services.c.point_id, func.count())
            .where(one_of(supply_point_services.c.point_id, point_ids), _on(on))
            .group_by(supply_point_services.c.point_id)
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def served(self, point_ids: Iterable[UUID], on: date) -> Sequence[tuple[UUID, UUID]]:
        """Point and household, in order, of those that are in the registry."""
        query = (
            select(supply_point_services.c.point_id, supply_point_services.c.household_id)
            .join(households, households.c.id == supply_point_services.c.household_id)
            .where(
                one_of(supply_point_services.c.point_id, point_ids),
                _on(on),
                or_(households.c.removed_on.is_(None), households.c.removed_on > on),
            )
            .order_by(supply_point_services.c.point_id, supply_point_services.c.household_id)
        )
        return [(row[0], row[1]) for row in await self._connection.execute(query)]

    async def present_of(self, household_ids: Iterable[UUID]) -> Mapping[UUID, Served]:
        """By household the service that goes on."""
        query = select(supply_point_services).where(
            one_of(supply_point_services.c.household_id, household_ids), supply_point_services.c.valid_to.is_(None)
        )
        return {row.household_id: _served(row) for row in await self._connection.execute(query)}

    async def begin_services(self, services: Sequence[Served]) -> None:
        if services:
            await self._connection.execute(insert(supply_point_services), [_service_row(one) for one in services])

    async def end_services(self, services: Sequence[Served], on: date) -> None:
        await self._connection.execute(
            update(supply_point_services)
            .where(one_of(supply_point_services.c.id, (one.id for one in services)))
            .values(valid_to=on)
        )


def _on(day: date) -> ColumnElement[bool]:
    return and_(
        supply_point_services.c.valid_from <= day,
        or_(supply_point_services.c.valid_to.is_(None), supply_point_services.c.valid_to > day),
    )


def _seen(prefixes: Sequence[str] | None, area_path: str | None) -> ColumnElement[bool]:
    seen = true() if prefixes is None else or_(false(), *(_under(prefix) for prefix in prefixes))
    return seen if area_path is None else and_(seen, _under(area_path))


def _under(path: str) -> ColumnElement[bool]:
    return and_(supply_points.c.area_path >= path, supply_points.c.area_path < path + "~")


def _point(row: Row[tuple[object, ...]]) -> SupplyPoint:
    return SupplyPoint(
        id=row.id, number=row.number, name=row.name, area_path=row.area_path, registered_on=row.registered_on
    )


def _served(row: Row[tuple[object, ...]]) -> Served:
    return Served(
        id=row.id,
        point_id=row.point_id,
        household_id=row.household_id,
        area_path=row.area_path,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _service_row(one: Served) -> dict[str, object]:
    return {
        "id": one.id,
        "point_id": one.point_id,
        "household_id": one.household_id,
        "area_path": one.area_path,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
    }
