from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.identity import Actor, Role
from risk_service.alerts.domain import Alert
from risk_service.verification.domain import TaskStatus, VerificationTask
from tests.risk_service.desk import (
    APPROVER,
    NEIGHBOUR,
    SPECIALIST,
    STAFF,
    SUPPORT,
    UNPAIRED,
    Desk,
    Family,
)
from tests.risk_service.factories import COUNTY, VILLAGE

REPORT = """mutation R($input: ReportVisitInput!) { reportVisit(input: $input) { __typename
    ... on VisitReport { id visitedOn manner outcome needs findings visitor { id } spokeWith { id }
      checks { subject result note } }
    ... on Refused { code field } } }"""
REFUSE = """mutation R($input: RefuseVisitInput!) { refuseVisit(input: $input) { __typename
    ... on VerificationTask { preferredManner status dueOn version } ... on Refused { code field } } }"""


async def asked(desk: Desk, record_id: str, amount: str = "10318.18") -> tuple[Family, Alert, VerificationTask]:
    family = await desk.family()
    await desk.bill(family, amount, record_id=record_id)
    (alert,) = await desk.open_alerts(family)
    return family, alert, await task_of(desk, alert)


async def task_of(desk: Desk, alert: Alert) -> VerificationTask:
    async with desk.begin() as uow:
        return (await uow.verification.newest_by_alert([alert.id]))[alert.id]


async def report(desk: Desk, task: VerificationTask, *, actor: Actor = SPECIALIST, **changes: object) -> dict[str, Any]:
    given = {
        "idempotencyKey": str(uuid4()),
        "taskId": str(task.id),
        "visitedOn": "2020-09-18",
        "findings": "Recovering.",
        "outcome": "NO_LASTING_RISK",
        **changes,
    }
    result: dict[str, Any] = (await desk.ask(actor, REPORT, {"input": given}))["reportVisit"]
    return result


async def refuse(
    desk: Desk, task: VerificationTask, instead: str, *, actor: Actor, version: int | None = None
) -> dict[str, Any]:
    given = {"taskId": str(task.id), "instead": instead, "expectedVersion": version or task.version}
    result: dict[str, Any] = (await desk.ask(actor, REFUSE, {"input": given}))["refuseVisit"]
    return result


async def test_a_report_keeps_who_was_there_whom_they_spoke_with_and_what_they_found(desk: Desk) -> None:
    family, alert, task = await asked(desk, "V1")
    answer = await report(
        desk,
        task,
        spokeWith=[str(family.members[1])],
        needs=["CHILDCARE"],
        checks=[{"subject": "HOUSING", "result": "PROBLEM", "note": "Roof."}],
    )

    assert answer.pop("id")
    assert answer == {
        "__typename": "VisitReport",
        "visitedOn": "2020-09-18",
        "manner": "HOME",
        "outcome": "NO_LASTING_RISK",
        "needs": ["CHILDCARE"],
        "findings": "Recovering.",
        "visitor": {"id": "01890000-0000-7000-8000-0000000000d2"},
        "spokeWith": [{"id": str(family.members[1])}],
        "checks": [{"subject": "HOUSING", "result": "PROBLEM", "note": "Roof."}],
    }
    (seen,) = await desk.open_alerts(family)
    assert (seen.status.value, seen.version, (await task_of(desk, alert)).status) == ("VISITED", 2, TaskStatus.DONE)
    names = [type(message).__name__ for message in await desk.published(about=task.id)]
    assert names == ["VerificationTaskAssigned", "VisitReported"]


async def test_the_same_key_makes_one_report_and_another_body_is_refused(desk: Desk) -> None:
    _, _, task = await asked(desk, "V2")
    key = str(uuid4())
    first = await report(desk, task, idempotencyKey=key)
    assert await report(desk, task, idempotencyKey=key) == first
    again = await report(desk, task, idempotencyKey=key, findings="Something else.")
    assert again == {"__typename": "Refused", "code": "IDEMPOTENCY_KEY_REUSED", "field": "idempotencyKey"}
    assert (await report(desk, task))["code"] == "VERIFICATION_TASK_ALREADY_DONE"


OUTSIDER = Actor(subject="specialist-8", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=(COUNTY,))


@pytest.mark.parametrize(
    ("_case", "actor", "code"),
    [
        ("specialist of another village", NEIGHBOUR, "VERIFICATION_TASK_NOT_FOUND"),
        ("a specialist with the whole county but no seat in the village", OUTSIDER, "FORBIDDEN"),
        ("county approver", APPROVER, "FORBIDDEN"),
        ("paired officer", SUPPORT, "FORBIDDEN"),
        ("employment staff", STAFF, "FORBIDDEN"),
    ],
)
async def test_nobody_else_reports_a_visit(desk: Desk, _case: str, actor: Actor, code: str) -> None:
    family, alert, task = await asked(desk, f"V3-{_case}")

    assert (await report(desk, task, actor=actor))["code"] == code
    assert await desk.open_alerts(family) == [alert]
    assert await task_of(desk, alert) == task


async def test_another_specialist_of_the_same_village_reports(desk: Desk) -> None:
    colleague = Actor(subject="specialist-5", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=(VILLAGE,))
    _, _, task = await asked(desk, "V4")
    colleague_id = UUID("01890000-0000-7000-8000-0000000000d5")
    await desk.officer(colleague_id, "specialist-5", Role.VILLAGE_SPECIALIST)

    answer = await report(desk, task, actor=colleague)
    await desk.officer(colleague_id, "specialist-5", Role.VILLAGE_SPECIALIST, active=False)
    assert answer["visitor"] == {"id": str(colleague_id)}


@pytest.mark.parametrize(
    ("_case", "changes", "code", "field"),
    [
        ("tomorrow", {"visitedOn": "2020-09-19"}, "VISIT_DATE_INVALID", "visitedOn"),
        ("before the alert", {"visitedOn": "2020-09-17"}, "VISIT_DATE_INVALID", "visitedOn"),
        ("nothing found", {"findings": "  "}, "INVALID_INPUT", "findings"),
        ("a stranger", {"spokeWith": ["01890000-0000-7000-8000-00000000beef"]}, "INVALID_INPUT", "spokeWith"),
        ("no such task", {"taskId": "01890000-0000-7000-8000-00000000beef"}, "VERIFICATION_TASK_NOT_FOUND", "taskId"),
        ("no key", {"idempotencyKey": ""}, "INVALID_INPUT", "idempotencyKey"),
    ],
)
async def test_a_wrong_report_is_refused_by_field(
    desk: Desk, _case: str, changes: dict[str, Any], code: str, field: str
) -> None:
    family, alert, task = await asked(desk, f"V5-{_case}")

    assert await report(desk, task, **changes) == {"__typename": "Refused", "code": code, "field": field}
    assert await desk.open_alerts(family) == [alert]


async def test_a_refused_home_visit_changes_where_one_meets_and_nothing_else(desk: Desk) -> None:
    family, alert, task = await asked(desk, "V6")
    answer = await refuse(desk, task, "PHONE", actor=family.actor())

    assert answer == {
        "__typename": "VerificationTask",
        "preferredManner": "PHONE",
        "status": "ASSIGNED",
        "dueOn": "2020-09-23",
        "version": task.version + 1,
    }
    assert await desk.open_alerts(family) == [alert]
    assert (await report(desk, task))["code"] == "HOME_VISIT_REFUSED"
    assert (await report(desk, task, manner="PHONE"))["manner"] == "PHONE"


@pytest.mark.parametrize(
    ("actor", "allowed"), [(SUPPORT, True), (SPECIALIST, True), (UNPAIRED, False), (APPROVER, False)]
)
async def test_who_may_note_the_household_s_choice(desk: Desk, actor: Actor, allowed: bool) -> None:
    _, _, task = await asked(desk, f"V7-{actor.subject}")
    answer = await refuse(desk, task, "OFFICE", actor=actor)
    assert answer["__typename"] == ("VerificationTask" if allowed else "Refused")
    assert answer.get("code") == (None if allowed else "FORBIDDEN")


async def test_another_household_may_not_choose(desk: Desk) -> None:
    _, _, task = await asked(desk, "V8")
    stranger = await desk.family()
    assert (await refuse(desk, task, "PHONE", actor=stranger.actor()))["code"] == "FORBIDDEN"


async def test_a_choice_on_an_older_version_is_refused(desk: Desk) -> None:
    family, _, task = await asked(desk, "V9")
    answer = await refuse(desk, task, "PHONE", actor=family.actor(), version=task.version - 1)
    assert (answer["code"], answer["field"]) == ("VERSION_CONFLICT", "expectedVersion")


async def test_a_second_unasked_home_visit_within_thirty_days_is_capped(desk: Desk) -> None:
    family, alert, task = await asked(desk, "V10", "2500.00")
    await report(desk, task)
    async with desk.begin() as uow:
        # Closed by hand, as a clearing would: the next bill raises a new yellow alert.
        from risk_service.alerts.domain import clear

        (seen,) = await uow.alerts.open_of_household(family.id)
        done, _ = clear(seen, at=uow.now, statement_id=alert.id, watch_until=alert.raised_on)
        await uow.alerts.put(done)
        from risk_service.signals.domain import sums_to_clear
        from tests.risk_service.factories import default_pack

        signals = await uow.signals.current(family.id, alert.factor)
        sums = sums_to_clear(signals, year=default_pack().policy_year)
        await uow.signals.put_cleared(family.id, alert.factor, family.area_path, sums)
    desk.clock.advance(timedelta(days=10))
    await desk.bill(family, "2500.00", record_id="V11", on="2020-09-28")
    (again,) = await desk.open_alerts(family)
    task = await task_of(desk, again)

    assert (await report(desk, task, visitedOn="2020-09-28"))["code"] == "VISIT_CAP"
    assert (await report(desk, task, visitedOn="2020-09-28", manner="OFFICE"))["__typename"] == "VisitReport"


async def test_the_work_list_holds_a_specialist_s_visits_and_an_approver_s_decisions(desk: Desk) -> None:
    document = """query W($area: AreaPath) { workList(area: $area) { totalCount
        edges { node { kind level overdue alert { id } } } } }"""
    village = "99/01/01/007/201/"
    own = Actor(subject="specialist-7", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=(village,))
    await desk.officer(
        UUID("01890000-0000-7000-8000-0000000000d7"), "specialist-7", Role.VILLAGE_SPECIALIST, seat=village
    )
    alerts: list[Alert] = []
    for number, amount in enumerate(["2500.00", "3500.00"]):
        family = await desk.family(area_path=village)
        await desk.bill(family, amount, record_id=f"V12-{number}")
        alerts += await desk.open_alerts(family)
    await report(desk, await task_of(desk, alerts[0]), actor=own)
    desk.clock.advance(timedelta(days=6))

    visits = (await desk.ask(own, document, {"area": village}))["workList"]
    decisions = (await desk.ask(APPROVER, document, {"area": village}))["workList"]
    assert visits == {
        "totalCount": 1,
        "edges": [{"node": {"kind": "VISIT", "level": "RED", "overdue": True, "alert": {"id": str(alerts[1].id)}}}],
    }
    assert decisions == {
        "totalCount": 1,
        "edges": [
            {"node": {"kind": "DECIDE", "level": "YELLOW", "overdue": False, "alert": {"id": str(alerts[0].id)}}}
        ],
    }


async def test_tasks_are_listed_by_due_date_with_those_nobody_has(desk: Desk) -> None:
    document = """query T($area: AreaPath, $filter: TaskFilterInput) { verificationTasks(area: $area, filter: $filter) {
        totalCount edges { node { status dueOn assignee { id } alert { id } } } } }"""
    village = "99/01/01/008/201/"
    found: list[str] = []
    for number, amount in enumerate(["2500.00", "3500.00"]):
        family = await desk.family(area_path=village)
        await desk.bill(family, amount, record_id=f"V13-{number}")
        found += [str(alert.id) for alert in await desk.open_alerts(family)]

    data = await desk.ask(APPROVER, document, {"area": village, "filter": {"status": ["UNASSIGNED"]}})
    assert data["verificationTasks"] == {
        "totalCount": 2,
        "edges": [
            {"node": {"status": "UNASSIGNED", "dueOn": day, "assignee": None, "alert": {"id": alert_id}}}
            for day, alert_id in [("2020-09-23", found[1]), ("2020-10-09", found[0])]
        ],
    }
    overdue = await desk.ask(APPROVER, document, {"area": village, "filter": {"overdue": True}})
    assert overdue["verificationTasks"] == {"totalCount": 0, "edges": []}


async def test_a_household_that_moves_takes_its_alert_and_task_to_the_new_village(desk: Desk) -> None:
    village = "99/01/01/009/201/"
    mover = UUID("01890000-0000-7000-8000-0000000000d8")
    await desk.officer(mover, "specialist-9v", Role.VILLAGE_SPECIALIST, seat=village)
    family, alert, _ = await asked(desk, "V14")
    await desk.family(area_path=village, known=family)

    (moved,) = await desk.open_alerts(family)
    task = await task_of(desk, alert)
    assert (moved.area_path, task.area_path, task.assignee_id) == (village, village, mover)
    assert (await desk.ask(SPECIALIST, "{ alerts { edges { node { id } } } }"))["alerts"] is not None
    async with desk.begin(SPECIALIST) as uow:
        assert await uow.alerts.open_of_household(family.id) == []


async def test_notifications_are_one_s_own_and_can_be_marked_read(desk: Desk) -> None:
    document = "{ notifications(unreadOnly: true) { totalCount edges { node { id kind alert { id } } } } }"
    family, alert, _ = await asked(desk, "V15")

    listed = (await desk.ask(family.actor(), document))["notifications"]
    assert isinstance(listed, dict)
    (edge,) = listed["edges"]
    assert (edge["node"]["kind"], edge["node"]["alert"]) == ("ALERT_RAISED", {"id": str(alert.id)})
    mark = """mutation M($ids: [ID!]!) { markNotificationsRead(input: {ids: $ids}) {
        ... on NotificationsRead { marked } } }"""
    stranger = await desk.family()
    ids = {"ids": [edge["node"]["id"]]}
    assert (await desk.ask(stranger.actor(), mark, ids))["markNotificationsRead"] == {"marked": 0}
    assert (await desk.ask(family.actor(), mark, ids))["markNotificationsRead"] == {"marked": 1}
    assert (await desk.ask(family.actor(), document))["notifications"] == {"totalCount": 0, "edges": []}
