"""A monitoring case: from the proposal to the county's decision, through support to resolution, and back. Pure.

Every way from one state to another stands in `WAYS`, every step in the case's log. Nobody checks or decides what
they began, recorded or visited. There is no ratio, number or date by which cases ought to end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from risk_service.cases.categories import MonitoringCategory
from risk_service.cases.clocks import CaseClocks, Deadline
from risk_service.cases.refusals import (
    CaseChanged,
    CaseDateInvalid,
    NoteRequired,
    NoticeRunning,
    OtherPersonRequired,
    StepNotPossible,
)
from risk_service.cases.states import (
    NOTE_REQUIRED,
    OTHER_PERSON,
    SUPPORTED,
    UNDECIDED,
    WAYS,
    CaseStatus,
    CaseStepKind,
    DiscoveryChannel,
)
from risk_service.policy.domain import AlertLevel

MAX_NOTE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringCase:
    """`round` counts proposals, resolutions and reopenings: four eyes are asked for within one.

    `notice_from` None while no notice hangs, and for a closed review, which the family may ask for.
    `supported_since`: identified, or reopened since. `green_channel`: helped before the papers were done.
    """

    id: UUID
    number: str
    household_id: UUID
    area_path: str
    status: CaseStatus
    round: int
    category: MonitoringCategory | None
    channel: DiscoveryChannel
    alert_id: UUID | None
    clue_on: date
    decision_due_on: date
    serious_difficulty: bool
    green_channel: bool
    closed_review: bool
    notice_from: date | None
    identified_on: date | None
    supported_since: date | None
    first_measure_due_on: date | None
    first_measure_on: date | None
    resolved_on: date | None
    watch_until: date | None
    policy_version: str
    version: int

    @property
    def is_undecided(self) -> bool:
        return self.status in UNDECIDED

    def on_watch(self, day: date) -> bool:
        return self.status is CaseStatus.RESOLVED and self.watch_until is not None and day <= self.watch_until


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStep:
    """One row of the log; `number` counts from 1 within the case. `from_status` None: the first."""

    case_id: UUID
    number: int
    round: int
    kind: CaseStepKind
    from_status: CaseStatus | None
    to_status: CaseStatus
    by: str
    on: date
    at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who acts, when (`on`: the civil day where the household lives), and what they say."""

    by: str
    at: datetime
    on: date
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMoved:
    case: MonitoringCase
    step: CaseStep


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMissed:
    """A clue for supervision of the offices. Nothing changes for the household."""

    case: MonitoringCase
    deadline: Deadline
    due_on: date


def begin_case(case: MonitoringCase, act: Act) -> tuple[MonitoringCase, CaseMoved]:
    """The first step of a case that was put together in status PROPOSED, version 1."""
    if case.clue_on > act.on:
        raise CaseDateInvalid("The clue cannot come after today.", field="clueOn")
    _require_note(CaseStepKind.PROPOSE, act.note)
    return case, CaseMoved(case=case, step=_step(None, case, CaseStepKind.PROPOSE, act, number=1))


def advance(
    case: MonitoringCase,
    kind: CaseStepKind,
    act: Act,
    *,
    log: Sequence[CaseStep],
    visitors: Iterable[str],
    clocks: CaseClocks,
    expected_version: int,
) -> tuple[MonitoringCase, CaseMoved]:
    """One step. Raises OtherPersonRequired, StepNotPossible, CaseChanged, NoteRequired or NoticeRunning, in this
    order. What a resolution needs beside: `resolving.require_resolvable`.
    """
    if kind in OTHER_PERSON and (
        act.by in set(visitors) or any(one.by == act.by and one.round == case.round for one in log)
    ):
        raise OtherPersonRequired("Who visited or took a step before may not check or decide: another person does.")
    to = WAYS.get((case.status, kind))
    if to is None:
        raise StepNotPossible(f"{kind.value} does not follow on {case.status.value}.")
    if case.version != expected_version:
        raise CaseChanged("The case has changed since you read it; read it again.", field="expectedVersion")
    _require_note(kind, act.note)
    if kind in {CaseStepKind.CHECK, CaseStepKind.APPROVE} and case.notice_from is not None:
        over = clocks.notice_over(case.notice_from)
        if kind is CaseStepKind.APPROVE and act.on < over:
            raise NoticeRunning(f"The notice hangs for {clocks.notice_full_days} full days; decide from {over} on.")
    moved = _with_dates(replace(case, status=to, version=case.version + 1), kind, act, clocks)
    return moved, CaseMoved(case=moved, step=_step(case, moved, kind, act, number=len(log) + 1))


def publish(
    case: MonitoringCase,
    act: Act,
    *,
    closed: bool,
    log: Sequence[CaseStep],
    clocks: CaseClocks,
    expected_version: int,
) -> tuple[MonitoringCase, CaseMoved]:
    """The notice goes up today, once, in the village only; or a closed review takes its place."""
    moved, event = advance(
        case,
        CaseStepKind.PUBLISH_NOTICE,
        act,
        log=log,
        visitors=(),
        clocks=clocks,
        expected_version=expected_version,
    )
    shown = replace(moved, notice_from=None if closed else act.on, closed_review=closed)
    return shown, replace(event, case=shown)


def reopen_for_alert(
    case: MonitoringCase, level: AlertLevel, act: Act, *, log: Sequence[CaseStep], clocks: CaseClocks
) -> tuple[MonitoringCase, CaseMoved] | None:
    """A red event reopens a resolved case, and ends a resolution under way. It only brings support back; a yellow
    one leaves it to a person.
    """
    if level is not AlertLevel.RED or (case.status, CaseStepKind.REOPEN) not in WAYS:
        return None
    return advance(case, CaseStepKind.REOPEN, act, log=log, visitors=(), clocks=clocks, expected_version=case.version)


def missed(case: MonitoringCase, *, today: date) -> tuple[tuple[Deadline, date], ...]:
    """The clocks that ran out, each with its last day in time."""
    found: list[tuple[Deadline, date]] = []
    if case.is_undecided and today > case.decision_due_on:
        found.append((Deadline.DECISION, case.decision_due_on))
    due = case.first_measure_due_on
    if case.status in SUPPORTED and case.first_measure_on is None and due is not None and today > due:
        found.append((Deadline.FIRST_MEASURE, due))
    return tuple(found)


def delivered(case: MonitoringCase, *, on: date, today: date) -> MonitoringCase:
    """A measure was delivered. Before the decision: help first, papers later. Raises CaseDateInvalid."""
    if not case.clue_on <= on <= today:
        raise CaseDateInvalid("A measure is delivered between the clue and today.", field="deliveredOn")
    if case.status is CaseStatus.NOT_IDENTIFIED:
        raise StepNotPossible("This case was not opened; what was delivered belongs to no case.")
    first = on if case.first_measure_on is None else min(on, case.first_measure_on)
    return replace(
        case,
        first_measure_on=first,
        green_channel=case.green_channel or case.is_undecided,
        version=case.version + 1,
    )


def _with_dates(moved: MonitoringCase, kind: CaseStepKind, act: Act, clocks: CaseClocks) -> MonitoringCase:
    match (kind, moved.status):
        case (CaseStepKind.APPROVE, CaseStatus.OPEN):
            return replace(
                moved,
                identified_on=act.on,
                supported_since=act.on,
                first_measure_due_on=clocks.first_measure_due(act.on),
                notice_from=None,
            )
        case (CaseStepKind.APPROVE, CaseStatus.RESOLVED):
            return replace(
                moved, resolved_on=act.on, watch_until=clocks.watch_until(act.on), notice_from=None, closed_review=False
            )
        case (CaseStepKind.PROPOSE_RESOLUTION, _):
            return replace(moved, round=moved.round + 1, notice_from=None, closed_review=False)
        case (CaseStepKind.REOPEN, _):
            was_resolved = moved.resolved_on is not None
            return replace(
                moved,
                round=moved.round + 1,
                supported_since=act.on,
                first_measure_due_on=clocks.first_measure_due(act.on) if was_resolved else moved.first_measure_due_on,
                first_measure_on=None if was_resolved else moved.first_measure_on,
                resolved_on=None,
                watch_until=None,
                notice_from=None,
                closed_review=False,
            )
        case (CaseStepKind.DECLINE, _):
            return replace(moved, notice_from=None)
    return moved


def _require_note(kind: CaseStepKind, note: str) -> None:
    if kind in NOTE_REQUIRED and not note.strip():
        raise NoteRequired("Say why, so that the household can be told.", field="note")
    if len(note) > MAX_NOTE:
        raise NoteRequired(f"A note has at most {MAX_NOTE} characters.", field="note")


def _step(
    before: MonitoringCase | None, after: MonitoringCase, kind: CaseStepKind, act: Act, *, number: int
) -> CaseStep:
    return CaseStep(
        case_id=after.id,
        number=number,
        round=after.round,
        kind=kind,
        from_status=None if before is None else before.status,
        to_status=after.status,
        by=act.by,
        on=act.on,
        at=act.at,
        note=act.note.strip(),
    )
