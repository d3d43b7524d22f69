"""Every query on the copies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.copies.domain import AreaCopy, CareDuty, CareKind, HouseholdCopy, MemberCopy, Point
from employment_service.copies.tables import copied_areas, copied_care_duties, copied_households, copied_members
from employment_service.metadata import one_of

ROWS = 1000


@dataclass(frozen=True, slots=True)
class AreaRepository:
    connection: AsyncConnection

    async def put(self, areas: Sequence[AreaCopy]) -> None:
        for start in range(0, len(areas), ROWS):
            fresh = upsert(copied_areas).values(
                [
                    {
                        "path": area.path,
                        "id": area.id,
                        "code": area.code,
                        "level": area.level,
                        "name": area.name,
                        "time_zone": area.time_zone,
                        "lat": area.centre.lat,
                        "lon": area.centre.lon,
                    }
                    for area in areas[start : start + ROWS]
                ]
            )
            await self.connection.execute(
                fresh.on_conflict_do_update(
                    index_elements=[copied_areas.c.path],
                    set_={
                        column.name: fresh.excluded[column.name] for column in copied_areas.c if column.name != "path"
                    },
                )
            )

    async def by_path(self, paths: Collection[str]) -> dict[str, AreaCopy]:
        rows = await self.connection.execute(select(copied_areas).where(one_of(copied_areas.c.path, paths)))
        return {row.path: _area(row) for row in rows}

    async def nearest(self, path: str) -> AreaCopy | None:
        """The area itself, or the nearest one above it that is known."""
        row = (
            await self.connection.execute(
                select(copied_areas)
                .where(literal(path).startswith(copied_areas.c.path))
                .order_by(func.length(copied_areas.c.path).desc())
                .limit(1)
            )
        ).first()
        return None if row is None else _area(row)


@dataclass(frozen=True, slots=True)
class HouseholdRepository:
    connection: AsyncConnection

    async def put(self, household: HouseholdCopy) -> bool:
        """Replaces the copy unless it already includes a later event. Says whether it did."""
        fresh = upsert(copied_households).values(
            id=household.id,
            area_path=household.area_path,
            subject_sequence=household.subject_sequence,
            removed=household.removed,
        )
        replaced = await self.connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[copied_households.c.id],
                set_={
                    "area_path": fresh.excluded.area_path,
                    "subject_sequence": fresh.excluded.subject_sequence,
                    "removed": fresh.excluded.removed,
                },
                where=copied_households.c.subject_sequence < fresh.excluded.subject_sequence,
            ).returning(copied_households.c.id)
        )
        if replaced.first() is None:
            return False
        await self._drop_members(household)
        if household.members and not household.removed:
            await self._put_members(household.members)
        return True

    async def _drop_members(self, household: HouseholdCopy) -> None:
        known = select(copied_members.c.id).where(copied_members.c.household_id == household.id)
        given = [member.id for member in household.members]
        await self.connection.execute(
            delete(copied_care_duties).where(
                copied_care_duties.c.member_id.in_(known) | one_of(copied_care_duties.c.member_id, given)
            )
        )
        await self.connection.execute(
            delete(copied_members).where(
                (copied_members.c.household_id == household.id) | one_of(copied_members.c.id, given)
            )
        )

    async def _put_members(self, members: Sequence[MemberCopy]) -> None:
        await self.connection.execute(
            insert(copied_members),
            [
                {
                    "id": member.id,
                    "household_id": member.household_id,
                    "area_path": member.area_path,
                    "date_of_birth": member.date_of_birth,
                    "in_school": member.in_school,
                }
                for member in members
            ],
        )
        duties = [
            {
                "id": duty.id,
                "member_id": member.id,
                "kind": duty.kind,
                "care_area_path": duty.area_path,
                "valid_from": duty.valid_from,
                "valid_to": duty.valid_to,
            }
            for member in members
            for duty in member.care_duties
        ]
        if duties:
            await self.connection.execute(insert(copied_care_duties), duties)

    async def is_empty(self) -> bool:
        return (await self.connection.execute(select(copied_households.c.id).limit(1))).first() is None

    async def members(self, ids: Collection[UUID]) -> dict[UUID, MemberCopy]:
        duties = await self._duties(ids)
        rows = await self.connection.execute(select(copied_members).where(one_of(copied_members.c.id, ids)))
        return {
            row.id: MemberCopy(
                id=row.id,
                household_id=row.household_id,
                area_path=row.area_path,
                date_of_birth=row.date_of_birth,
                in_school=row.in_school,
                care_duties=duties.get(row.id, ()),
            )
            for row in rows
        }

    async def household_of(self, member_id: UUID) -> UUID | None:
        found: UUID | None = await self.connection.scalar(
            select(copied_members.c.household_id).where(copied_members.c.id == member_id)
        )
        return found

    async def _duties(self, ids: Collection[UUID]) -> Mapping[UUID, tuple[CareDuty, ...]]:
        found: dict[UUID, tuple[CareDuty, ...]] = {}
        rows = await self.connection.execute(
            select(copied_care_duties)
            .where(one_of(copied_care_duties.c.member_id, ids))
            .order_by(copied_care_duties.c.valid_from, copied_care_duties.c.id)
        )
        for row in rows:
            duty = CareDuty(
                id=row.id,
                kind=CareKind(row.kind),
                area_path=row.care_area_path,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            found[row.member_id] = (*found.get(row.member_id, ()), duty)
        return found


def _area(row: Row[tuple[object, ...]]) -> AreaCopy:
    return AreaCopy(
        id=row.id,
        path=row.path,
        code=row.code,
        level=row.level,
        name=row.name,
        time_zone=row.time_zone,
        centre=Point(lat=row.lat, lon=row.lon),
    )
