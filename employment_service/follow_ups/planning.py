"""When a follow-up of a worker's present work is asked, and asked again after the worker wanted none for a while."""

from __future__ import annotations

from datetime import date, timedelta

from chassis.clock import end_of_day
from chassis.ids import new_id
from employment_service.follow_ups.domain import FollowUp, follow_up_days
from employment_service.placements.domain import AT_WORK, Placement, PlacementState
from employment_service.uow import EmploymentUnitOfWork
from employment_service.workers.domain import Worker

FOLLOW_UP = "follow-up"


async def plan(uow: EmploymentUnitOfWork, placement: Placement, worker: Worker) -> None:
    """Days 7, 30, 90 and 180 after the start, which may be recorded late: those that can still be answered in time."""
    if worker.follow_up_wanted:
        await _plan(uow, placement, worker, due_from=await _answerable_from(uow, worker))


async def reopen(uow: EmploymentUnitOfWork, placement: Placement, worker: Worker) -> None:
    """What stopped with a placement that goes on after all. One long past is no sign of a worker out of reach."""
    if worker.follow_up_wanted:
        due_from = await _answerable_from(uow, worker)
        await schedule(uow, worker, *await uow.follow_ups.reopen(placement.id, due_from=due_from))


async def plan_again(uow: EmploymentUnitOfWork, worker: Worker) -> None:
    """The worker wants follow-ups again: of work they are at, those whose day has not passed."""
    today = await uow.today(worker.area_path)
    for placement in await uow.placements.current_of_worker(worker.id):
        if placement.state in AT_WORK:
            await schedule(uow, worker, *await uow.follow_ups.reopen(placement.id, due_from=today))
            await _plan(uow, placement, worker, due_from=today)


async def _answerable_from(uow: EmploymentUnitOfWork, worker: Worker) -> date:
    policy = await uow.policy(worker.area_path)
    return await uow.today(worker.area_path) - timedelta(days=policy.follow_up_answer_days)


async def _plan(uow: EmploymentUnitOfWork, placement: Placement, worker: Worker, *, due_from: date) -> None:
    """Those that are not known yet."""
    started_on = placement.day_of(PlacementState.STARTED)
    if started_on is None:
        return
    policy = await uow.policy(worker.area_path)
    known = {each.day for each in (await uow.follow_ups.by_placement([placement.id])).get(placement.id, [])}
    fresh = [
        FollowUp(
            id=new_id(),
            placement_id=placement.id,
            worker_id=worker.id,
            area_path=worker.area_path,
            day=day,
            due_on=due_on,
        )
        for day, due_on in follow_up_days(started_on, policy.follow_up_days)
        if day not in known and due_on >= due_from
    ]
    await uow.follow_ups.add(*fresh)
    await schedule(uow, worker, *fresh)


async def schedule(uow: EmploymentUnitOfWork, worker: Worker, *follow_ups: FollowUp) -> None:
    zone = await uow.zone_of(worker.area_path)
    for follow_up in follow_ups:
        morning = end_of_day(follow_up.due_on - timedelta(days=1), zone)
        await uow.schedule(FOLLOW_UP, str(follow_up.id), morning)
