"""A visit to find out what a warning means for the household: who goes, by when, and what was found. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.clock import end_of_day
from chassis.errors import Conflict, Forbidden, InvalidInput, NotFound
from risk_service.alerts.evidence import RecordBehind
from risk_service.policy.domain import AlertLevel, MeasureType, PolicyPack, RiskFactor

VISIT_CAP_DAYS = 30
MAX_TEXT = 4000


class TaskStatus(StrEnum):
    UNASSIGNED = "UNASSIGNED"
    ASSIGNED = "ASSIGNED"
    DONE = "DONE"


class ContactManner(StrEnum):
    HOME = "HOME"
    PHONE = "PHONE"
    OFFICE = "OFFICE"


class CheckSubject(StrEnum):
    FOOD = "FOOD"
    CLOTHING = "CLOTHING"
    EDUCATION = "EDUCATION"
    MEDICAL_CARE = "MEDICAL_CARE"
    HOUSING = "HOUSING"
    DRINKING_WATER = "DRINKING_WATER"


class CheckResult(StrEnum):
    OK = "OK"
    PROBLEM = "PROBLEM"
    NOT_CHECKED = "NOT_CHECKED"


class VisitOutcome(StrEnum):
    """What the visitor found; the decision is a second person's."""

    NO_LASTING_RISK = "NO_LASTING_RISK"
    LASTING_RISK = "LASTING_RISK"
    WRONG_DATA = "WRONG_DATA"
    """What a department reported was not so."""


class TaskNotFound(NotFound):
    code = "VERIFICATION_TASK_NOT_FOUND"


class TaskAlreadyDone(Conflict):
    code = "VERIFICATION_TASK_ALREADY_DONE"


class TaskVersionDiffers(Conflict):
    """The caller acted on an older version of the task than the one that is stored."""

    code = "VERSION_CONFLICT"


class NotTheVisitor(Forbidden):
    """Only the assigned specialist, or another specialist of the same village, reports a visit."""


class VisitDateInvalid(InvalidInput):
    code = "VISIT_DATE_INVALID"


class HomeVisitRefused(Conflict):
    """The household chose the phone or the office."""

    code = "HOME_VISIT_REFUSED"


class VisitCap(Conflict):
    """At most one unasked home visit in 30 days over all officers, an open red alert excepted."""

    code = "VISIT_CAP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Specialist:
    """A village specialist as far as assigning work asks."""

    officer_id: UUID
    subject: str
    area_path: str
    open_tasks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationTask:
    """`preferred_manner` is the household's choice and has no other effect than where one meets.

    `due_at` is the end of `due_on` in the area's time zone. `escalations`: how far above it was told that nobody went:
    1 the township, 2 the county.
    """

    id: UUID
    alert_id: UUID
    household_id: UUID
    area_path: str
    level: AlertLevel
    status: TaskStatus
    assignee_id: UUID | None
    assignee_subject: str | None
    due_on: date
    due_at: datetime
    preferred_manner: ContactManner
    created_at: datetime
    done_at: datetime | None
    version: int
    escalations: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeCheck:
    subject: CheckSubject
    result: CheckResult
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`spoke_with` are members of the household; `visitor_subject` is the token subject of who was there."""

    id: UUID
    task_id: UUID
    alert_id: UUID
    household_id: UUID
    area_path: str
    visitor_id: UUID | None
    visitor_subject: str
    visited_on: date
    manner: ContactManner
    asked_by_household: bool
    spoke_with: tuple[UUID, ...]
    needs: tuple[MeasureType, ...]
    outcome: VisitOutcome
    findings: str
    note: str
    checks: tuple[GuaranteeCheck, ...]
    reported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAssigned:
    task: VerificationTask
    assignee_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitReported:
    """`factor`, `records`: what the alert was about that was visited, as it stood then."""

    visit: Visit
    factor: RiskFactor
    records: tuple[RecordBehind, ...]


def choose_specialist(candidates: Iterable[Specialist], *, area_path: str) -> Specialist | None:
    """The specialist nearest to the household (its village, else its township, else further up), the one with
    the fewest open tasks first; None where nobody is in charge.
    """
    in_charge = [one for one in candidates if area_path.startswith(one.area_path)]
    return min(in_charge, key=lambda one: (-len(one.area_path), one.open_tasks, str(one.officer_id)), default=None)


def due(pack: PolicyPack, *, level: AlertLevel, on: date, zone: ZoneInfo) -> tuple[date, datetime]:
    """The day by whose end a visit is due, and that instant."""
    day = pack.calendar.after(on, pack.clocks.working_days(level))
    return day, end_of_day(day, zone)


def plan_task(
    *,
    id: UUID,  # noqa: A002 - the field's own name
    alert_id: UUID,
    household_id: UUID,
    area_path: str,
    level: AlertLevel,
    due_on: date,
    due_at: datetime,
    preferred_manner: ContactManner,
    at: datetime,
) -> VerificationTask:
    return VerificationTask(
        id=id,
        alert_id=alert_id,
        household_id=household_id,
        area_path=area_path,
        level=level,
        status=TaskStatus.UNASSIGNED,
        assignee_id=None,
        assignee_subject=None,
        due_on=due_on,
        due_at=due_at,
        preferred_manner=preferred_manner,
        created_at=at,
        done_at=None,
        version=1,
    )


def assign(task: VerificationTask, to: Specialist | None) -> tuple[VerificationTask, TaskAssigned | None]:
    """Gives the task to a specialist, or lays it on the list of unassigned tasks."""
    if to is None:
        laid = replace(
            task, status=TaskStatus.UNASSIGNED, assignee_id=None, assignee_subject=None, version=task.version + 1
        )
        return (task, None) if task.status is TaskStatus.UNASSIGNED else (laid, None)
    given = replace(
        task,
        status=TaskStatus.ASSIGNED,
        assignee_id=to.officer_id,
        assignee_subject=to.subject,
        version=task.version + 1,
    )
    return given, TaskAssigned(task=given, assignee_id=to.officer_id)


def hasten(task: VerificationTask, *, level: AlertLevel, due_on: date, due_at: datetime) -> VerificationTask:
    """After an escalation the earlier of both due dates holds."""
    if due_at >= task.due_at:
        return replace(task, level=level, version=task.version + 1)
    return replace(task, level=level, due_on=due_on, due_at=due_at, version=task.version + 1)


def prefer(task: VerificationTask, manner: ContactManner) -> VerificationTask:
    """The household refuses to be visited at home, or takes the refusal back. Nothing else changes."""
    if task.status is TaskStatus.DONE:
        raise TaskAlreadyDone("This visit was reported before.")
    return replace(task, preferred_manner=manner, version=task.version + 1)


def require_visitor(task: VerificationTask, *, subject: str, own_areas: Iterable[str]) -> None:
    """`own_areas` are those of the caller's officers with the specialist's role. Raises NotTheVisitor."""
    if subject == task.assignee_subject or task.area_path in set(own_areas):
        return
    raise NotTheVisitor("Only the assigned specialist or one of the same village may report this visit.")


def require_visit_allowed(
    task: VerificationTask,
    visit: Visit,
    *,
    today: date,
    raised_on: date,
    last_unasked_home_visit: date | None,
    red_open: bool = False,
    cap_days: int = VISIT_CAP_DAYS,
) -> None:
    """`red_open`: some alert of the household is, be it not the one of the task.

    Raises VisitDateInvalid, HomeVisitRefused, VisitCap or TaskAlreadyDone.
    """
    if task.status is TaskStatus.DONE:
        raise TaskAlreadyDone("This visit was reported before.")
    if not raised_on <= visit.visited_on <= today:
        raise VisitDateInvalid("A visit lies between the day of the alert and today.", field="visitedOn")
    for name, text in (("findings", visit.findings), ("note", visit.note)):
        if len(text) > MAX_TEXT:
            raise InvalidInput(f"{name} has at most {MAX_TEXT} characters.", field=name)
    if not visit.findings.strip():
        raise InvalidInput("A visit report says what was found.", field="findings")
    if len({check.subject for check in visit.checks}) != len(visit.checks):
        raise InvalidInput("Each check is given once.", field="checks")
    if visit.manner is not ContactManner.HOME or visit.asked_by_household:
        return
    if task.preferred_manner is not ContactManner.HOME:
        raise HomeVisitRefused(
            f"The household chose {task.preferred_manner.value} instead of a visit at home.", field="manner"
        )
    if red_open or task.level is AlertLevel.RED or last_unasked_home_visit is None:
        return
    if (visit.visited_on - last_unasked_home_visit) < timedelta(days=cap_days):
        raise VisitCap(
            f"The household had an unasked visit less than {cap_days} days before; use phone or office.",
            field="manner",
        )


def complete(
    task: VerificationTask, visit: Visit, *, factor: RiskFactor, records: tuple[RecordBehind, ...]
) -> tuple[VerificationTask, VisitReported]:
    done = replace(task, status=TaskStatus.DONE, done_at=visit.reported_at, version=task.version + 1)
    return done, VisitReported(visit=visit, factor=factor, records=records)
