"""Every query on placements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.errors import Conflict
from employment_service.metadata import one_of
from employment_service.placements.domain import (
    AT_WORK,
    CURRENT,
    Placement,
    PlacementState,
    Step,
    TravelWay,
    WageConfirmation,
)
from employment_service.placements.reasons import StepReason
from employment_service.placements.tables import placement_steps, placements, wage_confirmations
from employment_service.workers.tables import workers

Values = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementFilter:
    """`current_only`: not ended. `None`: not asked."""

    area_path: str | None = None
    employer_id: UUID | None = None
    worker_id: UUID | None = None
    vacancy_id: UUID | None = None
    current_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedState:
    """The work state of one worker who lets it be shown."""

    member_id: UUID
    household_id: UUID
    area_path: str
    placement: Placement


@dataclass(frozen=True, slots=True)
class PlacementRepository:
    connection: AsyncConnection

    async def add(self, placement: Placement) -> None:
        await self.connection.execute(insert(placements).values(**_values(placement)))
        await self._put_rows(placement)

    async def save(self, placement: Placement) -> None:
        """Raises Conflict when somebody saved another version first. Steps are only ever added."""
        saved = await self.connection.execute(
            update(placements)
            .where(placements.c.id == placement.id, placements.c.version == placement.version - 1)
            .values(**_values(placement))
        )
        if saved.rowcount != 1:
            raise Conflict("The placement was changed meanwhile. Read it again.", field="expectedVersion")
        await self._put_rows(placement)

    async def get(self, placement_id: UUID, *, lock: bool = False) -> Placement | None:
        if lock:
            await self.connection.execute(
                select(placements.c.id).where(placements.c.id == placement_id).with_for_update()
            )
        return (await self.by_id([placement_id])).get(placement_id)

    async def by_id(self, ids: Collection[UUID]) -> dict[UUID, Placement]:
        return {each.id: each for each in await self._read(select(placements).where(one_of(placements.c.id, ids)))}

    async def of_offer(self, offer_id: UUID) -> Placement | None:
        """The newest one: an offer put anew after changed terms has an older, void one."""
        return (await self.of_offers([offer_id])).get(offer_id)

    async def of_offers(self, offer_ids: Collection[UUID]) -> dict[UUID, Placement]:
        """By offer, the newest of each."""
        query = select(placements).where(one_of(placements.c.offer_id, offer_ids)).order_by(placements.c.id)
        return {placement.offer_id: placement for placement in await self._read(query)}

    async def current_of_worker(self, worker_id: UUID) -> Sequence[Placement]:
        return await self._read(
            select(placements)
            .where(placements.c.worker_id == worker_id, placements.c.state.in_(CURRENT))
            .order_by(placements.c.id)
        )

    async def unconfirm_wage(self, placement_id: UUID, month: date) -> None:
        await self.connection.execute(
            delete(wage_confirmations).where(
                wage_confirmations.c.placement_id == placement_id, wage_confirmations.c.month == month
            )
        )

    async def of_worker(self, worker_id: UUID) -> Sequence[Placement]:
        """Ended ones too."""
        return await self._read(select(placements).where(placements.c.worker_id == worker_id).order_by(placements.c.id))

    async def placed_at(self, vacancy_id: UUID) -> frozenset[UUID]:
        """Workers with a current placement there."""
        rows = await self.connection.execute(
            select(placements.c.worker_id).where(placements.c.vacancy_id == vacancy_id, placements.c.state.in_(CURRENT))
        )
        return frozenset(row.worker_id for row in rows)

    async def following(self, ids: Collection[UUID]) -> Sequence[Placement]:
        """Those that took over from these by a transfer."""
        return await self._read(select(placements).where(one_of(placements.c.follows_id, ids)))

    async def of_vacancy(self, vacancy_id: UUID, state: PlacementState) -> Sequence[Placement]:
        """Those in one state, by id, behind the caller's wall."""
        return await self._read(
            select(placements)
            .where(placements.c.vacancy_id == vacancy_id, placements.c.state == state)
            .order_by(placements.c.id)
        )

    async def page(self, wanted: PlacementFilter, *, after: UUID | None, count: int) -> Sequence[Placement]:
        query = select(placements).where(*_conditions(wanted))
        if after is not None:
            query = query.where(placements.c.id > after)
        return await self._read(query.order_by(placements.c.id).limit(count))

    async def count(self, wanted: PlacementFilter) -> int:
        query = select(func.count()).select_from(placements).where(*_conditions(wanted))
        return int(await self.connection.scalar(query) or 0)

    async def shared_states(
        self,
        *,
        household_ids: Collection[UUID] | None = None,
        area_path: str | None = None,
        after_member: UUID | None = None,
        count: int | None = None,
    ) -> Sequence[SharedState]:
        """Of workers who let it be shown and are at work, in member order; the steadier state if there are two."""
        query = (
            select(placements.c.id, workers.c.member_id, workers.c.household_id, workers.c.area_path)
            .join_from(placements, workers, workers.c.id == placements.c.worker_id)
            .where(workers.c.shares_work_state, placements.c.state.in_(AT_WORK))
            .ext(distinct_on(workers.c.member_id))
            .order_by(workers.c.member_id, placements.c.state != PlacementState.STABLE, placements.c.id)
        )
        if household_ids is not None:
            query = query.where(one_of(workers.c.household_id, household_ids))
        if area_path is not None:
            query = query.where(workers.c.area_path >= area_path, workers.c.area_path < area_path + "~")
        if after_member is not None:
            query = query.where(workers.c.member_id > after_member)
        rows = (await self.connection.execute(query if count is None else query.limit(count))).all()
        found = await self.by_id([row.id for row in rows])
        return [
            SharedState(
                member_id=row.member_id,
                household_id=row.household_id,
                area_path=row.area_path,
                placement=found[row.id],
            )
            for row in rows
        ]

    async def _put_rows(self, placement: Placement) -> None:
        steps = upsert(placement_steps).on_conflict_do_nothing()
        await self.connection.execute(
            steps,
            [
                {
                    "placement_id": placement.id,
                    "number": number,
                    "state": step.state,
                    "happened_on": step.on,
                    "recorded_at": step.recorded_at,
                    "recorded_by": step.by,
                    "reason": step.reason,
                }
                for number, step in enumerate(placement.log, start=1)
            ],
        )
        if placement.wages:
            await self.connection.execute(
                upsert(wage_confirmations).on_conflict_do_nothing(),
                [
                    {
                        "placement_id": placement.id,
                        "month": wage.month,
                        "cents": wage.cents,
                        "confirmed_at": wage.confirmed_at,
                    }
                    for wage in placement.wages
                ],
            )

    async def _read(self, query: Select[tuple[object, ...]]) -> list[Placement]:
        rows = (await self.connection.execute(query)).all()
        ids = [row.id for row in rows]
        if not ids:
            return []
        logs: dict[UUID, tuple[Step, ...]] = {}
        for step in await self.connection.execute(
            select(placement_steps)
            .where(one_of(placement_steps.c.placement_id, ids))
            .order_by(placement_steps.c.placement_id, placement_steps.c.number)
        ):
            entry = Step(
                state=PlacementState(step.state),
                on=step.happened_on,
                recorded_at=step.recorded_at,
                by=step.recorded_by,
                reason=StepReason(step.reason),
            )
            logs[step.placement_id] = (*logs.get(step.placement_id, ()), entry)
        wages: dict[UUID, tuple[WageConfirmation, ...]] = {}
        for wage in await self.connection.execute(
            select(wage_confirmations)
            .where(one_of(wage_confirmations.c.placement_id, ids))
            .order_by(wage_confirmations.c.placement_id, wage_confirmations.c.month)
        ):
            confirmation = WageConfirmation(month=wage.month, cents=wage.cents, confirmed_at=wage.confirmed_at)
            wages[wage.placement_id] = (*wages.get(wage.placement_id, ()), confirmation)
        return [_placement(row, logs[row.id], wages.get(row.id, ())) for row in rows]


def _conditions(wanted: PlacementFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.area_path is not None:
        found += [placements.c.area_path >= wanted.area_path, placements.c.area_path < wanted.area_path + "~"]
    for column, value in (
        (placements.c.employer_id, wanted.employer_id),
        (placements.c.worker_id, wanted.worker_id),
        (placements.c.vacancy_id, wanted.vacancy_id),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.current_only:
        found.append(placements.c.state.in_(CURRENT))
    return found


def _values(placement: Placement) -> Values:
    return {
        "id": placement.id,
        "offer_id": placement.offer_id,
        "vacancy_id": placement.vacancy_id,
        "employer_id": placement.employer_id,
        "worker_id": placement.worker_id,
        "area_path": placement.area_path,
        "terms_version": placement.terms_version,
        "terms_hash": placement.terms_hash,
        "state": placement.state,
        "return_trip_wanted": placement.return_trip_wanted,
        "follows_id": placement.follows_id,
        "worked_since": placement.worked_since,
        "another_post_asked_at": placement.another_post_asked_at,
        "travel_choice": placement.travel_choice,
        "version": placement.version,
    }


def _placement(row: Row[tuple[object, ...]], log: tuple[Step, ...], wages: tuple[WageConfirmation, ...]) -> Placement:
    return Placement(
        id=row.id,
        offer_id=row.offer_id,
        vacancy_id=row.vacancy_id,
        employer_id=row.employer_id,
        worker_id=row.worker_id,
        area_path=row.area_path,
        terms_version=row.terms_version,
        terms_hash=row.terms_hash,
        log=log,
        wages=wages,
        return_trip_wanted=row.return_trip_wanted,
        follows_id=row.follows_id,
        worked_since=row.worked_since,
        another_post_asked_at=row.another_post_asked_at,
        travel_choice=None if row.travel_choice is None else TravelWay(row.travel_choice),
        version=row.version,
    )
