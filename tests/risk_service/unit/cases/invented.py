"""A case on its way, with fixed values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from uuid import UUID

from risk_service.cases.categories import MonitoringCategory
from risk_service.cases.clocks import CaseClocks
from risk_service.cases.domain import Act, CaseStep, MonitoringCase, advance, begin_case, publish
from risk_service.cases.states import CaseStatus, CaseStepKind, DiscoveryChannel
from tests.risk_service.factories import HOUSEHOLD, VILLAGE

CASE = UUID("01890000-0000-7000-8000-0000000000c1")
CLUE = date(2020, 9, 18)
CLOCKS = CaseClocks()
SPECIALIST, REVIEWER, APPROVER = "specialist-1", "reviewer-1", "approver-1"


def act(on: date, by: str = SPECIALIST, note: str = "Because of it.") -> Act:
    return Act(by=by, at=datetime.combine(on, time(2), UTC), on=on, note=note)


def proposed(*, clue_on: date = CLUE) -> MonitoringCase:
    return MonitoringCase(
        id=CASE,
        number="2020-000001",
        household_id=HOUSEHOLD,
        area_path=VILLAGE,
        status=CaseStatus.PROPOSED,
        round=1,
        category=MonitoringCategory.NEAR_POOR_AT_RISK,
        channel=DiscoveryChannel.DEPARTMENT_SIGNAL,
        alert_id=None,
        clue_on=clue_on,
        decision_due_on=CLOCKS.decision_due(clue_on),
        serious_difficulty=False,
        green_channel=False,
        closed_review=False,
        notice_from=None,
        identified_on=None,
        supported_since=None,
        first_measure_due_on=None,
        first_measure_on=None,
        resolved_on=None,
        watch_until=None,
        policy_version="everywhere@2020.2",
        version=1,
    )


@dataclass(slots=True)
class Story:
    """A case and its log, moved step by step."""

    case: MonitoringCase
    log: list[CaseStep] = field(default_factory=list)
    visitors: frozenset[str] = frozenset()

    def step(self, kind: CaseStepKind, on: date, by: str, note: str = "Because of it.") -> MonitoringCase:
        moved, event = advance(
            self.case,
            kind,
            act(on, by, note),
            log=self.log,
            visitors=self.visitors,
            clocks=CLOCKS,
            expected_version=self.case.version,
        )
        return self._keep(moved, event.step)

    def publish(self, on: date, by: str = SPECIALIST, *, closed: bool = False) -> MonitoringCase:
        moved, event = publish(
            self.case, act(on, by), closed=closed, log=self.log, clocks=CLOCKS, expected_version=self.case.version
        )
        return self._keep(moved, event.step)

    def _keep(self, moved: MonitoringCase, step: CaseStep) -> MonitoringCase:
        self.case = moved
        self.log.append(step)
        return moved


def begun(*, clue_on: date = CLUE, on: date = date(2020, 9, 21)) -> Story:
    case, moved = begin_case(proposed(clue_on=clue_on), act(on))
    return Story(case=case, log=[moved.step])


def checked(*, noticed_on: date = date(2020, 9, 24)) -> Story:
    story = begun()
    story.step(CaseStepKind.HOLD_REVIEW, date(2020, 9, 23), SPECIALIST)
    story.publish(noticed_on)
    story.step(CaseStepKind.CHECK, noticed_on, REVIEWER)
    return story


def opened(on: date = date(2020, 9, 29)) -> Story:
    story = checked()
    story.step(CaseStepKind.APPROVE, on, APPROVER)
    return story


def resolved(on: date) -> Story:
    story = opened()
    story.step(CaseStepKind.PROPOSE_RESOLUTION, on, SPECIALIST)
    story.step(CaseStepKind.HOLD_REVIEW, on, SPECIALIST)
    story.publish(on)
    story.step(CaseStepKind.CHECK, on, REVIEWER)
    story.step(CaseStepKind.APPROVE, CLOCKS.notice_over(on), APPROVER)
    return story


def identified(on: date, *, first_measure_on: date | None = None) -> MonitoringCase:
    """Open since a day."""
    return replace(
        proposed(clue_on=on),
        status=CaseStatus.OPEN,
        identified_on=on,
        supported_since=on,
        first_measure_due_on=CLOCKS.first_measure_due(on),
        first_measure_on=first_measure_on,
    )


def kinds(log: Sequence[CaseStep]) -> list[str]:
    return [step.kind.value for step in log]
