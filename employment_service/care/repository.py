"""Every query on places that give care, and on who gives care where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.errors import Conflict
from employment_service.care.domain import CareFacility
from employment_service.care.tables import care_facilities
from employment_service.copies.domain import CareKind
from employment_service.copies.tables import copied_care_duties, copied_households, copied_members
from employment_service.workers.tables import workers


@dataclass(frozen=True, slots=True)
class CareRepository:
    connection: AsyncConnection

    async def add(self, facility: CareFacility) -> None:
        await self.connection.execute(insert(care_facilities).values(**_values(facility)))

    async def save(self, facility: CareFacility) -> None:
        saved = await self.connection.execute(
            update(care_facilities)
            .where(care_facilities.c.id == facility.id, care_facilities.c.version == facility.version - 1)
            .values(**_values(facility))
        )
        if saved.rowcount != 1:
            raise Conflict("The facility was changed meanwhile. Read it again.", field="expectedVersion")

    async def get(self, facility_id: UUID) -> CareFacility | None:
        row = (
            await self.connection.execute(
                select(care_facilities).where(
                    care_facilities.c.id == facility_id, care_facilities.c.withdrawn_at.is_(None)
                )
            )
        ).first()
        return None if row is None else _facility(row)

    async def page(self, area_path: str, *, after: UUID | None, count: int) -> Sequence[CareFacility]:
        """At or below an area, newest first."""
        query = select(care_facilities).where(_within(area_path))
        if after is not None:
            query = query.where(care_facilities.c.id < after)
        rows = await self.connection.execute(query.order_by(care_facilities.c.id.desc()).limit(count))
        return [_facility(row) for row in rows]

    async def count(self, area_path: str) -> int:
        query = select(func.count()).select_from(care_facilities).where(_within(area_path))
        return int(await self.connection.scalar(query) or 0)

    async def duty_ids(self, household_id: UUID) -> frozenset[UUID] | None:
        """Of all members; None for a household that was never copied."""
        rows = await self.connection.execute(
            select(copied_care_duties.c.id)
            .select_from(
                copied_households.outerjoin(
                    copied_members, copied_members.c.household_id == copied_households.c.id
                ).outerjoin(copied_care_duties, copied_care_duties.c.member_id == copied_members.c.id)
            )
            .where(copied_households.c.id == household_id)
        )
        found = rows.all()
        return frozenset(row.id for row in found if row.id is not None) if found else None

    async def carers_at(self, area_path: str, kind: CareKind, *, on: date) -> Sequence[UUID]:
        """Registered workers who on that day look after somebody of this kind in exactly this village."""
        duty = copied_care_duties
        given = exists().where(
            duty.c.member_id == workers.c.member_id,
            duty.c.care_area_path == area_path,
            duty.c.kind == kind,
            duty.c.valid_from <= on,
            or_(duty.c.valid_to.is_(None), duty.c.valid_to > on),
        )
        rows = await self.connection.execute(select(workers.c.id).where(given).order_by(workers.c.id))
        return [row.id for row in rows]


def _values(facility: CareFacility) -> dict[str, object]:
    return {
        "id": facility.id,
        "area_path": facility.area_path,
        "kind": facility.kind,
        "name": facility.name,
        "places": facility.places,
        "opens_on": facility.opens_on,
        "closes_on": facility.closes_on,
        "from_minutes": facility.from_minutes,
        "to_minutes": facility.to_minutes,
        "recorded_by": facility.recorded_by,
        "recorded_at": facility.recorded_at,
        "version": facility.version,
        "withdrawn_at": facility.withdrawn_at,
    }


def _facility(row: Row[tuple[object, ...]]) -> CareFacility:
    return CareFacility(
        id=row.id,
        area_path=row.area_path,
        kind=CareKind(row.kind),
        name=row.name,
        places=row.places,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        from_minutes=row.from_minutes,
        to_minutes=row.to_minutes,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        version=row.version,
        withdrawn_at=row.withdrawn_at,
    )


def _within(area_path: str) -> ColumnElement[bool]:
    return and_(
        care_facilities.c.area_path >= area_path,
        care_facilities.c.area_path < area_path + "~",
        care_facilities.c.withdrawn_at.is_(None),
    )
