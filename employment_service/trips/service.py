"""Booking the way to work and home: alone or in a group, and paying for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from chassis.errors import InvalidInput
from chassis.idempotency import once
from chassis.identity import Role
from chassis.ids import new_id
from employment_service.access import POLICY
from employment_service.placements.access import changeable
from employment_service.placements.domain import Placement, PlacementState, TravelWay
from employment_service.placements.reasons import StepReason
from employment_service.placements.service import step
from employment_service.safeguards.flags.service import held_placements
from employment_service.trips.domain import (
    Direction,
    GroupTrip,
    GroupTripNotFound,
    NoReturnTrip,
    SubsidyNotOwed,
    TravelsAlone,
    TravelSubsidy,
    Trip,
    TripState,
    paid,
)
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import VacancyNotFound
from employment_service.workers.domain import Worker

REASON = {TravelWay.OWN: StepReason.OWN_TRAVEL, TravelWay.GROUP: StepReason.GROUP_TRAVEL}


async def book_travel(
    uow: EmploymentUnitOfWork,
    *,
    placement_id: UUID,
    on: date | None,
    expected_version: int,
    way: TravelWay = TravelWay.OWN,
    leaves_on: date | None = None,
    group_trip_id: UUID | None = None,
) -> Placement:
    """Own travel is always possible. Staff books nobody into a group who said that they travel alone."""
    placement, worker = await changeable(uow, "bookTravel", placement_id, expected_version)
    today = await uow.today(worker.area_path)
    if leaves_on is not None and leaves_on < (on or today):
        raise InvalidInput("A trip leaves on the day it is booked or later.", field="leavesOn")
    group = None
    if way is TravelWay.GROUP:
        group = await _group(uow, group_trip_id, placement, leaves_from=on or today)
        if placement.travel_choice is TravelWay.OWN and Role.WORKER not in uow.actor.roles:
            raise TravelsAlone("The worker travels on their own.")
    if Role.WORKER in uow.actor.roles:
        placement = replace(placement, travel_choice=way)
    return await _booked(uow, placement, worker, group=group, leaves_on=leaves_on, on=on)


async def choose_travel(
    uow: EmploymentUnitOfWork, *, placement_id: UUID, way: TravelWay, expected_version: int
) -> Placement:
    """The worker's own; a seat in a group that no longer fits is given back."""
    placement, worker = await changeable(uow, "chooseTravel", placement_id, expected_version)
    changed = replace(placement, travel_choice=way, version=placement.version + 1)
    await uow.placements.save(changed)
    if way is TravelWay.OWN and placement.state is PlacementState.TRAVEL_BOOKED and await _in_a_group(uow, placement):
        await uow.trips.settle(placement.id, Direction.OUT, TripState.CANCELLED)
        await uow.trips.add(_trip(uow, changed, worker, group=None, leaves_on=None))
    return changed


async def arrange_group_trip(
    uow: EmploymentUnitOfWork, *, vacancy_id: UUID, leaves_on: date, meeting_place: str, idempotency_key: str
) -> tuple[GroupTrip, int]:
    """A seat for everybody with a contract who did not say that they travel alone; how many got one.

    Who has not decided, said no or has to decide anew has no contract, and no seat.
    """
    scope = POLICY.require(uow.actor, "arrangeGroupTrip")
    vacancy = await uow.vacancies.locked(vacancy_id)
    if vacancy is None:
        raise VacancyNotFound("There is no such vacancy.", field="vacancyId")
    scope.require(area_path=vacancy.area_path, employer_id=str(vacancy.employer_id))
    request = repr((vacancy_id, leaves_on, meeting_place)).encode()

    async def make() -> UUID:
        if leaves_on < await uow.today(vacancy.area_path):
            raise InvalidInput("A trip leaves today or later.", field="leavesOn")
        group = GroupTrip(
            id=new_id(),
            vacancy_id=vacancy.id,
            employer_id=vacancy.employer_id,
            area_path=vacancy.area_path,
            leaves_on=leaves_on,
            meeting_place=meeting_place.strip(),
            arranged_by=uow.actor.subject,
            arranged_at=uow.now,
        )
        await uow.trips.add_group(group)
        ready = await uow.placements.of_vacancy(vacancy.id, PlacementState.CONTRACTED)
        held = await held_placements(uow, [placement.id for placement in ready])
        # Who moved behind another area's wall is that office's to book.
        near = await uow.workers.by_id({placement.worker_id for placement in ready})
        for placement in ready:
            if placement.travel_choice is TravelWay.OWN or placement.id in held or placement.worker_id not in near:
                continue
            locked, worker = await changeable(uow, "arrangeGroupTrip", placement.id, None)
            if locked.state is PlacementState.CONTRACTED:
                await _booked(uow, locked, worker, group=group, leaves_on=leaves_on, on=None)
        return group.id

    group_id = await once(uow, "arrangeGroupTrip", idempotency_key, request, make)
    return await _seen(uow, group_id)


async def _seen(uow: EmploymentUnitOfWork, group_id: UUID) -> tuple[GroupTrip, int]:
    group = await uow.trips.group(group_id)
    if group is None:
        raise GroupTripNotFound("There is no such trip.", field="groupTripId")
    return group, (await uow.trips.booked_on([group.id])).get(group.id, 0)


async def group_trips(uow: EmploymentUnitOfWork, vacancy_id: UUID) -> Sequence[tuple[GroupTrip, int]]:
    """Of one vacancy, with how many are booked on each."""
    scope = POLICY.require(uow.actor, "arrangeGroupTrip")
    vacancy = await uow.vacancies.get(vacancy_id)
    if vacancy is None:
        raise VacancyNotFound("There is no such vacancy.", field="vacancyId")
    scope.require(area_path=vacancy.area_path, employer_id=str(vacancy.employer_id))
    groups = await uow.trips.groups_of(vacancy_id)
    booked = await uow.trips.booked_on([group.id for group in groups])
    return [(group, booked.get(group.id, 0)) for group in groups]


async def trips_home(uow: EmploymentUnitOfWork, area_path: str, *, after: UUID | None, count: int) -> Sequence[Trip]:
    """Wanted and not booked yet. They tell that somebody goes home, not why."""
    POLICY.require(uow.actor, "bookReturnTrip").require(area_path=area_path)
    return await uow.trips.wanted_home(area_path, after=after, count=count)


async def book_return_trip(uow: EmploymentUnitOfWork, *, placement_id: UUID, leaves_on: date) -> Trip:
    scope = POLICY.require(uow.actor, "bookReturnTrip")
    known = (await uow.trips.of_placements([placement_id])).get(placement_id, [])
    if not known or not scope.covers(area_path=known[0].area_path):
        raise NoReturnTrip("No trip home is asked for here.", field="placementId")
    if leaves_on < await uow.today(known[0].area_path):
        raise InvalidInput("A trip leaves today or later.", field="leavesOn")
    if not await uow.trips.book_home(placement_id, leaves_on=leaves_on, by=uow.actor.subject):
        raise NoReturnTrip("No trip home is asked for here.", field="placementId")
    after = (await uow.trips.of_placements([placement_id]))[placement_id]
    return next(trip for trip in reversed(after) if trip.direction is Direction.HOME)


async def subsidies_owed(
    uow: EmploymentUnitOfWork, area_path: str, *, after: tuple[date, UUID] | None, count: int
) -> Sequence[TravelSubsidy]:
    POLICY.require(uow.actor, "paySubsidy").require(area_path=area_path)
    return await uow.trips.owed_under(area_path, on=await uow.today(area_path), after=after, count=count)


async def pay_subsidy(uow: EmploymentUnitOfWork, *, placement_id: UUID, on: date | None) -> TravelSubsidy:
    scope = POLICY.require(uow.actor, "paySubsidy")
    owed = await uow.trips.locked_subsidy(placement_id)
    if owed is None or not scope.covers(area_path=owed.area_path):
        raise SubsidyNotOwed("Nothing is owed here.", field="placementId")
    today = await uow.today(owed.area_path)
    settled = paid(owed, on=on or today, today=today, by=uow.actor.subject)
    await uow.trips.save_subsidy(settled)
    await uow.audit(action="payTravelSubsidy", subject_id=str(owed.worker_id), purpose="OWED_WITHOUT_APPLICATION")
    return settled


async def _group(
    uow: EmploymentUnitOfWork, group_trip_id: UUID | None, placement: Placement, *, leaves_from: date
) -> GroupTrip:
    group = None if group_trip_id is None else await uow.trips.group(group_trip_id)
    if group is None or group.vacancy_id != placement.vacancy_id:
        raise GroupTripNotFound("There is no such trip for this work.", field="groupTripId")
    if group.leaves_on < leaves_from:
        raise InvalidInput("This trip has left.", field="groupTripId")
    return group


async def _in_a_group(uow: EmploymentUnitOfWork, placement: Placement) -> bool:
    """Whether the way out that is booked is one with others."""
    known = (await uow.trips.of_placements([placement.id])).get(placement.id, [])
    return any(
        trip.way is TravelWay.GROUP and trip.direction is Direction.OUT and trip.state is TripState.BOOKED
        for trip in known
    )


async def _booked(
    uow: EmploymentUnitOfWork,
    placement: Placement,
    worker: Worker,
    *,
    group: GroupTrip | None,
    leaves_on: date | None,
    on: date | None,
) -> Placement:
    way = TravelWay.OWN if group is None else TravelWay.GROUP
    changed = await step(uow, placement, worker, PlacementState.TRAVEL_BOOKED, on=on, reason=REASON[way])
    await uow.trips.add(_trip(uow, changed, worker, group=group, leaves_on=leaves_on))
    return changed


def _trip(
    uow: EmploymentUnitOfWork, placement: Placement, worker: Worker, *, group: GroupTrip | None, leaves_on: date | None
) -> Trip:
    return Trip(
        id=new_id(),
        placement_id=placement.id,
        worker_id=worker.id,
        area_path=worker.area_path,
        direction=Direction.OUT,
        way=TravelWay.OWN if group is None else TravelWay.GROUP,
        state=TripState.BOOKED,
        noted_at=uow.now,
        noted_by=uow.actor.subject,
        group_trip_id=None if group is None else group.id,
        leaves_on=leaves_on if group is None else group.leaves_on,
    )
