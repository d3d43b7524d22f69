"""What becomes of placements by time: follow-ups fall due, steady work is recognised."""

from __future__ import annotations

from uuid import UUID

from chassis.timers import DueTimer, TimerKind
from employment_service.follow_ups.planning import FOLLOW_UP
from employment_service.placements.care import STABILITY, follow_up_due
from employment_service.placements.service import settle
from employment_service.uow import EmploymentUnitOfWork


async def look_at_stability(uow: EmploymentUnitOfWork, due: DueTimer) -> None:
    placement = await uow.placements.get(UUID(due.key), lock=True)
    worker = None if placement is None else await uow.workers.get(placement.worker_id)
    if placement is not None and worker is not None:
        await settle(uow, placement, placement, worker)


KINDS = (
    TimerKind(name=FOLLOW_UP, handle=follow_up_due),
    TimerKind(name=STABILITY, handle=look_at_stability),
)
