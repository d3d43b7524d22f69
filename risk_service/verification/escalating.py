"""Tells those above of visits that nobody made in time: first the township, then the county."""

from __future__ import annotations

from datetime import timedelta

from chassis.clock import civil_date, end_of_day
from chassis.timers import DueTimer, TimerKind
from risk_service.copies.reach import zones_of
from risk_service.notifications.domain import NotificationKind
from risk_service.notifications.service import Told, tell_officers
from risk_service.policy.domain import AlertLevel, pack_in_force
from risk_service.policy.service import packs_for
from risk_service.uow import RiskUnitOfWork
from risk_service.verification.escalation import LAST, TOLD_IN_TURN, in_charge, overdue, put_escalations

AT_ONCE = 1000


async def escalate_overdue(uow: RiskUnitOfWork, _: DueTimer) -> None:
    """The township once a visit is overdue; the county when as many working days again as a red visit may take have
    gone by. Where nobody sits in the township, the county at once. Nothing changes for the household.
    """
    late = await uow.verification.many(await overdue(uow.connection, now=uow.now, limit=AT_ONCE))
    if not late:
        return
    paths = {task.area_path for task in late}
    zones = await zones_of(uow, paths)
    days = {path: civil_date(uow.now, zone) for path, zone in zones.items()}
    packs = await packs_for(uow, days.items())
    offices = [await in_charge(uow.connection, paths, role) for role in TOLD_IN_TURN]
    alerts = await uow.alerts.many([task.alert_id for task in late])
    told: list[Told] = []
    for task in late:
        path = task.area_path
        pack = pack_in_force(packs, area_path=path, day=days[path])
        last_day = pack.calendar.after(task.due_on, pack.clocks.working_days(AlertLevel.RED))
        reached = LAST if uow.now >= end_of_day(last_day, zones[path]) or not offices[0][path] else 1
        recipients = {one for office in offices[task.escalations : reached] for one in office[path]}
        if task.alert_id in alerts:
            told += [(alerts[task.alert_id], NotificationKind.VISIT_OVERDUE, one) for one in sorted(recipients)]
        if reached > task.escalations:
            await put_escalations(uow.connection, [task.id], reached)
    await tell_officers(uow, told)


OVERDUE_VISITS = TimerKind(name="overdue-visits", handle=escalate_overdue, every=timedelta(minutes=15))
