from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from risk_service.policy.domain import AlertLevel, RiskFactor
from risk_service.verification.domain import (
    ContactManner,
    HomeVisitRefused,
    NotTheVisitor,
    Specialist,
    TaskAlreadyDone,
    TaskStatus,
    VerificationTask,
    Visit,
    VisitCap,
    VisitDateInvalid,
    VisitOutcome,
    assign,
    choose_specialist,
    complete,
    due,
    hasten,
    plan_task,
    prefer,
    require_visit_allowed,
    require_visitor,
)
from tests.risk_service.factories import HOUSEHOLD, NOW, VILLAGE, county_pack

ZONE = ZoneInfo("Asia/Shanghai")
TASK = UUID("01890000-0000-7000-8000-0000000000c1")
ALERT = UUID("01890000-0000-7000-8000-0000000000f1")


def specialist(number: int, area_path: str = VILLAGE, open_tasks: int = 0) -> Specialist:
    return Specialist(officer_id=UUID(int=number), subject=f"s-{number}", area_path=area_path, open_tasks=open_tasks)


def task(level: AlertLevel = AlertLevel.RED) -> VerificationTask:
    due_on, due_at = due(county_pack(), level=level, on=date(2020, 9, 18), zone=ZONE)
    return plan_task(
        id=TASK,
        alert_id=ALERT,
        household_id=HOUSEHOLD,
        area_path=VILLAGE,
        level=level,
        due_on=due_on,
        due_at=due_at,
        preferred_manner=ContactManner.HOME,
        at=NOW,
    )


def report(on: date = date(2020, 9, 21), manner: ContactManner = ContactManner.HOME, *, asked: bool = False) -> Visit:
    return Visit(
        id=UUID(int=9),
        task_id=TASK,
        alert_id=ALERT,
        household_id=HOUSEHOLD,
        area_path=VILLAGE,
        visitor_id=UUID(int=1),
        visitor_subject="s-1",
        visited_on=on,
        manner=manner,
        asked_by_household=asked,
        spoke_with=(),
        needs=(),
        outcome=VisitOutcome.NO_LASTING_RISK,
        findings="Recovering at home; income goes on.",
        note="",
        checks=(),
        reported_at=NOW,
    )


def test_a01_a_red_alert_on_a_friday_is_due_at_the_end_of_wednesday_where_people_live() -> None:
    found = task()
    assert found.due_on == date(2020, 9, 23)
    assert found.due_at == datetime(2020, 9, 23, 16, 0, tzinfo=UTC)


def test_a_yellow_alert_has_ten_working_days() -> None:
    assert task(AlertLevel.YELLOW).due_on == date(2020, 10, 9)


def test_the_village_comes_before_the_township_and_the_less_busy_first() -> None:
    township = specialist(1, "99/01/01/001/")
    busy, free = specialist(2, open_tasks=3), specialist(3, open_tasks=1)
    elsewhere = specialist(4, "99/01/01/001/202/")
    assert choose_specialist([township, busy, free, elsewhere], area_path=VILLAGE) == free
    assert choose_specialist([township, elsewhere], area_path=VILLAGE) == township
    assert choose_specialist([elsewhere], area_path=VILLAGE) is None


def test_a_task_without_a_specialist_is_listed_as_unassigned_and_given_later() -> None:
    laid, event = assign(task(), None)
    assert (laid.status, event) == (TaskStatus.UNASSIGNED, None)
    given, assigned = assign(laid, specialist(3))
    assert (given.status, given.assignee_subject, given.version) == (TaskStatus.ASSIGNED, "s-3", 2)
    assert assigned is not None
    assert assigned.assignee_id == UUID(int=3)


def test_an_escalation_brings_the_earlier_due_date() -> None:
    yellow = task(AlertLevel.YELLOW)
    due_on, due_at = due(county_pack(), level=AlertLevel.RED, on=date(2020, 9, 21), zone=ZONE)
    sooner = hasten(yellow, level=AlertLevel.RED, due_on=due_on, due_at=due_at)
    assert (sooner.level, sooner.due_on) == (AlertLevel.RED, date(2020, 9, 24))
    late_on, late_at = due(county_pack(), level=AlertLevel.RED, on=date(2020, 10, 9), zone=ZONE)
    assert hasten(yellow, level=AlertLevel.RED, due_on=late_on, due_at=late_at).due_on == date(2020, 10, 9)


def test_only_the_assigned_or_a_specialist_of_the_village_reports() -> None:
    given, _ = assign(task(), specialist(3))
    require_visitor(given, subject="s-3", own_areas=[])
    require_visitor(given, subject="s-9", own_areas=[VILLAGE])
    with pytest.raises(NotTheVisitor) as refused:
        require_visitor(given, subject="s-9", own_areas=["99/01/01/001/202/"])
    assert refused.value.code == "FORBIDDEN"


@pytest.mark.parametrize("day", [date(2020, 9, 17), date(2020, 9, 23)])
def test_a_visit_lies_between_the_alert_and_today(day: date) -> None:
    with pytest.raises(VisitDateInvalid):
        require_visit_allowed(
            task(), report(day), today=date(2020, 9, 22), raised_on=date(2020, 9, 18), last_unasked_home_visit=None
        )


def allow(found: VerificationTask, visit: Visit, last: date | None = None) -> None:
    require_visit_allowed(
        found, visit, today=date(2020, 10, 30), raised_on=date(2020, 9, 18), last_unasked_home_visit=last
    )


def test_a_household_that_refused_a_home_visit_is_seen_otherwise() -> None:
    refused = prefer(task(), ContactManner.PHONE)
    with pytest.raises(HomeVisitRefused):
        allow(refused, report())
    allow(refused, report(manner=ContactManner.PHONE))
    allow(refused, report(asked=True))


def test_refusing_a_visit_changes_nothing_but_where_one_meets() -> None:
    before = task()
    after = prefer(before, ContactManner.OFFICE)
    assert replace(after, preferred_manner=before.preferred_manner, version=before.version) == before


def test_a_second_unasked_home_visit_within_thirty_days_needs_a_red_alert() -> None:
    last = date(2020, 9, 1)
    with pytest.raises(VisitCap) as refused:
        allow(task(AlertLevel.YELLOW), report(date(2020, 9, 30)), last)
    assert refused.value.code == "VISIT_CAP"
    allow(task(AlertLevel.YELLOW), report(date(2020, 10, 1)), last)
    allow(task(AlertLevel.RED), report(date(2020, 9, 30)), last)
    allow(task(AlertLevel.YELLOW), report(date(2020, 9, 30), asked=True), last)


def test_a_visit_is_reported_once() -> None:
    done, event = complete(task(), report(), factor=RiskFactor.ILLNESS, records=())
    assert (done.status, done.done_at, event.visit.id) == (TaskStatus.DONE, NOW, UUID(int=9))
    with pytest.raises(TaskAlreadyDone):
        allow(done, report())
    with pytest.raises(TaskAlreadyDone):
        prefer(done, ContactManner.PHONE)


@pytest.mark.parametrize(
    ("_case", "red_open", "cap_days", "allowed"),
    [
        ("as shipped", False, 30, False),
        ("another alert of the household is red", True, 30, True),
        ("a policy with a shorter cap", False, 29, True),
    ],
)
def test_the_cap_is_the_policy_s_and_any_open_red_alert_lifts_it(
    _case: str, red_open: bool, cap_days: int, allowed: bool
) -> None:
    def visit_again() -> None:
        require_visit_allowed(
            task(AlertLevel.YELLOW),
            report(date(2020, 9, 30)),
            today=date(2020, 10, 30),
            raised_on=date(2020, 9, 18),
            last_unasked_home_visit=date(2020, 9, 1),
            red_open=red_open,
            cap_days=cap_days,
        )

    if allowed:
        visit_again()
        return
    with pytest.raises(VisitCap):
        visit_again()
