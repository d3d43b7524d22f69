from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.identity import Actor
from contracts.households.v1 import events_pb2 as households
from risk_service.cases.tables import cases
from risk_service.clearances.domain import FrozenStatement
from tests.risk_service.desk import APPROVER, SPECIALIST, SUPPORT, Desk, Family
from tests.risk_service.integration.cases.journey import (
    CHECKS,
    NO_DROP,
    REVIEWER,
    checked_case,
    done,
    noon,
    opened_case,
    propose,
    read,
    step,
    take,
    visited,
)
from tests.risk_service.integration.signals.records import accident, hear, record

RECORD = """mutation M($input: RecordMeasureInput!) { recordMeasure(input: $input) { __typename
    ... on CaseMeasure { id } ... on Refused { code field } } }"""
CONFIRM = """mutation M($input: ConfirmMeasureInput!) { confirmMeasure(input: $input) { __typename
    ... on CaseMeasure { id confirmedBy } ... on Refused { code field } } }"""
CLEAR = """mutation C($input: ClearAlertInput!) { clearAlert(input: $input) { __typename
    ... on Alert { status } ... on Refused { code } } }"""


async def measure(desk: Desk, case_id: str, on: str) -> str:
    version = (await read(desk, case_id))["version"]
    given = {
        "idempotencyKey": str(uuid4()),
        "caseId": case_id,
        "expectedVersion": version,
        "type": "HEALTH_AID",
        "deliveredOn": on,
    }
    answer = (await desk.ask(SUPPORT, RECORD, {"input": given}))["recordMeasure"]
    assert answer["__typename"] == "CaseMeasure", answer
    found: str = answer["id"]
    return found


async def confirm(desk: Desk, actor: Actor, measure_id: str) -> dict[str, Any]:
    given = {"idempotencyKey": str(uuid4()), "measureId": measure_id}
    found: dict[str, Any] = (await desk.ask(actor, CONFIRM, {"input": given}))["confirmMeasure"]
    return found


async def resolution(desk: Desk, case_id: str, **changes: object) -> dict[str, Any]:
    given = {
        "largeExpensesSettled": True,
        "checks": CHECKS,
        "incomeStableSince": "2020-09-01",
        **changes,
    }
    return await take(desk, SPECIALIST, "proposeResolution", case_id, kind="ProposeResolutionInput", **given)


async def supported_case(desk: Desk, record_id: str) -> tuple[Family, str]:
    """Opened on 29 September 2020, one confirmed measure, its warning cleared; now it is 29 March 2021."""
    family, case_id = await opened_case(desk, record_id)
    measure_id = await measure(desk, case_id, "2020-09-29")
    assert (await confirm(desk, family.actor(), measure_id))["__typename"] == "CaseMeasure"
    (alert,) = await desk.open_alerts(family)
    given = {
        "alertId": str(alert.id),
        "reason": "The bill is paid.",
        "howBillWasPaid": "Insurance.",
        "expectedVersion": alert.version,
    }
    assert (await desk.ask(APPROVER, CLEAR, {"input": given}))["clearAlert"] == {
        "__typename": "Alert",
        "status": "CLEARED",
    }
    desk.clock.at = noon("2021-03-29")
    # 6,900 a head in the year of the 6,000 line.
    await desk.statement(family, "27600.00", as_of="2021-03-28", received=NO_DROP)
    return family, case_id


async def resolved_case(desk: Desk, record_id: str) -> tuple[Family, str]:
    family, case_id = await supported_case(desk, record_id)
    assert (await resolution(desk, case_id))["status"] == "RESOLUTION_PROPOSED"
    await done(desk, SPECIALIST, "holdCommunityReview", case_id, "RESOLUTION_REVIEWED")
    await done(desk, SPECIALIST, "publishNotice", case_id, "RESOLUTION_ON_NOTICE", kind="PublishNoticeInput")
    await done(desk, REVIEWER, "checkCase", case_id, "RESOLUTION_CHECKED")
    desk.clock.advance(timedelta(days=5))
    await done(desk, APPROVER, "approveCase", case_id, "RESOLVED")
    return family, case_id


async def confirmed(desk: Desk, *, since: str, until: str) -> set[UUID]:
    """Households that fell back between the days."""
    async with desk.begin() as uow:
        return await uow.watch.confirmed(since=date.fromisoformat(since), until=date.fromisoformat(until))


async def test_a18_a_case_is_resolved_after_six_months_with_the_same_steps(desk: Desk) -> None:
    family, case_id = await resolved_case(desk, "R1")
    found = await read(desk, case_id)

    assert (found["status"], found["round"], found["resolvedOn"], found["watchUntil"]) == (
        "RESOLVED",
        2,
        "2021-04-03",
        "2021-07-02",
    )
    assert [one["kind"] for one in found["steps"]][5:] == [
        "PROPOSE_RESOLUTION",
        "HOLD_REVIEW",
        "PUBLISH_NOTICE",
        "CHECK",
        "APPROVE",
    ]
    (frozen,) = [
        one for one in desk.freezer.frozen.values() if one.household_id == family.id and one.as_of.year == 2021
    ]
    async with desk.begin() as uow:
        assert await uow.connection.scalar(select(cases.c.statement_id).where(cases.c.id == UUID(case_id))) == frozen.id


async def test_a18_a_day_before_six_months_it_is_refused(desk: Desk) -> None:
    _, case_id = await supported_case(desk, "R2")
    desk.clock.at = noon("2021-03-28")
    assert (await resolution(desk, case_id))["code"] == "RESOLUTION_TOO_EARLY"
    assert (await read(desk, case_id))["status"] == "OPEN"


@pytest.mark.parametrize(
    ("_case", "changes", "code"),
    [
        (
            "A18: water",
            {"checks": [*CHECKS[:5], {"subject": "DRINKING_WATER", "result": "PROBLEM"}]},
            "CHECKS_NOT_ALL_OK",
        ),
        ("a check is missing", {"checks": CHECKS[:5]}, "CHECKS_NOT_ALL_OK"),
        ("expenses", {"largeExpensesSettled": False}, "EXPENSES_NOT_SETTLED"),
        ("not stable", {"incomeStableSince": "2020-09-30"}, "INCOME_NOT_STABLE"),
        ("no reason", {"note": ""}, "CASE_NOTE_REQUIRED"),
        ("an older version", {"expectedVersion": 1}, "VERSION_CONFLICT"),
    ],
)
async def test_a_resolution_that_lacks_something_is_refused_and_nothing_changes(
    desk: Desk, _case: str, changes: dict[str, object], code: str
) -> None:
    _, case_id = await supported_case(desk, f"R3-{_case}")
    before = await read(desk, case_id)
    assert (await resolution(desk, case_id, **changes))["code"] == code
    assert await read(desk, case_id) == before


async def test_a18_a_household_with_nobody_able_to_work_stays_supported(desk: Desk) -> None:
    family, case_id = await supported_case(desk, "R4")
    message = households.HouseholdChanged(
        household_id=str(family.id),
        code="H99999",
        area_path=family.area_path,
        registration_history=households.REGISTRATION_HISTORY_NEVER_REGISTERED,
        monitoring_category=households.MONITORING_CATEGORY_NEAR_POOR_AT_RISK,
        safe_housing=True,
        safe_water=True,
    )
    for member_id in family.members:
        message.members.add(
            member_id=str(member_id),
            date_of_birth="1950-05-05",
            labour_capacity=households.LABOUR_CAPACITY_NONE,
            counted=True,
        )
    await desk.hear(message, subject=family.id, area_path=family.area_path)
    assert (await resolution(desk, case_id))["code"] == "NOBODY_ABLE_TO_WORK"
    assert (await read(desk, case_id))["status"] == "OPEN"


async def test_the_decision_freezes_the_statement_and_judges_it_anew(desk: Desk) -> None:
    family, case_id = await supported_case(desk, "R5")
    await resolution(desk, case_id)
    await done(desk, SPECIALIST, "holdCommunityReview", case_id, "RESOLUTION_REVIEWED")
    await done(desk, SPECIALIST, "publishNotice", case_id, "RESOLUTION_ON_NOTICE", kind="PublishNoticeInput")
    await done(desk, REVIEWER, "checkCase", case_id, "RESOLUTION_CHECKED")
    assert (await take(desk, APPROVER, "approveCase", case_id))["code"] == "NOTICE_RUNNING"
    assert not [one for one in desk.freezer.frozen.values() if one.as_of.year == 2021]
    desk.clock.advance(timedelta(days=5))
    desk.freezer.away = True
    assert (await take(desk, APPROVER, "approveCase", case_id))["code"] == "STATEMENT_UNAVAILABLE"
    desk.freezer.away = False
    desk.freezer.nets = ("20000.00", "20000.00", "20000.00")
    assert (await take(desk, APPROVER, "approveCase", case_id))["code"] == "INCOME_NOT_OVER_LINE"
    assert (await read(desk, case_id))["status"] == "RESOLUTION_CHECKED"
    (frozen,) = [one for one in desk.freezer.frozen.values() if one.as_of.year == 2021]
    assert isinstance(frozen, FrozenStatement)
    assert frozen.household_id == family.id


async def test_the_same_key_approves_once(desk: Desk) -> None:
    _, case_id = await checked_case(desk, "R6")
    desk.clock.at = noon("2020-09-29")
    given = {"idempotencyKey": "approve-once", "caseId": case_id, "expectedVersion": 4, "note": ""}
    document = step("approveCase")
    first = (await desk.ask(APPROVER, document, {"input": given}))["approveCase"]
    assert first == {"__typename": "MonitoringCase", "id": case_id, "status": "OPEN", "version": 5}
    assert (await desk.ask(APPROVER, document, {"input": given}))["approveCase"] == first


async def test_a19_a_red_event_reopens_the_resolved_case_and_keeps_its_history(desk: Desk) -> None:
    family, case_id = await resolved_case(desk, "R7")
    desk.clock.at = noon("2021-05-10")
    await hear(desk, family, record(family, on="2021-05-10", accident=accident(severe=True)))
    found = await read(desk, case_id, actor=SPECIALIST)

    assert (found["status"], found["round"], found["supportedSince"], found["watchUntil"]) == (
        "REOPENED",
        3,
        "2021-05-10",
        None,
    )
    assert (found["identifiedOn"], found["firstMeasureDueOn"], found["firstMeasureOn"]) == (
        "2020-09-29",
        "2021-06-09",
        None,
    )
    assert len(found["steps"]) == 11
    last = found["steps"][-1]
    assert (last["kind"], last["fromStatus"], last["toStatus"]) == ("REOPEN", "RESOLVED", "REOPENED")
    assert (await propose(desk, family, channel="SELF_REPORT", clueOn="2021-05-10"))["code"] == "CASE_ALREADY_OPEN"
    # What an event reopened by itself is not yet confirmed by anybody.
    assert family.id not in await confirmed(desk, since="2020-09-29", until="2021-05-10")
    assert family.id in await confirmed(desk, since="2020-09-28", until="2020-09-29")


async def test_a_yellow_event_leaves_a_resolved_case_to_a_person(desk: Desk) -> None:
    family, case_id = await resolved_case(desk, "R8")
    await desk.bill(family, "2500.00", record_id="R8-again", on="2021-04-03")
    assert (await read(desk, case_id))["status"] == "RESOLVED"
    await done(desk, REVIEWER, "reopenCase", case_id, "REOPENED")
    assert family.id in await confirmed(desk, since="2020-09-29", until="2021-04-03")


async def test_a_measure_is_confirmed_by_another_person_once(desk: Desk) -> None:
    family, case_id = await opened_case(desk, "R9")
    measure_id = await measure(desk, case_id, "2020-09-29")
    assert (await confirm(desk, SUPPORT, measure_id))["code"] == "FORBIDDEN"
    stranger = await desk.family()
    assert (await confirm(desk, stranger.actor(), measure_id))["code"] in {"FORBIDDEN", "MEASURE_NOT_FOUND"}
    answer = await confirm(desk, family.actor(), measure_id)
    assert answer["confirmedBy"] == family.actor().subject
    assert (await confirm(desk, SPECIALIST, measure_id))["code"] == "MEASURE_ALREADY_CONFIRMED"


async def test_a_family_whose_proposal_was_declined_may_be_proposed_again(desk: Desk) -> None:
    family = await desk.family()
    await desk.statement(family, "18000.00", received=NO_DROP)
    alert = await visited(desk, family, "R10")
    first = await propose(desk, family, alertId=str(alert.id))
    await done(desk, APPROVER, "declineCase", first["id"], "NOT_IDENTIFIED")
    again = await propose(desk, family, alertId=str(alert.id))
    assert (again["status"], again["id"] == first["id"]) == ("PROPOSED", False)
