"""Follow-ups and the day on which work can become stable: care by due dates, not by tracking."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from chassis.clock import end_of_day
from chassis.errors import Forbidden
from chassis.timers import DueTimer
from employment_service.access import POLICY
from employment_service.follow_ups import domain
from employment_service.follow_ups.domain import FollowUp, FollowUpAnswer, FollowUpState
from employment_service.placements.domain import Placement, PlacementNotFound, stable_from
from employment_service.safeguards.flags.service import add_call_back
from employment_service.safeguards.flags.watch import after_follow_up
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.words import spoken
from employment_service.workers.service import is_self

STABILITY = "placement-stability"


async def plan_stability(uow: EmploymentUnitOfWork, placement: Placement) -> None:
    """Looks again on the earliest day: all wages may be confirmed before it."""
    policy = await uow.policy(placement.area_path)
    earliest = stable_from(placement, months=policy.stable_months)
    worker = await uow.workers.get(placement.worker_id)
    if earliest is not None and worker is not None:
        morning = end_of_day(earliest - timedelta(days=1), await uow.zone_of(worker.area_path))
        await uow.schedule(STABILITY, str(placement.id), morning)


async def follow_up_due(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    follow_up = await uow.follow_ups.get(UUID(due.key))
    if follow_up is not None and follow_up.state is FollowUpState.PLANNED:
        await uow.follow_ups.save(domain.fallen_due(follow_up))


async def answer_follow_up(
    uow: EmploymentUnitOfWork, *, follow_up_id: UUID, answer: FollowUpAnswer
) -> tuple[FollowUp, str | None]:
    """The worker's answer. Kept papers, a locked door or a fee stop new offers of this employer at once. Whoever wants
    to be called by somebody from outside the company is called by the independent monitor. With the worker's language.
    """
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
        if answer.wants_contact:
            await add_call_back(uow, placement)
    return answered, spoken(worker.contact.language)
