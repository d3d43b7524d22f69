"""Points noted when a worker accepts, verdicts half a year after the start, and a chance fitted to both.

Every step can be repeated: a placement is noted once, judged once, and a fit that learnt nothing new is not kept again.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import structlog

from chassis.timers import DueTimer, TimerKind
from employment_service.matching.engine import match_on
from employment_service.matching.gathering import board_of_one, match_workers
from employment_service.matching.market.stability import LEAST_OUTCOMES, PRIOR, calibrated
from employment_service.matching.outcomes.domain import Begun, never_began, outcome
from employment_service.placements.domain import Placement
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import Vacancy
from employment_service.workers.domain import Worker

COLLECTED = "stability-outcomes-collected"
AT_ONCE = 500
EARLIEST = timedelta(days=1)
"""After the yes: until then nothing can have become of it."""
logger = structlog.get_logger(__name__)


async def note_accepted(uow: EmploymentUnitOfWork, placement: Placement, worker: Worker, vacancy: Vacancy) -> None:
    today = await uow.today(worker.area_path)
    board = await board_of_one(uow, worker.area_path, vacancy)
    found = match_on(board.board, board.keys, await match_workers(uow, [worker], today))
    await uow.outcomes.begin(
        Begun(
            placement_id=placement.id,
            area_path=placement.area_path,
            points=int(found.pairs.points[0, 0]),
            accepted_on=today,
        )
    )


async def collect(uow: EmploymentUnitOfWork) -> None:
    """What can be said of placements by now; and where there is enough and something new, the chance fitted anew."""
    for area_path in await uow.outcomes.counties():
        await _judge_and_fit(uow, area_path, today=await uow.today(area_path))


async def _judge_and_fit(uow: EmploymentUnitOfWork, area_path: str, *, today: date) -> None:
    await _judge(uow, area_path, today=today)
    known = await uow.outcomes.known_in(area_path)
    held = await uow.matching.calibration(area_path, on=today)
    if len(known.points) < LEAST_OUTCOMES or held.outcomes == len(known.points):
        return
    fitted = calibrated(known.points, known.stable)
    if fitted != PRIOR:
        await uow.matching.put_calibration(area_path, fitted, on=today)
        logger.info("matching.calibrated", area=area_path, outcomes=fitted.outcomes)


async def _judge(uow: EmploymentUnitOfWork, area_path: str, *, today: date) -> None:
    after: UUID | None = None
    while ids := await uow.outcomes.waiting(area_path, accepted_before=today - EARLIEST, after=after, count=AT_ONCE):
        placements = await uow.placements.by_id(ids)
        verdicts = {each.id: outcome(each, today=today) for each in placements.values()}
        await uow.outcomes.judge({key: stable for key, stable in verdicts.items() if stable is not None}, on=today)
        await uow.outcomes.forget([each.id for each in placements.values() if never_began(each)])
        after = ids[-1]


async def _collect(uow: EmploymentUnitOfWork, _due: DueTimer) -> None:
    await collect(uow)


KINDS = (TimerKind(name=COLLECTED, handle=_collect, every=timedelta(days=1)),)
