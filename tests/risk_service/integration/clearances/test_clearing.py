"""A10 and A11 on a real database, through the graph."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from chassis.identity import Actor, Role
from contracts.risk.v1 import events_pb2 as risk
from risk_service.alerts.domain import Alert, AlertStatus
from tests.risk_service.desk import APPROVER, ELSEWHERE, SPECIALIST, Desk, Family, Json
from tests.risk_service.factories import COUNTY, VILLAGE
from tests.risk_service.watching import CHANGES, watching

CLEAR = """mutation Clear($input: ClearAlertInput!) { clearAlert(input: $input) {
    __typename
    ... on Refused { code field }
    ... on Alert { status watchUntil version household { id }
      clearance { reason howBillWasPaid statementId statementAsOf decidedBy watchUntil contestableUntil
        received { perCapitaNet { amount } perCapitaAfterExpenses { amount } }
        runRate { netTotal { amount } perCapitaNet { amount } perCapitaAfterExpenses { amount } }
        incomeTest { basis line { amount } exceeds } } } } }"""
REPORT = """mutation Report($input: ReportVisitInput!) { reportVisit(input: $input) {
    __typename ... on VisitReport { id outcome needs } ... on Refused { code field } } }"""


async def red(desk: Desk, record_id: str) -> tuple[Family, Alert]:
    family = await desk.family()
    await desk.bill(family, "10318.18", record_id=record_id)
    (alert,) = await desk.open_alerts(family)
    return family, alert


async def visited(desk: Desk, record_id: str) -> tuple[Family, Alert]:
    family, alert = await red(desk, record_id)
    assert (await report(desk, alert, key=record_id))["__typename"] == "VisitReport"
    (seen,) = await desk.open_alerts(family)
    return family, seen


async def report(desk: Desk, alert: Alert, *, key: str, actor: Actor = SPECIALIST, **changes: object) -> Json:
    async with desk.begin() as uow:
        task = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    given = {
        "idempotencyKey": f"visit-{key}",
        "taskId": str(task.id),
        "visitedOn": "2020-09-18",
        "findings": "The child is recovering at home; the father keeps his post.",
        "outcome": "NO_LASTING_RISK",
        "needs": ["CHILDCARE"],
        "checks": [{"subject": "MEDICAL_CARE", "result": "OK"}, {"subject": "DRINKING_WATER", "result": "OK"}],
        **changes,
    }
    data = await desk.ask(actor, REPORT, {"input": given})
    result: Json = data["reportVisit"]
    return result


async def clear(desk: Desk, alert: Alert, *, actor: Actor = APPROVER, **changes: object) -> Json:
    given = {
        "alertId": str(alert.id),
        "reason": "Income goes on and the bill is settled: no lasting risk.",
        "howBillWasPaid": "From savings and a loan within the family.",
        "asOf": "2020-09-18",
        "expectedVersion": alert.version,
        **changes,
    }
    data = await desk.ask(actor, CLEAR, {"input": given})
    result: Json = data["clearAlert"]
    return result


async def require_unchanged(desk: Desk, family: Family, alert: Alert) -> None:
    assert await desk.open_alerts(family) == [alert]
    async with desk.begin() as uow:
        assert await uow.clearances.by_alert([alert.id]) == {}
        assert await uow.signals.cleared_of([family.id], alert.factor) == []
    assert not any(isinstance(message, risk.AlertCleared) for message in await desk.published(about=alert.id))


async def test_a11_an_alert_without_a_visit_is_not_cleared(desk: Desk) -> None:
    family, alert = await red(desk, "A11")

    assert await clear(desk, alert) == {"__typename": "Refused", "code": "VERIFICATION_REQUIRED", "field": None}
    await require_unchanged(desk, family, alert)
    assert desk.freezer.frozen == {}


async def test_a10_the_specialist_who_visited_may_not_clear(desk: Desk) -> None:
    family, alert = await visited(desk, "A10-1")

    refused = await clear(desk, alert, actor=SPECIALIST)
    assert refused == {"__typename": "Refused", "code": "FORBIDDEN", "field": None}
    await require_unchanged(desk, family, alert)


async def test_a10_four_eyes_hold_for_somebody_with_both_roles(desk: Desk) -> None:
    both = Actor(
        subject="specialist-1",
        roles=frozenset({Role.VILLAGE_SPECIALIST, Role.COUNTY_APPROVER}),
        areas=(COUNTY, VILLAGE),
    )
    family, alert = await visited(desk, "A10-2")

    assert (await clear(desk, alert, actor=both))["code"] == "FORBIDDEN"
    await require_unchanged(desk, family, alert)


async def test_a10_a_second_person_of_the_county_clears_with_both_figures_side_by_side(desk: Desk) -> None:
    family, alert = await visited(desk, "A10-3")
    statements = desk.freezer.frozen

    cleared = await clear(desk, alert)

    assert cleared == {
        "__typename": "Alert",
        "status": "CLEARED",
        "watchUntil": "2020-12-17",
        "version": 3,
        "household": {"id": str(family.id)},
        "clearance": {
            "reason": "Income goes on and the bill is settled: no lasting risk.",
            "howBillWasPaid": "From savings and a loan within the family.",
            "statementId": str(statements[alert.id].id),
            "statementAsOf": "2020-09-18",
            "decidedBy": "approver-1",
            "watchUntil": "2020-12-17",
            "contestableUntil": "2020-10-18",
            "received": {"perCapitaNet": {"amount": "5475.00"}, "perCapitaAfterExpenses": {"amount": "2895.46"}},
            "runRate": {
                "netTotal": {"amount": "32400.00"},
                "perCapitaNet": {"amount": "8100.00"},
                "perCapitaAfterExpenses": {"amount": "5520.46"},
            },
            "incomeTest": {"basis": "RUN_RATE_12M", "line": {"amount": "5000.00"}, "exceeds": True},
        },
    }
    data = await desk.ask(
        family.actor(),
        """query Own($id: ID!) { notifications { edges { node { kind } } }
            _entities(representations: [{__typename: "Household", id: $id}]) { ... on Household {
              watchUntil openAlerts { id } alerts { edges { node { status } } } } } }""",
        {"id": str(family.id)},
    )
    assert data == {
        "notifications": {
            "edges": [{"node": {"kind": kind}} for kind in ("ALERT_CLEARED", "VISIT_REPORTED", "ALERT_RAISED")]
        },
        "_entities": [
            {
                "watchUntil": "2020-12-17",
                "openAlerts": [],
                "alerts": {"edges": [{"node": {"status": "CLEARED"}}]},
            }
        ],
    }


async def test_a10_clearing_publishes_no_change_of_any_benefit(desk: Desk) -> None:
    _, alert = await visited(desk, "A10-4")
    before = len(await desk.published())
    await clear(desk, alert)

    said = (await desk.published())[before:]
    assert [type(message).__name__ for message in said] == [
        "AlertCleared",
        "NotificationRequested",
        "NotificationRequested",
    ]
    assert isinstance(said[0], risk.AlertCleared)
    assert (said[0].watch_until, said[0].statement_id) == ("2020-12-17", str(desk.freezer.frozen[alert.id].id))


@pytest.mark.parametrize(
    ("_case", "changes", "code", "field"),
    [
        ("no reason", {"reason": " "}, "REASON_REQUIRED", "reason"),
        ("no note", {"howBillWasPaid": ""}, "NOTE_ON_BILL_REQUIRED", "howBillWasPaid"),
        ("another basis", {"basis": "RECEIVED_12M"}, "BASIS_NOT_OF_POLICY", "basis"),
        ("a day to come", {"asOf": "2020-09-19"}, "AS_OF_INVALID", "asOf"),
        ("an older version", {"expectedVersion": 1}, "VERSION_CONFLICT", "expectedVersion"),
        ("no such alert", {"alertId": "01890000-0000-7000-8000-00000000dead"}, "ALERT_NOT_FOUND", "alertId"),
    ],
)
async def test_a_clearing_without_its_grounds_changes_nothing(
    desk: Desk, _case: str, changes: dict[str, Any], code: str, field: str
) -> None:
    family, alert = await visited(desk, f"G-{_case}")

    assert await clear(desk, alert, **changes) == {"__typename": "Refused", "code": code, "field": field}
    await require_unchanged(desk, family, alert)
    assert desk.freezer.frozen == {}


async def test_another_county_may_not_clear(desk: Desk) -> None:
    family, alert = await visited(desk, "G-county")

    assert (await clear(desk, alert, actor=ELSEWHERE))["__typename"] == "Refused"
    await require_unchanged(desk, family, alert)


async def test_a_households_service_that_is_away_stops_the_clearing_until_it_is_back(desk: Desk) -> None:
    family, alert = await visited(desk, "G-away")
    desk.freezer.away = True
    assert (await clear(desk, alert))["code"] == "STATEMENT_UNAVAILABLE"
    await require_unchanged(desk, family, alert)

    desk.freezer.away = False
    assert (await clear(desk, alert))["__typename"] == "Alert"


async def test_an_income_not_over_the_line_stops_the_clearing(desk: Desk) -> None:
    family, alert = await visited(desk, "G-income")
    desk.freezer.nets = ("20000.00", "20000.00", "20000.00")

    assert (await clear(desk, alert))["code"] == "INCOME_TEST_NOT_MET"
    await require_unchanged(desk, family, alert)


async def test_a_statement_frozen_for_another_day_is_not_passed_off_as_this_one(desk: Desk) -> None:
    family, alert = await visited(desk, "G-day")
    await desk.freezer.freeze(household_id=family.id, as_of=alert.raised_on, decision_id=alert.id)
    desk.clock.advance(timedelta(days=1))

    refused = await clear(desk, alert, asOf="2020-09-19")
    assert refused == {"__typename": "Refused", "code": "STATEMENT_FROZEN_FOR_OTHER_DAY", "field": "asOf"}
    assert (await clear(desk, alert))["__typename"] == "Alert"


async def test_what_was_cleared_does_not_warn_again_and_a_new_bill_over_a_line_does(desk: Desk) -> None:
    family, alert = await visited(desk, "N-1")
    await clear(desk, alert)
    await desk.bill(family, "2000.00", record_id="N-2")
    assert await desk.open_alerts(family) == []

    await desk.bill(family, "0.01", record_id="N-3")
    (fresh,) = await desk.open_alerts(family)
    assert (fresh.id != alert.id, fresh.amount, fresh.cleared_before) == (
        True,
        Decimal("2000.01"),
        Decimal("10318.18"),
    )


async def test_a_reimbursement_after_the_clearing_hides_nothing_of_the_next_bill(desk: Desk) -> None:
    family, alert = await visited(desk, "N-4")
    await clear(desk, alert)
    await desk.bill(family, "-2000.00", record_id="N-5", corrects="N-4")
    await desk.bill(family, "3500.00", record_id="N-6")

    (fresh,) = await desk.open_alerts(family)
    assert (fresh.amount, fresh.level.name) == (Decimal("3500.00"), "RED")


async def test_an_escalation_after_the_visit_asks_for_another_visit(desk: Desk) -> None:
    family = await desk.family()
    await desk.bill(family, "2500.00", record_id="N-7")
    (alert,) = await desk.open_alerts(family)
    await report(desk, alert, key="N-7")
    await desk.bill(family, "2500.00", record_id="N-8")
    (again,) = await desk.open_alerts(family)

    assert again.status is AlertStatus.OPEN
    assert (await clear(desk, again))["code"] == "VERIFICATION_REQUIRED"
    assert (await report(desk, again, key="N-8"))["__typename"] == "VisitReport"


async def test_two_who_clear_at_once_make_one_clearance(desk: Desk) -> None:
    import asyncio

    _, alert = await visited(desk, "N-9")
    other = replace(APPROVER, subject="approver-2")
    answers = await asyncio.gather(clear(desk, alert), clear(desk, alert, actor=other))

    assert sorted(answer["__typename"] for answer in answers) == ["Alert", "Refused"]
    assert {answer.get("code") for answer in answers} == {None, "ALERT_ALREADY_CLEARED"}


async def test_whoever_follows_alerts_is_told_of_each_step_until_the_clearing(desk: Desk) -> None:
    start = str((await desk.ask(APPROVER, "{ alertChangedCursor }"))["alertChangedCursor"])
    family, red_alert = await red(desk, "CH-1")
    await desk.bill(family, "100.00", record_id="CH-2")
    await report(desk, red_alert, key="CH-1")
    (seen,) = await desk.open_alerts(family)
    await clear(desk, seen)
    await desk.bill(await desk.family(), "2500.00", record_id="CH-3")

    async with watching(desk, VILLAGE, after=start, document=CHANGES) as listener:
        told = [await listener.next() for _ in range(5)]
    assert [one["kind"] for one in told] == ["RAISED", "AMOUNT_CHANGED", "VISITED", "CLEARED", "RAISED"]
    # As it stands now, not as it stood then.
    assert {one["alert"]["amount"]["amount"] for one in told[:4]} == {"10418.18"}

    async with watching(desk, VILLAGE, after=start) as listener:
        assert [(await listener.next())["cursor"] for _ in range(2)] == [told[0]["cursor"], told[4]["cursor"]]
