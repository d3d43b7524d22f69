from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.care.domain import CareDuty, CareKind, UnknownCareDuty
from households_service.care.tables import care_duties
from households_service.metadata import one_of


class CareDutyRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, *new: CareDuty) -> None:
        rows = [
            {
                "id": duty.id,
                "member_id": duty.member_id,
                "household_id": duty.household_id,
                "area_path": duty.area_path,
                "kind": duty.kind,
                "care_area_path": duty.care_area_path,
                "valid_from": duty.valid_from,
                "valid_to": duty.valid_to,
            }
            for duty in new
        ]
        if rows:
            await self._connection.execute(insert(care_duties), rows)

    async def end(self, duty: CareDuty) -> None:
        await self._connection.execute(
            update(care_duties).where(care_duties.c.id == duty.id).values(valid_to=duty.valid_to)
        )

    async def get(self, duty_id: UUID) -> CareDuty:
        found = await self._read([duty_id], care_duties.c.id.key)
        if not found:
            raise UnknownCareDuty("There is no such care duty, or not for you.", field="careDutyId")
        return found[0]

    async def of_households(self, household_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[CareDuty]]:
        """Every duty of a household's members, ended ones too, in the order they were recorded."""
        found: dict[UUID, list[CareDuty]] = defaultdict(list)
        for duty in await self._read(household_ids, care_duties.c.household_id.key):
            found[duty.household_id].append(duty)
        return found

    async def of_members(self, member_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[CareDuty]]:
        found: dict[UUID, list[CareDuty]] = defaultdict(list)
        for duty in await self._read(member_ids, care_duties.c.member_id.key):
            found[duty.member_id].append(duty)
        return found

    async def _read(self, ids: Iterable[UUID], column: str) -> Sequence[CareDuty]:
        query = select(care_duties).where(one_of(care_duties.c[column], ids)).order_by(care_duties.c.id)
        return [
            CareDuty(
                id=row.id,
                member_id=row.member_id,
                household_id=row.household_id,
                area_path=row.area_path,
                kind=CareKind(row.kind),
                care_area_path=row.care_area_path,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            for row in await self._connection.execute(query)
        ]
