"""Signs of coercion: what each one is, what it does, and the pure rules that find it.

A flag speaks of how work is arranged, never of a person: it asks the independent monitor to look, and it holds or
blocks what could do harm meanwhile. Figures come from the policy in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput, NotFound
from employment_service.policies.domain import EmploymentPolicy


class PlacementOnHold(Conflict):
    """Says no more: which sign was seen is for the monitor alone."""

    code = "PLACEMENT_ON_HOLD"


class FlagNotFound(NotFound):
    code = "FLAG_NOT_FOUND"


class FlagNotOpen(Conflict):
    code = "FLAG_NOT_OPEN"


class TaskNotFound(NotFound):
    code = "MONITOR_TASK_NOT_FOUND"


class TaskNotOpen(Conflict):
    code = "MONITOR_TASK_NOT_OPEN"


class ConsentLanguageDiffers(Conflict):
    code = "CONSENT_LANGUAGE_DIFFERS"


class ConflictedWitness(Conflict):
    code = "CONFLICTED_WITNESS"


class FindingStillOpen(Conflict):
    code = "FINDING_STILL_OPEN"


class FlagCode(StrEnum):
    CF1 = "CF1"
    CF2 = "CF2"
    CF3 = "CF3"
    CF4 = "CF4"
    CF5 = "CF5"
    CF6 = "CF6"
    CF7 = "CF7"
    CF8 = "CF8"
    CF9 = "CF9"
    CF10 = "CF10"
    CF11 = "CF11"
    CF12 = "CF12"
    CF13 = "CF13"
    CF14 = "CF14"
    CF15 = "CF15"
    CF16 = "CF16"
    RETALIATION = "RETALIATION"
    """Work ended by the employer while a grievance of the worker is watched over."""
    DOUBTED = "DOUBTED"
    """The monitor called back and was told something else than a free yes."""


class Effect(StrEnum):
    """HOLD: no further step until the monitor lifts it. BLOCK: the act itself is refused. CRITICAL: the monitor acts
    within a day. REVIEW: nothing changes before the monitor has looked. FLAG: the monitor is told.
    """

    HOLD = "HOLD"
    BLOCK = "BLOCK"
    CRITICAL = "CRITICAL"
    FLAG = "FLAG"
    REVIEW = "REVIEW"


class Occasion(StrEnum):
    """What can raise a flag. TIMER: the clock alone."""

    ACCEPTANCE = "ACCEPTANCE"
    WITNESSING = "WITNESSING"
    CONTACT = "CONTACT"
    BENEFIT_CUT = "BENEFIT_CUT"
    FOLLOW_UP = "FOLLOW_UP"
    GRIEVANCE = "GRIEVANCE"
    CONTRACT = "CONTRACT"
    RESIGNATION = "RESIGNATION"
    WAGE_CLOCK = "WAGE_CLOCK"
    HOURS = "HOURS"
    ENDING = "ENDING"
    CALL_BACK = "CALL_BACK"
    TIMER = "TIMER"


class TaskKind(StrEnum):
    """What the monitor is asked to do; nobody else is, and the police never by default."""

    LOOK_AT_ONCE = "LOOK_AT_ONCE"
    REFUND = "REFUND"
    WAGE_CLAIM_HELP = "WAGE_CLAIM_HELP"
    INSPECTION = "INSPECTION"
    WELFARE_CHECK = "WELFARE_CHECK"
    CALL_BACK = "CALL_BACK"


class TaskOutcome(StrEnum):
    DONE = "DONE"
    CONFIRMED = "CONFIRMED"
    """Of a call-back: the yes was free."""
    DOUBTED = "DOUBTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """`key`: what it is about; while it is open the same sign raises no second one.

    `figure`: how many, or how much, the rule saw. `due_at`: by when the monitor has to act; None: no such clock.
    """

    id: UUID
    code: FlagCode
    area_path: str
    key: str
    raised_at: datetime
    employer_id: UUID | None = None
    vacancy_id: UUID | None = None
    placement_id: UUID | None = None
    worker_id: UUID | None = None
    household_id: UUID | None = None
    staff_subject: str | None = None
    figure: int | None = None
    due_at: datetime | None = None
    escalated_at: datetime | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None
    settled_reason: str | None = None

    @property
    def open(self) -> bool:
        return self.settled_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    placement_id: UUID
    flag_id: UUID
    area_path: str
    placed_at: datetime
    lifted_at: datetime | None = None
    lifted_by: str | None = None
    lifted_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorTask:
    id: UUID
    kind: TaskKind
    area_path: str
    made_at: datetime
    due_at: datetime
    flag_id: UUID | None = None
    placement_id: UUID | None = None
    worker_id: UUID | None = None
    employer_id: UUID | None = None
    cents: int | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    outcome: TaskOutcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One acceptance as CF1 needs it. `session`: keyed digest of the login session and the day, or None."""

    placement_id: UUID
    vacancy_id: UUID
    area_path: str
    accepted_at: datetime
    session: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One time the worker had the terms open. `closed_at` None: not said, so until the next one or the answer."""

    opened_at: datetime
    closed_at: datetime | None
    language: str | None


def settled(flag: Flag, *, by: str, at: datetime, reason: str) -> Flag:
    if not flag.open:
        raise FlagNotOpen("This flag is settled already.", field="flagId")
    return replace(flag, settled_at=at, settled_by=by, settled_reason=said_reason(reason))


def done(task: MonitorTask, *, outcome: TaskOutcome, by: str, at: datetime) -> MonitorTask:
    if task.done_at is not None:
        raise TaskNotOpen("This task is done already.", field="taskId")
    if (outcome is TaskOutcome.DONE) is (task.kind is TaskKind.CALL_BACK):
        raise InvalidInput("A call-back ends CONFIRMED or DOUBTED, every other task DONE.", field="outcome")
    return replace(task, done_at=at, done_by=by, outcome=outcome)


def said_reason(reason: str) -> str:
    if not 5 <= len(reason.strip()) <= 1000:
        raise InvalidInput("Say in 5 to 1,000 characters what was found.", field="reason")
    return reason.strip()


def bulk_in_village(traces: Sequence[Trace], newest: Trace, policy: EmploymentPolicy) -> tuple[Trace, ...]:
    """CF1: the acceptances of this vacancy from this village within the hours, if they are too many; else none."""
    since = newest.accepted_at - timedelta(hours=policy.bulk_village_hours)
    alike = tuple(
        trace
        for trace in traces
        if (trace.vacancy_id, trace.area_path) == (newest.vacancy_id, newest.area_path)
        and since < trace.accepted_at <= newest.accepted_at
    )
    return alike if len(alike) >= policy.bulk_village_acceptances else ()


def bulk_in_session(
    traces: Sequence[Trace], newest: Trace, sessions: frozenset[bytes], policy: EmploymentPolicy
) -> tuple[Trace, ...]:
    """CF1: the acceptances of one login session within the minutes, if they are too many.

    `sessions`: the session's digests of today and yesterday, so that midnight parts nobody.
    """
    since = newest.accepted_at - timedelta(minutes=policy.bulk_session_minutes)
    alike = tuple(
        trace for trace in traces if trace.session in sessions and since < trace.accepted_at <= newest.accepted_at
    )
    return alike if len(alike) >= policy.bulk_session_acceptances else ()


def reading_seconds(readings: Sequence[Reading], *, until: datetime) -> float:
    """How long the terms were open in all before the answer."""
    ordered = sorted(readings, key=lambda reading: reading.opened_at)
    ends = [*(reading.opened_at for reading in ordered[1:]), until]
    return sum(
        (min(reading.closed_at or end, end) - reading.opened_at).total_seconds()
        # Without any reading there is an end too many.
        for reading, end in zip(ordered, ends, strict=False)
    )


def speaks_as_wished(readings: Sequence[Reading], preferred: str | None) -> bool:
    """CF16: whether the terms were shown in the worker's own language at least once. No wish: any language does."""
    if preferred is None:
        return True
    return any(reading.language is not None and _tongue(reading.language) == _tongue(preferred) for reading in readings)


def _tongue(language: str) -> str:
    return language.partition("-")[0].lower()


def repeated_contact(days: Sequence[date], *, today: date, policy: EmploymentPolicy) -> bool:
    """CF5: the second unrequested job contact within the days. `days`: of all contacts, today's included."""
    return sum(day > today - timedelta(days=policy.repeat_contact_days) for day in days) >= 2


def too_long_weeks(hours: Sequence[tuple[date, int]], policy: EmploymentPolicy) -> bool:
    """CF13: so many weeks in a row above the hours. `hours`: (Monday, hours) of one placement."""
    long = {monday for monday, worked in hours if worked > policy.long_week_hours}
    return any(all(monday + timedelta(weeks=number) in long for number in range(policy.long_weeks)) for monday in long)


def drawn(number: int, *, percent: int) -> bool:
    """Whether a keyed 64-bit number falls into a share. Without the key nobody can tell beforehand."""
    return (number % (1 << 64)) * 100 < percent << 64


def may_be_silent(answers: Sequence[bool], policy: EmploymentPolicy) -> bool:
    """CF3: many offers that came to an answer or ran out, and every one of them a yes."""
    return len(answers) >= policy.no_decline_offers and all(answers)
