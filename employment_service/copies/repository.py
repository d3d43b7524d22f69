"""Every query on the copies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Row,
    Text,
    Uuid,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.copies.domain import AreaCopy, CareDuty, CareKind, HouseholdCopy, MemberCopy, Point
from employment_service.copies.tables import (
    copied_areas,
    copied_care_duties,
    copied_households,
    copied_members,
    copy_builds,
)
from employment_service.metadata import one_of

ROWS = 1000


# Rows that are deleted and rows that are written never meet: parts of one statement do not see each other.
REPLACE = text(
    """
    with taken as (
        insert into copied_households as known (id, area_path, subject_sequence, removed)
        values (:household, :area_path, :sequence, :removed)
        on conflict (id) do update set
            area_path = excluded.area_path,
            subject_sequence = excluded.subject_sequence,
            removed = excluded.removed
        where known.subject_sequence < excluded.subject_sequence
        returning known.id
    ), gone as (
        delete from copied_members
        where household_id in (select id from taken) and not id = any(:members)
        returning id
    ), ended as (
        delete from copied_care_duties
        where exists (select from taken)
            and (member_id = any(:members) or member_id in (select id from gone))
            and not id = any(:duties)
    ), kept as (
        insert into copied_members (id, household_id, area_path, date_of_birth, in_school)
        select fresh.id, taken.id, :area_path, fresh.birth, fresh.school
        from taken, unnest(:members, :births, :schools) as fresh (id, birth, school)
        on conflict (id) do update set
            household_id = excluded.household_id,
            area_path = excluded.area_path,
            date_of_birth = excluded.date_of_birth,
            in_school = excluded.in_school
    ), cared as (
        insert into copied_care_duties (id, member_id, kind, care_area_path, valid_from, valid_to)
        select fresh.* from taken, unnest(:duties, :carers, :kinds, :places, :begins, :ends) as fresh
        on conflict (id) do update set
            member_id = excluded.member_id,
            kind = excluded.kind,
            care_area_path = excluded.care_area_path,
            valid_from = excluded.valid_from,
            valid_to = excluded.valid_to
    )
    select id from taken
    """
).bindparams(
    bindparam("household", type_=Uuid),
    bindparam("sequence", type_=BigInteger),
    bindparam("members", type_=ARRAY(Uuid)),
    bindparam("births", type_=ARRAY(Date)),
    bindparam("schools", type_=ARRAY(Boolean)),
    bindparam("duties", type_=ARRAY(Uuid)),
    bindparam("carers", type_=ARRAY(Uuid)),
    bindparam("kinds", type_=ARRAY(Text)),
    bindparam("places", type_=ARRAY(Text)),
    bindparam("begins", type_=ARRAY(Date)),
    bindparam("ends", type_=ARRAY(Date)),
)


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

    async def drop(self) -> None:
        await self.connection.execute(delete(copied_areas))

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
        """Replaces the copy unless it already includes this event or a later one. Says whether it did.

        One statement: a county's households come in by the thousand.
        """
        members = () if household.removed else household.members
        duties = [(member.id, duty) for member in members for duty in member.care_duties]
        taken = await self.connection.execute(
            REPLACE,
            {
                "household": household.id,
                "area_path": household.area_path,
                "sequence": household.subject_sequence,
                "removed": household.removed,
                "members": [member.id for member in members],
                "births": [member.date_of_birth for member in members],
                "schools": [member.in_school for member in members],
                "duties": [duty.id for _, duty in duties],
                "carers": [member for member, _ in duties],
                "kinds": [duty.kind for _, duty in duties],
                "places": [duty.area_path for _, duty in duties],
                "begins": [duty.valid_from for _, duty in duties],
                "ends": [duty.valid_to for _, duty in duties],
            },
        )
        return taken.first() is not None

    async def drop(self) -> None:
        """Every row, also those that belong to nothing any more."""
        for table in (copied_care_duties, copied_members, copied_households):
            await self.connection.execute(delete(table))

    async def fill(self, households: Sequence[HouseholdCopy]) -> None:
        """Into dropped copies: a few statements for any number of households."""
        present = [household for household in households if not household.removed]
        members = [member for household in present for member in household.members]
        for table, rows in (
            (copied_households, [_household_row(household) for household in households]),
            (copied_members, [_member_row(member) for member in members]),
            (copied_care_duties, [_duty_row(duty, member.id) for member in members for duty in member.care_duties]),
        ):
            if rows:
                await self.connection.execute(insert(table), rows)

    async def is_built(self) -> bool:
        """Whether every household was taken over once; events keep the copy current from then on."""
        return (await self.connection.execute(select(copy_builds.c.built_at).limit(1))).first() is not None

    async def note_built(self, at: datetime) -> None:
        fresh = upsert(copy_builds).values(source="households", built_at=at)
        await self.connection.execute(
            fresh.on_conflict_do_update(
                index_elements=[copy_builds.c.source], set_={"built_at": fresh.excluded.built_at}
            )
        )

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


def _household_row(household: HouseholdCopy) -> dict[str, object]:
    return {
        "id": household.id,
        "area_path": household.area_path,
        "subject_sequence": household.subject_sequence,
        "removed": household.removed,
    }


def _member_row(member: MemberCopy) -> dict[str, object]:
    return {
        "id": member.id,
        "household_id": member.household_id,
        "area_path": member.area_path,
        "date_of_birth": member.date_of_birth,
        "in_school": member.in_school,
    }


def _duty_row(duty: CareDuty, member_id: UUID) -> dict[str, object]:
    return {
        "id": duty.id,
        "member_id": member_id,
        "kind": duty.kind.value,
        "care_area_path": duty.area_path,
        "valid_from": duty.valid_from,
        "valid_to": duty.valid_to,
    }


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
