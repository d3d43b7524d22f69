"""The end of a placement: the place goes back, follow-ups stop, and only what was shared is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from employment_service.placements.domain import Placement, PlacementState, stepped
from employment_service.placements.sharing import change_of
from employment_service.safeguards.flags.watch import after_end
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import VacancyChanged, with_place_returned
from employment_service.workers.domain import Worker


async def end(
    uow: EmploymentUnitOfWork,
    placement: Placement,
    worker: Worker,
    how: PlacementState,
    *,
    on: date,
    return_trip: bool = False,
) -> Placement:
    before = await uow.placements.current_of_worker(worker.id)
    today = await uow.today(worker.area_path)
    ended = stepped(placement, how, on=on, today=today, at=uow.now, by=uow.actor.subject)
    ended = replace(ended, return_trip_wanted=return_trip)
    # Counters before rows, the order in which everybody locks.
    vacancy = await uow.vacancies.locked(placement.vacancy_id)
    await uow.placements.save(ended)
    await uow.follow_ups.cancel_open(placement_id=placement.id)
    if vacancy is not None:
        vacancy = with_place_returned(vacancy)
        await uow.vacancies.save_places(vacancy)
        uow.emit(VacancyChanged(vacancy=vacancy))
    after = [each for each in before if each.id != placement.id]
    told = change_of(worker, before=before, after=after, today=on)
    if told is not None:
        uow.emit(told)
    await after_end(uow, ended, how)
    return ended
