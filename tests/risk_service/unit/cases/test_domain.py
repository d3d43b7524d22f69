from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from risk_service.cases.clocks import Deadline
from risk_service.cases.domain import advance, begin_case, delivered, missed, reopen_for_alert
from risk_service.cases.refusals import (
    CaseChanged,
    CaseDateInvalid,
    NoteRequired,
    NoticeRunning,
    OtherPersonRequired,
    StepNotPossible,
)
from risk_service.cases.states import WAYS, CaseStatus, CaseStepKind
from risk_service.policy.domain import AlertLevel
from tests.risk_service.unit.cases.invented import (
    APPROVER,
    CLOCKS,
    REVIEWER,
    SPECIALIST,
    Story,
    act,
    begun,
    checked,
    identified,
    kinds,
    opened,
    proposed,
    resolved,
)

K = CaseStepKind


def test_a14_a_notice_hangs_five_full_days_before_the_county_decides() -> None:
    story = checked(noticed_on=date(2020, 9, 24))
    for day in (date(2020, 9, 27), date(2020, 9, 28)):
        with pytest.raises(NoticeRunning):
            story.step(K.APPROVE, day, APPROVER)

    assert story.case.status is CaseStatus.CHECKED
    opened_case = story.step(K.APPROVE, date(2020, 9, 29), APPROVER)
    assert (opened_case.status, opened_case.identified_on) == (CaseStatus.OPEN, date(2020, 9, 29))
    assert opened_case.first_measure_due_on == date(2020, 10, 29)


def test_a14_an_undecided_case_is_found_the_day_after_its_fifteenth() -> None:
    case = checked().case
    assert case.decision_due_on == date(2020, 10, 3)
    assert missed(case, today=date(2020, 10, 3)) == ()
    assert missed(case, today=date(2020, 10, 4)) == ((Deadline.DECISION, date(2020, 10, 3)),)


def test_a17_a_month_without_a_measure_is_found() -> None:
    case = identified(date(2021, 3, 1))
    assert missed(case, today=date(2021, 3, 31)) == ()
    assert missed(case, today=date(2021, 4, 1)) == ((Deadline.FIRST_MEASURE, date(2021, 3, 31)),)
    helped = identified(date(2021, 3, 1), first_measure_on=date(2021, 3, 31))
    assert missed(helped, today=date(2021, 4, 1)) == ()


def test_a19_a_red_event_reopens_a_resolved_case_and_keeps_its_history() -> None:
    story = resolved(date(2021, 9, 10))
    assert (story.case.status, story.case.watch_until) == (CaseStatus.RESOLVED, date(2021, 12, 14))
    assert story.case.on_watch(date(2021, 12, 14))
    assert not story.case.on_watch(date(2021, 12, 15))
    before = list(story.log)

    found = reopen_for_alert(story.case, AlertLevel.RED, act(date(2022, 1, 20), "system"), log=story.log, clocks=CLOCKS)
    assert found is not None
    case, event = found
    assert (case.status, case.round, case.supported_since) == (CaseStatus.REOPENED, 3, date(2022, 1, 20))
    assert (case.identified_on, case.resolved_on, case.watch_until) == (date(2020, 9, 29), None, None)
    assert (case.first_measure_due_on, case.first_measure_on) == (date(2022, 2, 19), None)
    assert event.step.number == len(before) + 1
    assert kinds(before)[:5] == ["PROPOSE", "HOLD_REVIEW", "PUBLISH_NOTICE", "CHECK", "APPROVE"]


def test_a_yellow_event_leaves_reopening_to_a_person() -> None:
    story = resolved(date(2021, 9, 10))
    assert reopen_for_alert(story.case, AlertLevel.YELLOW, act(date(2021, 10, 1)), log=story.log, clocks=CLOCKS) is None
    assert story.step(K.REOPEN, date(2021, 10, 1), REVIEWER).status is CaseStatus.REOPENED


def test_a_red_event_ends_a_resolution_under_way_and_leaves_an_open_case_alone() -> None:
    story = opened()
    assert reopen_for_alert(story.case, AlertLevel.RED, act(date(2020, 10, 1)), log=story.log, clocks=CLOCKS) is None
    story.step(K.PROPOSE_RESOLUTION, date(2021, 4, 1), SPECIALIST)
    found = reopen_for_alert(story.case, AlertLevel.RED, act(date(2021, 4, 2)), log=story.log, clocks=CLOCKS)
    assert found is not None
    assert found[0].status is CaseStatus.REOPENED


def test_every_other_step_is_refused_in_every_state() -> None:
    refused = 0
    for status, kind in product(CaseStatus, CaseStepKind):
        if (status, kind) in WAYS:
            continue
        case = replace(proposed(), status=status)
        with pytest.raises(StepNotPossible):
            advance(
                case,
                kind,
                act(date(2020, 9, 29), "another"),
                log=(),
                visitors=(),
                clocks=CLOCKS,
                expected_version=1,
            )
        refused += 1
    assert (refused, len(WAYS)) == (len(CaseStatus) * len(CaseStepKind) - 23, 23)


def test_every_state_but_the_refused_proposal_leads_back_to_support() -> None:
    reachable = {CaseStatus.PROPOSED}
    while True:
        more = {to for (status, _), to in WAYS.items() if status in reachable} - reachable
        if not more:
            break
        reachable |= more
    assert reachable == set(CaseStatus)
    assert {status for status in CaseStatus if not any(one == status for one, _ in WAYS)} == {CaseStatus.NOT_IDENTIFIED}


@pytest.mark.parametrize("kind", [K.APPROVE, K.DECLINE])
@pytest.mark.parametrize("by", [SPECIALIST, REVIEWER])
def test_who_took_a_step_before_does_not_decide(kind: CaseStepKind, by: str) -> None:
    story = checked()
    with pytest.raises(OtherPersonRequired):
        story.step(kind, date(2020, 9, 29), by)


def test_who_visited_does_not_check() -> None:
    story = begun()
    story.visitors = frozenset({"specialist-2"})
    story.step(K.HOLD_REVIEW, date(2020, 9, 23), SPECIALIST)
    story.publish(date(2020, 9, 24))
    with pytest.raises(OtherPersonRequired):
        story.step(K.CHECK, date(2020, 9, 24), "specialist-2")


def test_who_opened_a_case_may_decide_on_its_resolution() -> None:
    """Another round: four eyes are asked for within one."""
    assert resolved(date(2021, 9, 10)).case.status is CaseStatus.RESOLVED


def test_a_closed_review_hangs_no_notice_and_waits_for_none() -> None:
    story = begun()
    story.step(K.HOLD_REVIEW, date(2020, 9, 23), SPECIALIST)
    shown = story.publish(date(2020, 9, 24), closed=True)
    assert (shown.notice_from, shown.closed_review) == (None, True)
    story.step(K.CHECK, date(2020, 9, 24), REVIEWER)
    assert story.step(K.APPROVE, date(2020, 9, 25), APPROVER).status is CaseStatus.OPEN


def test_a_declined_resolution_leaves_the_household_supported() -> None:
    story = opened()
    story.step(K.PROPOSE_RESOLUTION, date(2021, 4, 1), SPECIALIST)
    declined = story.step(K.DECLINE, date(2021, 4, 2), APPROVER)
    assert (declined.status, declined.supported_since) == (CaseStatus.OPEN, date(2020, 9, 29))


@pytest.mark.parametrize("note", ["", "   ", "x" * 2001])
def test_a_no_says_why(note: str) -> None:
    story = checked()
    with pytest.raises(NoteRequired):
        story.step(K.DECLINE, date(2020, 9, 29), APPROVER, note)


def test_a_step_on_an_older_version_is_refused() -> None:
    story = begun()
    with pytest.raises(CaseChanged):
        advance(
            story.case,
            K.HOLD_REVIEW,
            act(date(2020, 9, 23)),
            log=story.log,
            visitors=(),
            clocks=CLOCKS,
            expected_version=2,
        )


def test_a_clue_cannot_come_after_today() -> None:
    with pytest.raises(CaseDateInvalid):
        begin_case(proposed(clue_on=date(2020, 9, 22)), act(date(2020, 9, 21)))


def test_a16_help_before_the_decision_marks_the_green_channel() -> None:
    helped = delivered(begun().case, on=date(2020, 9, 18), today=date(2020, 9, 21))
    assert (helped.green_channel, helped.first_measure_on, helped.status) == (
        True,
        date(2020, 9, 18),
        CaseStatus.PROPOSED,
    )
    later = delivered(opened().case, on=date(2020, 10, 1), today=date(2020, 10, 1))
    assert (later.green_channel, later.first_measure_on) == (False, date(2020, 10, 1))


@pytest.mark.parametrize("on", [date(2020, 9, 17), date(2020, 9, 22)])
def test_a_measure_lies_between_the_clue_and_today(on: date) -> None:
    with pytest.raises(CaseDateInvalid):
        delivered(begun().case, on=on, today=date(2020, 9, 21))


def test_nothing_is_delivered_to_a_case_that_was_not_opened() -> None:
    story = begun()
    story.step(K.DECLINE, date(2020, 9, 22), APPROVER)
    with pytest.raises(StepNotPossible):
        delivered(story.case, on=date(2020, 9, 22), today=date(2020, 9, 22))


def test_the_log_tells_each_step_with_its_person_and_day() -> None:
    story: Story = opened()
    assert [(step.number, step.kind.value, step.by, step.on, step.to_status.value) for step in story.log] == [
        (1, "PROPOSE", SPECIALIST, date(2020, 9, 21), "PROPOSED"),
        (2, "HOLD_REVIEW", SPECIALIST, date(2020, 9, 23), "REVIEWED"),
        (3, "PUBLISH_NOTICE", SPECIALIST, date(2020, 9, 24), "ON_NOTICE"),
        (4, "CHECK", REVIEWER, date(2020, 9, 24), "CHECKED"),
        (5, "APPROVE", APPROVER, date(2020, 9, 29), "OPEN"),
    ]
