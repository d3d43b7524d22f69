"""Follow-ups and the day on which work can become stable: care by due dates, not by tracking."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from chassis.clock import end_of_day
from chassis.errors import Forbidden
from chassis.ids import new_id
from chassis.timers import DueTimer
from employment_service.access import POLICY
from employment_service.follow_ups import domain
from employment_service.follow_ups.domain import FollowUp, FollowUpAnswer, FollowUpState, follow_up_days
from employment_service.placements.domain import Placement, PlacementNotFound, stable_from
from employment_service.safeguards.flags.watch import after_follow_up
from employment_service.uow import EmploymentUnitOfWork
from employment_service.workers.domain import Worker
from employment_service.workers.service import is_self

FOLLOW_UP = "follow-up"
STABILITY = "placement-stability"


async def begin_follow_ups(uow: EmploymentUnitOfWork, placement: Placement, worker: Worker) -> None:
    """Days 7, 30, 90 and 180 after the start, unless the worker wants none."""
    if not worker.follow_up_wanted:
        return
    policy = await uow.policy(worker.area_path)
    known = (await uow.follow_ups.by_placement([placement.id])).get(placement.id, [])
    answered = {follow_up.day for follow_up in known}
    fresh = [
        FollowUp(
            id=new_id(),
            placement_id=placement.id,
            worker_id=worker.id,
            area_path=worker.area_path,
            day=day,
            due_on=due_on,
        )
        for day, due_on in follow_up_days(placement.since, policy.follow_up_days)
        if day not in answered
    ]
    await uow.follow_ups.add(*fresh)
    for follow_up in fresh:
        await uow.schedule(FOLLOW_UP, str(follow_up.id), await _morning(uow, worker, follow_up.due_on))


async def go_on(uow: EmploymentUnitOfWork, placement: Placement, worker: Worker) -> None:
    """The placement goes on after its end was taken back: what stopped with it runs again."""
    if worker.follow_up_wanted:
        for follow_up in await uow.follow_ups.reopen(placement.id):
            await uow.schedule(FOLLOW_UP, str(follow_up.id), await _morning(uow, worker, follow_up.due_on))
    await plan_stability(uow, placement)


async def plan_stability(uow: EmploymentUnitOfWork, placement: Placement) -> None:
    """Looks again on the earliest day: all wages may be confirmed before it."""
    policy = await uow.policy(placement.area_path)
    earliest = stable_from(placement, months=policy.stable_months)
    worker = await uow.workers.get(placement.worker_id)
    if earliest is not None and worker is not None:
        await uow.schedule(STABILITY, str(placement.id), await _morning(uow, worker, earliest))


async def follow_up_due(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    follow_up = await uow.follow_ups.get(UUID(due.key))
    if follow_up is not None and follow_up.state is FollowUpState.PLANNED:
        await uow.follow_ups.save(domain.fallen_due(follow_up))


async def answer_follow_up(uow: EmploymentUnitOfWork, *, follow_up_id: UUID, answer: FollowUpAnswer) -> FollowUp:
    """The worker's answer. Kept papers, a locked door or a fee stop new offers of this employer at once."""
    scope = POLICY.require(uow.actor, "answerFollowUp")
    follow_up = await uow.follow_ups.get(follow_up_id)
    worker = None if follow_up is None else await uow.workers.get(follow_up.worker_id)
    if follow_up is None or worker is None:
        raise PlacementNotFound("There is no such follow-up.", field="followUpId")
    if not scope.covers(own=is_self(uow.actor, worker)):
        raise Forbidden("Only the worker answers, with their own credential.")
    answered = domain.answered(follow_up, answer, at=uow.now)
    await uow.follow_ups.save(answered)
    placement = await uow.placements.get(follow_up.placement_id)
    if placement is not None:
        await after_follow_up(uow, placement, answer)
    return answered


async def _morning(uow: EmploymentUnitOfWork, worker: Worker, day: date) -> datetime:
    return end_of_day(day - timedelta(days=1), await uow.zone_of(worker.area_path))
