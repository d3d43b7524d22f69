"""Every query on trips, groups and subsidies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, case, delete, func, insert, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from employment_service.metadata import one_of
from employment_service.placements.domain import TravelWay
from employment_service.trips.domain import OPEN, Direction, GroupTrip, TravelSubsidy, Trip, TripState
from employment_service.trips.tables import group_trips, travel_subsidies, trips


@dataclass(frozen=True, slots=True)
class TripRepository:
    connection: AsyncConnection

    async def add(self, *fresh: Trip) -> None:
        if fresh:
            await self.connection.execute(insert(trips), [asdict(trip) for trip in fresh])

    async def of_placements(self, ids: Collection[UUID]) -> dict[UUID, list[Trip]]:
        """By placement, oldest first."""
        found: dict[UUID, list[Trip]] = {}
        for row in await self.connection.execute(
            select(trips).where(one_of(trips.c.placement_id, ids)).order_by(trips.c.id)
        ):
            found.setdefault(row.placement_id, []).append(_trip(row))
        return found

    async def settle(self, placement_id: UUID, direction: Direction, state: TripState) -> None:
        """What is open of one placement in one direction becomes DONE or CANCELLED."""
        await self.connection.execute(
            update(trips)
            .where(trips.c.placement_id == placement_id, trips.c.direction == direction, trips.c.state.in_(OPEN))
            .values(state=state)
        )

    async def reopen(self, placement_id: UUID, direction: Direction) -> None:
        """The newest trip of one direction, after the step that ended it was taken back: as it stood before."""
        newest = (
            select(trips.c.id)
            .where(trips.c.placement_id == placement_id, trips.c.direction == direction)
            .order_by(trips.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        unbooked = (trips.c.direction == Direction.HOME) & trips.c.leaves_on.is_(None)
        await self.connection.execute(
            update(trips)
            .where(trips.c.id == newest)
            .values(state=case((unbooked, TripState.WANTED), else_=TripState.BOOKED))
        )

    async def wanted_home(self, area_path: str, *, after: UUID | None, count: int) -> Sequence[Trip]:
        """Trips home that nobody has booked yet, longest waiting first."""
        query = select(trips).where(*_wanted_home(area_path))
        if after is not None:
            query = query.where(trips.c.id > after)
        rows = await self.connection.execute(query.order_by(trips.c.id).limit(count))
        return [_trip(row) for row in rows]

    async def count_wanted_home(self, area_path: str) -> int:
        query = select(func.count()).select_from(trips).where(*_wanted_home(area_path))
        return int(await self.connection.scalar(query) or 0)

    async def book_home(self, placement_id: UUID, *, leaves_on: date, by: str) -> bool:
        booked = await self.connection.execute(
            update(trips)
            .where(
                trips.c.placement_id == placement_id,
                trips.c.direction == Direction.HOME,
                trips.c.state == TripState.WANTED,
            )
            .values(state=TripState.BOOKED, leaves_on=leaves_on, noted_by=by)
        )
        return booked.rowcount == 1

    async def add_group(self, group: GroupTrip) -> None:
        await self.connection.execute(insert(group_trips).values(**asdict(group)))

    async def group(self, group_trip_id: UUID) -> GroupTrip | None:
        row = (await self.connection.execute(select(group_trips).where(group_trips.c.id == group_trip_id))).first()
        return None if row is None else _group(row)

    async def groups_of(self, vacancy_id: UUID) -> Sequence[GroupTrip]:
        rows = await self.connection.execute(
            select(group_trips).where(group_trips.c.vacancy_id == vacancy_id).order_by(group_trips.c.id)
        )
        return [_group(row) for row in rows]

    async def booked_on(self, ids: Collection[UUID]) -> dict[UUID, int]:
        """By group trip: how many are booked on it, of those the caller may see."""
        rows = await self.connection.execute(
            select(trips.c.group_trip_id, func.count().label("booked"))
            .where(one_of(trips.c.group_trip_id, ids), trips.c.state.in_([TripState.BOOKED, TripState.DONE]))
            .group_by(trips.c.group_trip_id)
        )
        return {row.group_trip_id: row.booked for row in rows}

    async def owe(self, subsidy: TravelSubsidy) -> None:
        """Once for a placement: what is owed is not reckoned anew."""
        await self.connection.execute(upsert(travel_subsidies).values(**asdict(subsidy)).on_conflict_do_nothing())

    async def owe_no_more(self, placement_id: UUID) -> None:
        """The start did not happen. What was paid stays paid: nobody owes anything back."""
        await self.connection.execute(
            delete(travel_subsidies).where(
                travel_subsidies.c.placement_id == placement_id, travel_subsidies.c.paid_on.is_(None)
            )
        )

    async def subsidies_of(self, ids: Collection[UUID]) -> dict[UUID, TravelSubsidy]:
        rows = await self.connection.execute(
            select(travel_subsidies).where(one_of(travel_subsidies.c.placement_id, ids))
        )
        return {row.placement_id: _subsidy(row) for row in rows}

    async def locked_subsidy(self, placement_id: UUID) -> TravelSubsidy | None:
        row = (
            await self.connection.execute(
                select(travel_subsidies).where(travel_subsidies.c.placement_id == placement_id).with_for_update()
            )
        ).first()
        return None if row is None else _subsidy(row)

    async def save_subsidy(self, subsidy: TravelSubsidy) -> None:
        await self.connection.execute(
            update(travel_subsidies)
            .where(travel_subsidies.c.placement_id == subsidy.placement_id)
            .values(paid_on=subsidy.paid_on, paid_by=subsidy.paid_by)
        )

    async def owed_under(
        self, area_path: str, *, on: date, after: tuple[date, UUID] | None, count: int
    ) -> Sequence[TravelSubsidy]:
        """Owed by that day and not paid, oldest first."""
        query = select(travel_subsidies).where(*_owed(area_path, on))
        place = tuple_(travel_subsidies.c.owed_on, travel_subsidies.c.placement_id)
        if after is not None:
            query = query.where(place > tuple_(*map(literal, after)))
        rows = await self.connection.execute(
            query.order_by(travel_subsidies.c.owed_on, travel_subsidies.c.placement_id).limit(count)
        )
        return [_subsidy(row) for row in rows]

    async def count_owed(self, area_path: str, *, on: date) -> int:
        query = select(func.count()).select_from(travel_subsidies).where(*_owed(area_path, on))
        return int(await self.connection.scalar(query) or 0)


def _wanted_home(area_path: str) -> list[ColumnElement[bool]]:
    return [
        trips.c.direction == Direction.HOME,
        trips.c.state == TripState.WANTED,
        trips.c.area_path >= area_path,
        trips.c.area_path < area_path + "~",
    ]


def _owed(area_path: str, on: date) -> list[ColumnElement[bool]]:
    return [
        travel_subsidies.c.area_path >= area_path,
        travel_subsidies.c.area_path < area_path + "~",
        travel_subsidies.c.paid_on.is_(None),
        travel_subsidies.c.owed_on <= on,
    ]


def _trip(row: Row[tuple[object, ...]]) -> Trip:
    return Trip(
        id=row.id,
        placement_id=row.placement_id,
        worker_id=row.worker_id,
        area_path=row.area_path,
        direction=Direction(row.direction),
        way=TravelWay(row.way),
        state=TripState(row.state),
        noted_at=row.noted_at,
        noted_by=row.noted_by,
        group_trip_id=row.group_trip_id,
        leaves_on=row.leaves_on,
    )


def _group(row: Row[tuple[object, ...]]) -> GroupTrip:
    return GroupTrip(
        id=row.id,
        vacancy_id=row.vacancy_id,
        employer_id=row.employer_id,
        area_path=row.area_path,
        leaves_on=row.leaves_on,
        meeting_place=row.meeting_place,
        arranged_by=row.arranged_by,
        arranged_at=row.arranged_at,
    )


def _subsidy(row: Row[tuple[object, ...]]) -> TravelSubsidy:
    return TravelSubsidy(
        placement_id=row.placement_id,
        worker_id=row.worker_id,
        area_path=row.area_path,
        km=row.km,
        cents=row.cents,
        policy_version=row.policy_version,
        owed_on=row.owed_on,
        paid_on=row.paid_on,
        paid_by=row.paid_by,
    )
