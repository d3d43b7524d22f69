"""Asking for visits: for many alerts at once, each as if it had come alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.clock import civil_date
from chassis.ids import new_id
from risk_service.alerts.domain import Alert
from risk_service.cases.reopening import reopen_for
from risk_service.notifications.domain import NotificationKind
from risk_service.notifications.service import Told, tell_officers
from risk_service.policy.domain import PolicyPack
from risk_service.uow import RiskUnitOfWork
from risk_service.verification.domain import (
    ContactManner,
    Specialist,
    VerificationTask,
    assign,
    choose_specialist,
    due,
    hasten,
    plan_task,
)
from risk_service.verification.specialists import specialists_above


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAsked:
    """`pack`: in force today. `is_new`: the alert was raised just now, so that no task of it can be there."""

    alert: Alert
    pack: PolicyPack
    zone: ZoneInfo
    is_new: bool


async def ask_for_visits(uow: RiskUnitOfWork, asked: Sequence[VisitAsked]) -> None:
    """A task for each new or escalated alert. An open task of the alert keeps the earlier of both due dates."""
    before = await uow.verification.open_of_alerts([one.alert.id for one in asked if not one.is_new])
    specialists = await specialists_above(uow.connection, {one.alert.area_path for one in asked})
    tasks: dict[UUID, VerificationTask] = {}
    told: list[Told] = []
    hastened: list[VerificationTask] = []
    for one in asked:
        alert = one.alert
        due_on, due_at = due(one.pack, level=alert.level, on=civil_date(uow.now, one.zone), zone=one.zone)
        if alert.id in tasks:
            tasks[alert.id] = hasten(tasks[alert.id], level=alert.level, due_on=due_on, due_at=due_at)
            told += _urgent(tasks[alert.id], alert)
            continue
        if alert.id in before:
            before[alert.id] = hasten(before[alert.id], level=alert.level, due_on=due_on, due_at=due_at)
            hastened.append(before[alert.id])
            told += _urgent(before[alert.id], alert)
            continue
        planned = plan_task(
            id=new_id(),
            alert_id=alert.id,
            household_id=alert.household_id,
            area_path=alert.area_path,
            level=alert.level,
            due_on=due_on,
            due_at=due_at,
            preferred_manner=ContactManner.HOME,
            at=uow.now,
        )
        found = choose_specialist(specialists, area_path=alert.area_path)
        tasks[alert.id], event = assign(planned, found)
        if event is not None:
            specialists = _busier(specialists, event.assignee_id)
            uow.emit(event)
            told.append((alert, NotificationKind.TASK_ASSIGNED, event.assignee_id))
    await uow.verification.add(list(tasks.values()))
    for task in hastened:
        await uow.verification.put(task)
    await tell_officers(uow, told)
    await reopen_for(uow, [one.alert for one in asked])


def _urgent(task: VerificationTask, alert: Alert) -> list[Told]:
    """Who goes is told that it became urgent."""
    return [] if task.assignee_id is None else [(alert, NotificationKind.ALERT_ESCALATED, task.assignee_id)]


def _busier(specialists: Sequence[Specialist], officer_id: UUID) -> list[Specialist]:
    return [replace(one, open_tasks=one.open_tasks + 1) if one.officer_id == officer_id else one for one in specialists]
