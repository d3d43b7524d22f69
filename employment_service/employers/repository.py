"""Every query on employers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Row, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.errors import Conflict
from employment_service.employers.domain import Employer, Inspection
from employment_service.employers.tables import employer_inspections, employers
from employment_service.metadata import one_of

REGISTRATION_LOCK = 2020_09_11
Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class EmployerRepository:
    connection: AsyncConnection

    async def add(self, *fresh: Employer) -> None:
        if fresh:
            await self.connection.execute(insert(employers), [_values(employer) for employer in fresh])
            await self._put_inspections(fresh)

    async def save(self, employer: Employer) -> None:
        saved = await self.connection.execute(
            update(employers)
            .where(employers.c.id == employer.id, employers.c.version == employer.version - 1)
            .values(**_values(employer))
        )
        if saved.rowcount != 1:
            raise Conflict("The employer was changed meanwhile. Read it again.", field="expectedVersion")
        await self.connection.execute(
            delete(employer_inspections).where(employer_inspections.c.employer_id == employer.id)
        )
        await self._put_inspections([employer])

    async def get(self, employer_id: UUID, *, lock: bool = False) -> Employer | None:
        if lock:
            await self.connection.execute(select(employers.c.id).where(employers.c.id == employer_id).with_for_update())
        return (await self.by_id([employer_id])).get(employer_id)

    async def is_registered(self, registration_number: str) -> bool:
        """In whatever area, written with whatever blanks and capitals. Two at once wait for each other."""
        number = "".join(registration_number.split()).upper()
        await self.connection.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(number, REGISTRATION_LOCK)))
        )
        known = func.upper(func.regexp_replace(employers.c.registration_number, r"\s", "", "g"))
        return bool(await self.connection.scalar(select(exists().where(known == number))))

    async def by_id(self, ids: Collection[UUID]) -> dict[UUID, Employer]:
        rows = (await self.connection.execute(select(employers).where(one_of(employers.c.id, ids)))).all()
        days = await self._inspections([row.id for row in rows])
        return {row.id: _employer(row, days.get(row.id, {})) for row in rows}

    async def under(self, area_path: str, *, after: UUID | None, count: int) -> Sequence[Employer]:
        query = select(employers).where(employers.c.area_path >= area_path, employers.c.area_path < area_path + "~")
        if after is not None:
            query = query.where(employers.c.id > after)
        rows = (await self.connection.execute(query.order_by(employers.c.id).limit(count))).all()
        days = await self._inspections([row.id for row in rows])
        return [_employer(row, days.get(row.id, {})) for row in rows]

    async def count_under(self, area_path: str) -> int:
        return int(
            await self.connection.scalar(
                select(func.count())
                .select_from(employers)
                .where(employers.c.area_path >= area_path, employers.c.area_path < area_path + "~")
            )
            or 0
        )

    async def _put_inspections(self, of: Sequence[Employer]) -> None:
        days = [
            {"employer_id": employer.id, "inspection": inspection, "inspected_on": day}
            for employer in of
            for inspection, day in employer.inspected_on.items()
        ]
        if days:
            await self.connection.execute(insert(employer_inspections), days)

    async def _inspections(self, ids: Collection[UUID]) -> dict[UUID, dict[Inspection, date]]:
        found: dict[UUID, dict[Inspection, date]] = {}
        rows = await self.connection.execute(
            select(employer_inspections).where(one_of(employer_inspections.c.employer_id, ids))
        )
        for row in rows:
            found.setdefault(row.employer_id, {})[Inspection(row.inspection)] = row.inspected_on
        return found


def _values(employer: Employer) -> Values:
    return {
        "id": employer.id,
        "area_path": employer.area_path,
        "name": employer.name,
        "registration_number": employer.registration_number,
        "forbidden_practice": employer.forbidden_practice,
        "critical_finding_at": employer.critical_finding_at,
        "version": employer.version,
    }


def _employer(row: Row[tuple[object, ...]], days: dict[Inspection, date]) -> Employer:
    return Employer(
        id=row.id,
        area_path=row.area_path,
        name=row.name,
        registration_number=row.registration_number,
        inspected_on=days,
        forbidden_practice=row.forbidden_practice,
        critical_finding_at=row.critical_finding_at,
        version=row.version,
    )
