from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.identity import Role
from households_service.metadata import one_of
from households_service.officers.domain import Officer, Pairing, UnknownOfficer, UnknownPairing
from households_service.officers.tables import officers, pairings
from households_service.registry.domain import MonitoringCategory
from households_service.registry.tables import households


class OfficerRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, *new: Officer) -> None:
        if new:
            await self._connection.execute(insert(officers), [_row(officer) for officer in new])

    async def save(self, officer: Officer) -> None:
        await self._connection.execute(update(officers).where(officers.c.id == officer.id).values(_row(officer)))

    async def get(self, officer_id: UUID, *, lock: bool = False) -> Officer:
        query = select(officers).where(officers.c.id == officer_id)
        row = (await self._connection.execute(query.with_for_update() if lock else query)).first()
        if row is None:
            raise UnknownOfficer("There is no such officer.", field="officerId")
        return _officer(row)

    async def by_ids(self, ids: Iterable[UUID]) -> Mapping[UUID, Officer]:
        query = select(officers).where(one_of(officers.c.id, ids))
        return {row.id: _officer(row) for row in await self._connection.execute(query)}

    async def by_subject(self, subject: str) -> Officer | None:
        row = (await self._connection.execute(select(officers).where(officers.c.subject == subject))).first()
        return None if row is None else _officer(row)

    async def page(
        self, prefixes: Sequence[str] | None, area_path: str | None, *, after: UUID | None, limit: int
    ) -> Sequence[Officer]:
        """`prefixes`: what the caller may see; None: everything."""
        query = select(officers).where(*_within(prefixes, area_path)).order_by(officers.c.id).limit(limit)
        if after is not None:
            query = query.where(officers.c.id > after)
        return [_officer(row) for row in await self._connection.execute(query)]

    async def count(self, prefixes: Sequence[str] | None, area_path: str | None) -> int:
        query = select(func.count()).select_from(officers).where(*_within(prefixes, area_path))
        return int(await self._connection.scalar(query) or 0)

    async def pair(self, *new: Pairing) -> None:
        rows = [
            {
                "id": pairing.id,
                "officer_id": pairing.officer_id,
                "household_id": pairing.household_id,
                "area_path": pairing.area_path,
                "valid_from": pairing.valid_from,
                "valid_to": pairing.valid_to,
            }
            for pairing in new
        ]
        if rows:
            await self._connection.execute(insert(pairings), rows)

    async def end(self, pairing: Pairing) -> None:
        await self._connection.execute(
            update(pairings).where(pairings.c.id == pairing.id).values(valid_to=pairing.valid_to)
        )

    async def open_pairing(self, officer_id: UUID, household_id: UUID) -> Pairing:
        """Raises UnknownPairing."""
        query = select(pairings).where(
            pairings.c.officer_id == officer_id,
            pairings.c.household_id == household_id,
            pairings.c.valid_to.is_(None),
        )
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise UnknownPairing("This officer is not paired with the household.", field="officerId")
        return _pairing(row)

    async def pairings_of(self, household_ids: Iterable[UUID], day: date) -> Mapping[UUID, Sequence[Pairing]]:
        query = (
            select(pairings)
            .where(one_of(pairings.c.household_id, household_ids), _holds(day))
            .order_by(pairings.c.valid_from, pairings.c.id)
        )
        found: dict[UUID, list[Pairing]] = defaultdict(list)
        for row in await self._connection.execute(query):
            found[row.household_id].append(_pairing(row))
        return found

    async def monitored_load(self, officer_id: UUID, day: date) -> int:
        """Monitored households that the officer is paired with on a day."""
        query = (
            select(func.count())
            .select_from(pairings)
            .join(households, households.c.id == pairings.c.household_id)
            .where(
                pairings.c.officer_id == officer_id,
                _holds(day),
                households.c.removed_on.is_(None),
                households.c.monitoring_category != MonitoringCategory.NONE,
            )
        )
        return int(await self._connection.scalar(query) or 0)


def _holds(day: date) -> ColumnElement[bool]:
    return and_(pairings.c.valid_from <= day, or_(pairings.c.valid_to.is_(None), pairings.c.valid_to > day))


def _within(prefixes: Sequence[str] | None, area_path: str | None) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if prefixes is not None:
        conditions.append(or_(False, *(_under(prefix) for prefix in prefixes)))
    if area_path is not None:
        conditions.append(_under(area_path))
    return conditions


def _under(path: str) -> ColumnElement[bool]:
    return and_(officers.c.duty_path >= path, officers.c.duty_path < path + "~")


def _row(officer: Officer) -> dict[str, object]:
    return {
        "id": officer.id,
        "subject": officer.subject,
        "display_name": officer.display_name,
        "roles": sorted(officer.roles),
        "duty_path": officer.area_path,
        "active": officer.active,
        "version": officer.version,
    }


def _officer(row: Row[tuple[object, ...]]) -> Officer:
    return Officer(
        id=row.id,
        subject=row.subject,
        display_name=row.display_name,
        roles=frozenset(Role(role) for role in row.roles),
        area_path=row.duty_path,
        active=row.active,
        version=row.version,
    )


def _pairing(row: Row[tuple[object, ...]]) -> Pairing:
    return Pairing(
        id=row.id,
        officer_id=row.officer_id,
        household_id=row.household_id,
        area_path=row.area_path,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
