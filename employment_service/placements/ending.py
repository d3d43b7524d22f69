"""The end of a placement: the place goes back, follow-ups stop, and only what was shared is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from chassis.ids import new_id
from employment_service.placements.domain import Placement, PlacementState, TravelWay, stepped
from employment_service.placements.reasons import StepReason
from employment_service.placements.sharing import change_of
from employment_service.safeguards.flags.watch import after_end
from employment_service.trips.domain import Direction, Trip, TripState
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import VacancyChanged
from employment_service.vacancies.places import with_place_returned
from employment_service.workers.domain import Worker


async def end(
    uow: EmploymentUnitOfWork,
    placement: Placement,
    worker: Worker,
    how: PlacementState,
    *,
    on: date,
    reason: StepReason,
    return_trip: bool = False,
) -> Placement:
    before = await uow.placements.current_of_worker(worker.id)
    ended = await close(uow, placement, worker, how, on=on, reason=reason, return_trip=return_trip)
    await tell(uow, worker, before=before, after=[each for each in before if each.id != placement.id], today=on)
    return ended


async def close(
    uow: EmploymentUnitOfWork,
    placement: Placement,
    worker: Worker,
    how: PlacementState,
    *,
    on: date,
    reason: StepReason,
    return_trip: bool = False,
) -> Placement:
    """`end`, without telling others: a transfer is told as a whole."""
    today = await uow.today(worker.area_path)
    ended = stepped(placement, how, on=on, today=today, at=uow.now, by=uow.actor.subject, reason=reason)
    ended = replace(ended, return_trip_wanted=return_trip)
    # Counters before rows, the order in which everybody locks.
    vacancy = await uow.vacancies.locked(placement.vacancy_id)
    await uow.placements.save(ended)
    await uow.follow_ups.cancel_open(placement_id=placement.id)
    await uow.trips.settle(placement.id, Direction.OUT, TripState.CANCELLED)
    if return_trip:
        await want_trip_home(uow, ended)
    if vacancy is not None:
        vacancy = with_place_returned(vacancy)
        await uow.vacancies.save_places(vacancy)
        uow.emit(VacancyChanged(vacancy=vacancy))
    await after_end(uow, ended, how)
    return ended


async def want_trip_home(uow: EmploymentUnitOfWork, placement: Placement) -> None:
    await uow.trips.add(
        Trip(
            id=new_id(),
            placement_id=placement.id,
            worker_id=placement.worker_id,
            area_path=placement.area_path,
            direction=Direction.HOME,
            way=TravelWay.OWN,
            state=TripState.WANTED,
            noted_at=uow.now,
            noted_by=uow.actor.subject,
        )
    )


async def tell(
    uow: EmploymentUnitOfWork, worker: Worker, *, before: Sequence[Placement], after: Sequence[Placement], today: date
) -> None:
    told = change_of(worker, before=before, after=after, today=today)
    if told is not None:
        uow.emit(told)
