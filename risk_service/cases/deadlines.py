"""Looks which clocks of cases ran out, and tells supervision of each once."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from chassis.clock import civil_date
from chassis.timers import DueTimer, TimerKind
from risk_service.cases.domain import DeadlineMissed, missed
from risk_service.copies.reach import zones_of
from risk_service.uow import RiskUnitOfWork

# Where a day begins first: no zone is further ahead.
FURTHEST_EAST = ZoneInfo("Etc/GMT-14")
AT_ONCE = 1000


async def watch_clocks(uow: RiskUnitOfWork, _: DueTimer) -> None:
    late = await uow.cases.running_out(civil_date(uow.now, FURTHEST_EAST), limit=AT_ONCE)
    zones = await zones_of(uow, {case.area_path for case in late})
    for case in late:
        today = civil_date(uow.now, zones[case.area_path])
        for deadline, due_on in missed(case, today=today):
            if await uow.cases.add_deadline(case, deadline, due_on, at=uow.now):
                uow.emit(DeadlineMissed(case=case, deadline=deadline, due_on=due_on))


CASE_CLOCKS = TimerKind(name="case-clocks", handle=watch_clocks, every=timedelta(hours=1))
