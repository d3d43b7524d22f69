"""Visits: who goes by when, and what they report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.clock import civil_date
from chassis.errors import InvalidInput
from chassis.graph import Page, PageRequest
from chassis.identity import Actor
from chassis.ids import new_id
from risk_service.access import (
    CHOOSE_MANNER,
    READ_TASKS,
    REPORT_VISIT,
    Visibility,
    policy,
    require_area,
    visibility,
)
from risk_service.alerts.domain import (
    Alert,
    change_of,
    visit,
)
from risk_service.alerts.refusals import AlertNotFound
from risk_service.copies.domain import SPECIALIST, OfficerCopy
from risk_service.copies.reach import reach_of, zone_of
from risk_service.notifications.domain import NotificationKind
from risk_service.notifications.service import tell_household, tell_officer
from risk_service.policy.domain import AlertLevel, MeasureType
from risk_service.policy.service import in_force
from risk_service.sight import covers
from risk_service.uow import RiskUnitOfWork
from risk_service.verification.domain import (
    VISIT_CAP_DAYS,
    ContactManner,
    GuaranteeCheck,
    TaskNotFound,
    TaskVersionDiffers,
    VerificationTask,
    Visit,
    VisitOutcome,
    assign,
    choose_specialist,
    complete,
    prefer,
    require_visit_allowed,
    require_visitor,
)
from risk_service.verification.grounds import VisitGrounds
from risk_service.verification.repository import TaskFilter, TaskOrder
from risk_service.verification.specialists import specialists_above


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the visitor says; who they are comes from their token."""

    task_id: UUID
    visited_on: date
    manner: ContactManner
    asked_by_household: bool
    spoke_with: Sequence[UUID]
    needs: Sequence[MeasureType]
    outcome: VisitOutcome
    findings: str
    note: str
    checks: Sequence[GuaranteeCheck]


async def take_over(uow: RiskUnitOfWork, officer: OfficerCopy) -> None:
    """After an officer came, left or moved: their tasks find somebody else, waiting ones may find them."""
    in_charge = officer.active and SPECIALIST in officer.roles
    for task in await uow.verification.assigned_to(officer.id):
        if not (in_charge and task.area_path.startswith(officer.seat)):
            laid, _ = assign(task, None)
            await uow.verification.put(laid)
            await _give(uow, laid, await _alert(uow, laid.alert_id))
    if in_charge:
        for task in await uow.verification.unassigned_in(officer.seat):
            await _give(uow, task, await _alert(uow, task.alert_id))


async def follow_household(uow: RiskUnitOfWork, household_id: UUID) -> None:
    """The household moved: its open tasks go to whoever is in charge where it lives now."""
    for task in await uow.verification.open_of_household(household_id):
        laid, _ = assign(task, None)
        if laid.version != task.version:
            await uow.verification.put(laid)
        await _give(uow, laid, await _alert(uow, laid.alert_id))


async def _give(uow: RiskUnitOfWork, task: VerificationTask, alert: Alert) -> None:
    """To the nearest, least busy specialist; with nobody in charge the task stays listed as unassigned."""
    found = choose_specialist(await specialists_above(uow.connection, [task.area_path]), area_path=task.area_path)
    given, event = assign(task, found)
    if event is None:
        return
    await uow.verification.put(given)
    uow.emit(event)
    await tell_officer(uow, alert, NotificationKind.TASK_ASSIGNED, event.assignee_id)


async def report_visit(uow: RiskUnitOfWork, actor: Actor, *, report: Report) -> Visit:
    """Raises Forbidden, TaskNotFound, TaskAlreadyDone, VisitDateInvalid, HomeVisitRefused or
    VisitCap; then nothing is stored.
    """
    scope = policy.require(actor, REPORT_VISIT)
    task = await _locked_task(uow, report.task_id)
    scope.require(area_path=task.area_path)
    officers = [one for one in await uow.copies.officers_of_subject(actor.subject) if SPECIALIST in one.roles]
    require_visitor(task, subject=actor.subject, own_areas=[one.seat for one in officers])
    alert = await _alert(uow, task.alert_id)
    await _require_members(uow, task.household_id, report.spoke_with)
    made = Visit(
        id=new_id(),
        task_id=task.id,
        alert_id=task.alert_id,
        household_id=task.household_id,
        area_path=task.area_path,
        visitor_id=officers[0].id if officers else None,
        visitor_subject=actor.subject,
        visited_on=report.visited_on,
        manner=report.manner,
        asked_by_household=report.asked_by_household,
        spoke_with=tuple(dict.fromkeys(report.spoke_with)),
        needs=tuple(dict.fromkeys(report.needs)),
        outcome=report.outcome,
        findings=report.findings.strip(),
        note=report.note.strip(),
        checks=tuple(report.checks),
        reported_at=uow.now,
    )
    today = civil_date(uow.now, await zone_of(uow, task.area_path))
    pack = await in_force(uow, area_path=task.area_path, day=today)
    require_visit_allowed(
        task,
        made,
        today=today,
        raised_on=alert.raised_on,
        last_unasked_home_visit=await uow.verification.last_unasked_home_visit(task.household_id),
        red_open=await _red_open(uow, task.household_id),
        cap_days=VISIT_CAP_DAYS if pack.case_clocks is None else pack.case_clocks.visit_cap_days,
    )
    seen, visited = visit(alert)
    done, reported = complete(task, made, factor=alert.factor, records=alert.records)
    await uow.verification.put(done)
    await uow.verification.add_visit(made, _grounds(alert))
    await uow.alerts.put(seen)
    change = change_of(visited, number=seen.version, at=uow.now)
    await uow.alerts.add_change(change, area_path=seen.area_path)
    await uow.feed.add_all([(seen, change.kind)], at=uow.now)
    uow.emit(reported)
    await tell_household(uow, seen, NotificationKind.VISIT_REPORTED)
    return made


def _grounds(alert: Alert) -> VisitGrounds:
    return VisitGrounds(
        factor=alert.factor,
        level=alert.level,
        policy_version=alert.policy_version,
        departments=tuple(sorted({record.department for record in alert.records})),
    )


async def _red_open(uow: RiskUnitOfWork, household_id: UUID) -> bool:
    return any(one.level is AlertLevel.RED for one in await uow.alerts.open_of_household(household_id))


async def choose_manner(
    uow: RiskUnitOfWork, actor: Actor, *, task_id: UUID, manner: ContactManner, expected_version: int
) -> VerificationTask:
    """The household refuses to be visited at home and chooses phone or office, or takes that back.

    Nothing else changes: no level, status, due date, likelihood or measure.
    """
    scope = policy.require(actor, CHOOSE_MANNER)
    task = await _locked_task(uow, task_id)
    reach = await reach_of(uow, task.household_id)
    scope.require(
        area_path=task.area_path,
        paired=actor.subject in reach.paired_subjects,
        own=actor.member_id is not None and actor.member_id in reach.member_ids,
    )
    _require_version(task, expected_version)
    chosen = prefer(task, manner)
    await uow.verification.put(chosen)
    return chosen


async def _locked_task(uow: RiskUnitOfWork, task_id: UUID) -> VerificationTask:
    task = await uow.verification.get(task_id, lock=True)
    if task is None:
        raise TaskNotFound("There is no such verification task.", field="taskId")
    return task


async def _alert(uow: RiskUnitOfWork, alert_id: UUID) -> Alert:
    alert = await uow.alerts.get(alert_id, lock=True)
    if alert is None:
        raise AlertNotFound("There is no such alert.")
    return alert


async def _require_members(uow: RiskUnitOfWork, household_id: UUID, spoke_with: Sequence[UUID]) -> None:
    if not spoke_with:
        return
    reach = await reach_of(uow, household_id)
    if set(spoke_with) - reach.member_ids:
        raise InvalidInput("One you spoke with is not a member of this household.", field="spokeWith")


def _require_version(task: VerificationTask, expected: int) -> None:
    if task.version != expected:
        raise TaskVersionDiffers("The task has changed since you read it; read it again.", field="expectedVersion")


async def list_tasks(
    uow: RiskUnitOfWork, actor: Actor, *, wanted: TaskFilter, order: TaskOrder, request: PageRequest
) -> Page[VerificationTask]:
    return await uow.verification.page(_seen(actor, wanted), wanted, order, request)


async def count_tasks(uow: RiskUnitOfWork, actor: Actor, *, wanted: TaskFilter) -> int:
    return await uow.verification.count(_seen(actor, wanted), wanted)


def _seen(actor: Actor, wanted: TaskFilter) -> Visibility:
    """Raises Forbidden for a role that reads no tasks, and for an area that is not the caller's."""
    scope = policy.require(actor, READ_TASKS)
    require_area(actor, scope, wanted.area_path)
    return visibility(actor, scope)


async def read_task(uow: RiskUnitOfWork, actor: Actor, *, task_id: UUID) -> VerificationTask | None:
    """None for a task that is not there, or not for this caller."""
    scope = policy.require(actor, READ_TASKS)
    task = await uow.verification.get(task_id)
    if task is None:
        return None
    return task if covers(actor, scope, await reach_of(uow, task.household_id)) else None


async def read_visit(uow: RiskUnitOfWork, visit_id: UUID) -> Visit:
    """For whoever reported it."""
    visit_ = await uow.verification.visit(visit_id)
    if visit_ is None:
        raise TaskNotFound("There is no such visit.")
    return visit_
