from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Table, delete, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.many_rows import put_rows
from risk_service.copies.arrivals import StatementCopy
from risk_service.copies.domain import (
    AreaCopy,
    BasisCopy,
    HouseholdCopy,
    LabourCapacity,
    MemberCopy,
    OfficerCopy,
    Reach,
)
from risk_service.copies.tables import areas, households, members, officers, pairings, statements
from risk_service.copies.visible import within
from risk_service.metadata import one_of
from risk_service.policy.domain import IncomeBasis


def _put(table: Table, *key: str) -> Insert:
    """Inserts rows, or overwrites those with the same key."""
    fresh = upsert(table)
    changed = {column.name: fresh.excluded[column.name] for column in table.columns if column.name not in key}
    return fresh.on_conflict_do_update(index_elements=list(key), set_=changed)


_CAPACITIES = {one.value: one for one in LabourCapacity}
_PERSON = tuple(column for column in members.columns if column is not members.c.area_path)
_PUT_HOUSEHOLD = _put(households, "id")
_PUT_MEMBER = _put(members, "id")


@dataclass(frozen=True, slots=True)
class CopyRepository:
    connection: AsyncConnection

    async def put_area(self, area: AreaCopy) -> None:
        values = {
            "path": area.path,
            "code": area.code,
            "level": area.level,
            "name": area.name,
            "time_zone": area.time_zone,
        }
        fresh = upsert(areas).values(id=area.id, **values)
        await self.connection.execute(fresh.on_conflict_do_update(index_elements=[areas.c.id], set_=values))

    async def time_zones_at(self, area_paths: Collection[str]) -> dict[str, str]:
        """By path the time zone of the nearest known area at or above it; none where none is known."""
        above = {path: [path[:end] for end in range(len(path), 0, -1) if path[end - 1] == "/"] for path in area_paths}
        query = select(areas.c.path, areas.c.time_zone).where(
            one_of(areas.c.path, {one for found in above.values() for one in found}), areas.c.time_zone != ""
        )
        known = {row.path: row.time_zone for row in await self.connection.execute(query)}
        nearest = {path: next((one for one in found if one in known), None) for path, found in above.items()}
        return {path: known[one] for path, one in nearest.items() if one is not None}

    async def put_officer(self, officer: OfficerCopy) -> None:
        values = {
            "subject": officer.subject,
            "roles": sorted(officer.roles),
            "seat": officer.seat,
            "active": officer.active,
        }
        fresh = upsert(officers).values(id=officer.id, **values)
        await self.connection.execute(fresh.on_conflict_do_update(index_elements=[officers.c.id], set_=values))

    async def officers_of_subject(self, subject: str) -> list[OfficerCopy]:
        query = select(officers).where(officers.c.subject == subject, officers.c.active).order_by(officers.c.id)
        return [
            OfficerCopy(id=row.id, subject=row.subject, roles=frozenset(row.roles), seat=row.seat, active=row.active)
            for row in await self.connection.execute(query)
        ]

    async def put_households(self, changed: Sequence[HouseholdCopy], known: Mapping[UUID, HouseholdCopy]) -> None:
        """`known` are the copies as they are; only what differs from them is written.

        A member who moved here from another household is taken over from that one's copy.
        """
        if not changed:
            return
        await self.connection.execute(_PUT_HOUSEHOLD, [_household_row(household) for household in changed])
        people: list[dict[str, object]] = []
        left: set[tuple[UUID, UUID]] = set()
        paired: list[dict[str, object]] = []
        unpaired: list[UUID] = []
        for household in changed:
            before = known.get(household.id)
            moved = before is None or before.area_path != household.area_path
            if before is None or moved or before.members != household.members:
                people += [_member_row(member, household) for member in household.members]
            if before is not None:
                stayed = {member.id for member in household.members}
                left |= {(member.id, household.id) for member in before.members if member.id not in stayed}
            if before is None or moved or before.support_officer_ids != household.support_officer_ids:
                unpaired += [] if before is None else [household.id]
                paired += _pairing_rows(household)
        if left:
            gone = tuple_(members.c.id, members.c.household_id).in_(sorted(left))
            await self.connection.execute(delete(members).where(gone))
        if people:
            await self.connection.execute(_PUT_MEMBER, people)
        if unpaired:
            await self.connection.execute(delete(pairings).where(pairings.c.household_id.in_(unpaired)))
        if paired:
            await self.connection.execute(insert(pairings), paired)

    async def move(self, household_id: UUID, area_path: str) -> None:
        own = statements.c.household_id == household_id
        await self.connection.execute(update(statements).where(own).values(area_path=area_path))

    async def remove_household(self, household_id: UUID) -> None:
        for table in (households, members, pairings, statements):
            key = table.c.id if table is households else table.c.household_id
            await self.connection.execute(delete(table).where(key == household_id))

    async def put_statements(self, found: Sequence[StatementCopy]) -> None:
        rows = [_statement_row(basis, one.household_id, one.area_path) for one in found for basis in one.bases]
        # An older statement that comes late changes nothing.
        await put_rows(self.connection, statements, rows, key=("household_id", "basis"), newest_by="as_of")

    async def household(self, household_id: UUID) -> HouseholdCopy | None:
        return (await self.households([household_id])).get(household_id)

    async def households(self, ids: Sequence[UUID]) -> dict[UUID, HouseholdCopy]:
        rows = (await self.connection.execute(select(households).where(one_of(households.c.id, ids)))).all()
        if not rows:
            return {}
        people: dict[UUID, list[MemberCopy]] = {}
        query = select(*_PERSON).where(one_of(members.c.household_id, ids)).order_by(members.c.id)
        # Taken apart by place: most of the time of a batch over a county goes by here.
        for key, home, born, head, capacity, in_school, disabled, counted, duties in await self.connection.execute(
            query
        ):
            people.setdefault(home, []).append(
                MemberCopy(
                    id=key,
                    date_of_birth=born,
                    head=head,
                    labour_capacity=_CAPACITIES[capacity],
                    in_school=in_school,
                    disabled=disabled,
                    counted=counted,
                    care_duties=duties,
                )
            )
        paired: dict[UUID, list[UUID]] = {}
        for row in await self.connection.execute(
            select(pairings).where(one_of(pairings.c.household_id, ids)).order_by(pairings.c.officer_id)
        ):
            paired.setdefault(row.household_id, []).append(row.officer_id)
        return {
            row.id: HouseholdCopy(
                id=row.id,
                code=row.code,
                area_path=row.area_path,
                registration_history=row.registration_history,
                monitoring_category=row.monitoring_category,
                safe_housing=row.safe_housing,
                safe_water=row.safe_water,
                members=tuple(people.get(row.id, ())),
                support_officer_ids=tuple(paired.get(row.id, ())),
            )
            for row in rows
        }

    async def received(self, ids: Sequence[UUID]) -> dict[UUID, BasisCopy]:
        """The newest RECEIVED_12M totals by household."""
        query = select(statements).where(
            one_of(statements.c.household_id, ids), statements.c.basis == IncomeBasis.RECEIVED_12M.value
        )
        return {
            row.household_id: BasisCopy(
                basis=IncomeBasis(row.basis),
                as_of=row.as_of,
                member_count=row.member_count,
                currency=row.currency,
                wage=row.wage_cents,
                production=row.production_cents,
                property_income=row.property_cents,
                transfer=row.transfer_cents,
                production_costs=row.production_cost_cents,
                net=row.net_cents,
                rigid_expenses=row.rigid_expenses_cents,
            )
            for row in await self.connection.execute(query)
        }

    async def household_ids(self, *, area_path: str, after: UUID | None, limit: int) -> list[UUID]:
        """In id order, to work through all of them in steps."""
        query = select(households.c.id).order_by(households.c.id).limit(limit)
        if area_path:
            query = query.where(within(households.c.area_path, area_path))
        if after is not None:
            query = query.where(households.c.id > after)
        return list((await self.connection.scalars(query)).all())

    async def areas_of(self, ids: Sequence[UUID]) -> dict[UUID, str]:
        """Area path by household."""
        query = select(households.c.id, households.c.area_path).where(one_of(households.c.id, ids))
        return {row.id: row.area_path for row in await self.connection.execute(query)}

    async def reaches(self, ids: Sequence[UUID]) -> dict[UUID, Reach]:
        """Three queries for any number of households."""
        found = (
            await self.connection.execute(
                select(households.c.id, households.c.area_path).where(one_of(households.c.id, ids))
            )
        ).all()
        subjects: dict[UUID, set[str]] = {}
        paired = (
            select(pairings.c.household_id, officers.c.subject)
            .join(officers, officers.c.id == pairings.c.officer_id)
            .where(one_of(pairings.c.household_id, ids), officers.c.active)
        )
        for row in await self.connection.execute(paired):
            subjects.setdefault(row.household_id, set()).add(row.subject)
        people: dict[UUID, set[UUID]] = {}
        living = select(members.c.household_id, members.c.id).where(one_of(members.c.household_id, ids))
        for row in await self.connection.execute(living):
            people.setdefault(row.household_id, set()).add(row.id)
        return {
            row.id: Reach(
                household_id=row.id,
                area_path=row.area_path,
                paired_subjects=frozenset(subjects.get(row.id, ())),
                member_ids=frozenset(people.get(row.id, ())),
            )
            for row in found
        }

    async def household_of_member(self, member_id: UUID) -> UUID | None:
        found: UUID | None = await self.connection.scalar(
            select(members.c.household_id).where(members.c.id == member_id)
        )
        return found


def _pairing_rows(household: HouseholdCopy) -> list[dict[str, object]]:
    return [
        {"household_id": household.id, "officer_id": officer_id, "area_path": household.area_path}
        for officer_id in dict.fromkeys(household.support_officer_ids)
    ]


def _household_row(household: HouseholdCopy) -> dict[str, object]:
    return {
        "id": household.id,
        "code": household.code,
        "area_path": household.area_path,
        "registration_history": household.registration_history,
        "monitoring_category": household.monitoring_category,
        "safe_housing": household.safe_housing,
        "safe_water": household.safe_water,
    }


def _member_row(member: MemberCopy, household: HouseholdCopy) -> dict[str, object]:
    return {
        "id": member.id,
        "household_id": household.id,
        "area_path": household.area_path,
        "date_of_birth": member.date_of_birth,
        "head": member.head,
        "labour_capacity": member.labour_capacity.value,
        "in_school": member.in_school,
        "disabled": member.disabled,
        "counted": member.counted,
        "care_duties": member.care_duties,
    }


def _statement_row(basis: BasisCopy, household_id: UUID, area_path: str) -> dict[str, object]:
    return {
        "household_id": household_id,
        "basis": basis.basis.value,
        "area_path": area_path,
        "as_of": basis.as_of,
        "member_count": basis.member_count,
        "currency": basis.currency,
        "wage_cents": basis.wage,
        "production_cents": basis.production,
        "property_cents": basis.property_income,
        "transfer_cents": basis.transfer,
        "production_cost_cents": basis.production_costs,
        "net_cents": basis.net,
        "rigid_expenses_cents": basis.rigid_expenses,
    }
