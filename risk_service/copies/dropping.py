"""What a rebuild asks of the copies that it replaces."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, delete, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from risk_service.copies.domain import OfficerCopy
from risk_service.copies.tables import areas, households, members, officers, pairings, statements
from risk_service.copies.visible import within
from risk_service.signals.tables import signals

OF_HOUSEHOLDS = (statements, pairings, members, households)


@dataclass(frozen=True, slots=True)
class CopyDropping:
    """`area_path` empty: everything."""

    connection: AsyncConnection

    async def officers(self, area_path: str) -> dict[UUID, OfficerCopy]:
        query = select(officers).where(_at(area_path, officers.c.seat))
        return {
            row.id: OfficerCopy(
                id=row.id, subject=row.subject, roles=frozenset(row.roles), seat=row.seat, active=row.active
            )
            for row in await self.connection.execute(query)
        }

    async def places(self, area_path: str) -> dict[UUID, str]:
        """Area path by household."""
        query = select(households.c.id, households.c.area_path).where(_at(area_path, households.c.area_path))
        return {row.id: row.area_path for row in await self.connection.execute(query)}

    async def drop(self, area_path: str) -> None:
        """Every row of the copies, also those that belong to nothing any more."""
        for table in OF_HOUSEHOLDS:
            await self.connection.execute(delete(table).where(_at(area_path, table.c.area_path)))
        await self.connection.execute(delete(officers).where(_at(area_path, officers.c.seat)))
        await self.connection.execute(delete(areas).where(_at(area_path, areas.c.path)))

    async def drop_households(self, ids: Collection[UUID]) -> None:
        """Where only a part is rebuilt: what came into it from elsewhere."""
        for table in OF_HOUSEHOLDS:
            await self.connection.execute(delete(table).where(_household_of(table).in_(ids)))

    async def known_signals(self, ids: Collection[UUID]) -> set[tuple[str, str, int]]:
        """Department, record and version of what was received of these households."""
        query = select(signals.c.department, signals.c.record_id, signals.c.version).where(
            signals.c.household_id.in_(ids)
        )
        return {(row.department, row.record_id, row.version) for row in await self.connection.execute(query)}


def _at(area_path: str, column: Column[str]) -> ColumnElement[bool]:
    return within(column, area_path) if area_path else true()


def _household_of(table: Table) -> ColumnElement[UUID]:
    return table.c.id if table is households else table.c.household_id
