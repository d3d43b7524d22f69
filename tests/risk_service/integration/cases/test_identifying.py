from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.identity import Actor, Role
from chassis.timers import DueTimer
from contracts.risk.v1 import events_pb2 as messages
from risk_service.cases.deadlines import watch_clocks
from risk_service.cases.tables import case_measures, cases
from tests.risk_service.desk import (
    APPROVER,
    ELSEWHERE,
    NEIGHBOUR,
    SPECIALIST,
    STAFF,
    SUPPORT,
    UNPAIRED,
    Desk,
)
from tests.risk_service.factories import NOW
from tests.risk_service.integration.cases.journey import (
    NO_DROP,
    PROPOSE,
    REVIEWER,
    checked_case,
    done,
    noon,
    opened_case,
    propose,
    proposed_case,
    read,
    take,
    visited,
)

MEASURE = """mutation M($input: RecordMeasureInput!) { recordMeasure(input: $input) { __typename
    ... on CaseMeasure { id type deliveredOn recordedBy confirmedBy } ... on Refused { code field } } }"""


async def stored(desk: Desk, household_id: UUID) -> int:
    async with desk.begin() as uow:
        return len(list(await uow.connection.execute(select(cases.c.id).where(cases.c.household_id == household_id))))


async def test_a_case_is_identified_step_by_step_and_its_log_tells_by_whom(desk: Desk) -> None:
    family, case_id = await opened_case(desk, "C1")
    found = await read(desk, case_id)

    assert (found["status"], found["category"], found["round"], found["version"]) == (
        "OPEN",
        "NEAR_POOR_AT_RISK",
        1,
        5,
    )
    assert (found["identifiedOn"], found["firstMeasureDueOn"], found["missedDeadlines"]) == (
        "2020-09-29",
        "2020-10-29",
        [],
    )
    assert [(one["number"], one["kind"], one["toStatus"], one["by"], one["on"]) for one in found["steps"]] == [
        (1, "PROPOSE", "PROPOSED", "specialist-1", "2020-09-21"),
        (2, "HOLD_REVIEW", "REVIEWED", "specialist-1", "2020-09-24"),
        (3, "PUBLISH_NOTICE", "ON_NOTICE", "specialist-1", "2020-09-24"),
        (4, "CHECK", "CHECKED", "reviewer-1", "2020-09-24"),
        (5, "APPROVE", "OPEN", "approver-1", "2020-09-29"),
    ]
    told = await desk.published(about=UUID(case_id))
    assert [messages.CaseStatus.Name(one.status) for one in told if isinstance(one, messages.CaseChanged)] == [
        "CASE_STATUS_PROPOSED",
        "CASE_STATUS_REVIEWED",
        "CASE_STATUS_ON_NOTICE",
        "CASE_STATUS_CHECKED",
        "CASE_STATUS_OPEN",
    ]
    own = await desk.ask(
        family.actor(),
        "{ notifications(unreadOnly: true) { edges { node { kind alert { id } monitoringCase { id } } } } }",
    )
    of_the_case = [edge["node"] for edge in own["notifications"]["edges"] if edge["node"]["kind"] == "CASE_CHANGED"]
    assert of_the_case == 2 * [{"kind": "CASE_CHANGED", "alert": None, "monitoringCase": {"id": case_id}}]


async def test_a14_the_county_waits_for_five_full_days_of_notice(desk: Desk) -> None:
    _, case_id = await checked_case(desk, "C2")
    desk.clock.at = noon("2020-09-27")
    answer = await take(desk, APPROVER, "approveCase", case_id)
    assert answer["code"] == "NOTICE_RUNNING"
    assert (await read(desk, case_id))["status"] == "CHECKED"
    # Half past one in the night of the 29th, where the household lives; still the 28th in UTC.
    desk.clock.at = noon("2020-09-28").replace(hour=17, minute=30)
    await done(desk, APPROVER, "approveCase", case_id, "OPEN")
    assert (await read(desk, case_id))["identifiedOn"] == "2020-09-29"


async def test_a14_an_undecided_case_is_told_to_supervision_once(desk: Desk) -> None:
    _, case_id = await checked_case(desk, "C3")
    due = DueTimer(key="", due_at=NOW)
    # The evening of 3 October where the household lives is still in time; it is told the day after, once.
    for at in (noon("2020-10-03").replace(hour=15, minute=59), noon("2020-10-04"), noon("2020-10-05")):
        desk.clock.at = at
        async with desk.begin() as uow:
            await watch_clocks(uow, due)
        if at == noon("2020-10-03").replace(hour=15, minute=59):
            assert (await read(desk, case_id))["missedDeadlines"] == []
    told = [one for one in await desk.published(about=UUID(case_id)) if isinstance(one, messages.CaseDeadlineMissed)]

    assert [(one.deadline, one.due_on) for one in told] == [(messages.CASE_DEADLINE_DECISION, "2020-10-03")]
    assert (await read(desk, case_id))["missedDeadlines"] == [{"deadline": "DECISION", "dueOn": "2020-10-03"}]
    late = await desk.ask(
        APPROVER,
        """query L($area: AreaPath) { monitoringCases(area: $area, filter: {overdue: true}) { totalCount
            edges { node { id } } } }""",
        {"area": "99/01/01/"},
    )
    assert case_id in [edge["node"]["id"] for edge in late["monitoringCases"]["edges"]]


async def test_a17_a_month_without_a_measure_is_told_to_supervision(desk: Desk) -> None:
    _, case_id = await opened_case(desk, "C4")
    for day in ("2020-10-29", "2020-10-30"):
        desk.clock.at = noon(day)
        async with desk.begin() as uow:
            await watch_clocks(uow, DueTimer(key="", due_at=NOW))
    told = [one for one in await desk.published(about=UUID(case_id)) if isinstance(one, messages.CaseDeadlineMissed)]
    assert [(one.deadline, one.due_on) for one in told] == [(messages.CASE_DEADLINE_FIRST_MEASURE, "2020-10-29")]


@pytest.mark.parametrize(
    ("_case", "net", "changes", "code"),
    [
        ("above the line", "40000.00", {}, "MONITORING_CATEGORY_NOT_FOUND"),
        ("no alert named", "18000.00", {"alertId": None}, "RISK_NOT_CONFIRMED"),
        ("no reason", "18000.00", {"note": " "}, "CASE_NOTE_REQUIRED"),
        ("no such alert", "18000.00", {"alertId": str(uuid4())}, "ALERT_NOT_FOUND"),
        ("no such household", "18000.00", {"householdId": str(uuid4())}, "HOUSEHOLD_NOT_FOUND"),
    ],
)
async def test_a_wrong_proposal_is_refused_and_stores_nothing(
    desk: Desk, _case: str, net: str, changes: dict[str, str], code: str
) -> None:
    family = await desk.family()
    await desk.statement(family, net, received=NO_DROP)
    alert = await visited(desk, family, f"C5-{_case}")
    answer = await propose(desk, family, actor=SPECIALIST, **{"alertId": str(alert.id), **changes})
    assert answer["code"] == code
    assert await stored(desk, family.id) == 0


async def test_serious_difficulty_above_the_line_is_a_category_of_its_own(desk: Desk) -> None:
    family = await desk.family()
    await desk.statement(family, "40000.00", received=NO_DROP)
    alert = await visited(desk, family, "C6")
    answer = await propose(desk, family, alertId=str(alert.id), seriousDifficulty=True)
    assert (answer["category"], answer["decisionDueOn"]) == ("SUDDEN_HARDSHIP", "2020-10-03")


async def test_a_visit_that_found_no_lasting_risk_is_no_ground(desk: Desk) -> None:
    family = await desk.family()
    await desk.statement(family, "18000.00", received=NO_DROP)
    alert = await visited(desk, family, "C7", "NO_LASTING_RISK")
    assert (await propose(desk, family, alertId=str(alert.id)))["code"] == "RISK_NOT_CONFIRMED"


async def test_a_household_that_reports_itself_needs_no_alert(desk: Desk) -> None:
    family = await desk.family()
    await desk.statement(family, "18000.00", received=NO_DROP)
    answer = await propose(desk, family, channel="SELF_REPORT", clueOn="2020-09-17")
    assert (answer["status"], answer["clueOn"], answer["decisionDueOn"]) == ("PROPOSED", "2020-09-17", "2020-10-02")
    assert (await propose(desk, family, channel="SELF_REPORT", clueOn="2020-09-17"))["code"] == "CASE_ALREADY_OPEN"


async def test_the_same_key_proposes_once(desk: Desk) -> None:
    family = await desk.family()
    await desk.statement(family, "18000.00", received=NO_DROP)
    given = {
        "idempotencyKey": "propose-once",
        "householdId": str(family.id),
        "channel": "SELF_REPORT",
        "clueOn": "2020-09-17",
        "note": "Asked for help.",
    }
    first = (await desk.ask(SPECIALIST, PROPOSE, {"input": given}))["proposeCase"]
    assert (await desk.ask(SPECIALIST, PROPOSE, {"input": given}))["proposeCase"] == first
    other = (await desk.ask(SPECIALIST, PROPOSE, {"input": given | {"note": "Other."}}))["proposeCase"]
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert await stored(desk, family.id) == 1


BOTH = Actor(
    subject="specialist-1",
    roles=frozenset({Role.VILLAGE_SPECIALIST, Role.TOWNSHIP_REVIEWER, Role.COUNTY_APPROVER}),
    areas=("99/01/01/",),
)


async def test_four_eyes_hold_whatever_roles_one_person_has(desk: Desk) -> None:
    _, case_id = await checked_case(desk, "C8")
    desk.clock.at = noon("2020-09-29")
    for mutation in ("approveCase", "declineCase"):
        assert (await take(desk, BOTH, mutation, case_id))["code"] == "FORBIDDEN"
    assert (await read(desk, case_id))["status"] == "CHECKED"


@pytest.mark.parametrize(
    ("actor", "mutation"),
    [
        (SPECIALIST, "checkCase"),
        (SPECIALIST, "approveCase"),
        (REVIEWER, "approveCase"),
        (SUPPORT, "holdCommunityReview"),
        (STAFF, "declineCase"),
        (APPROVER, "checkCase"),
    ],
)
async def test_a_step_belongs_to_its_office(desk: Desk, actor: Actor, mutation: str) -> None:
    _, case_id = await proposed_case(desk, f"C9-{actor.subject}-{mutation}")
    assert (await take(desk, actor, mutation, case_id))["code"] == "FORBIDDEN"
    assert (await read(desk, case_id))["version"] == 1


async def test_a_case_is_seen_by_its_area_its_pair_and_the_family_only(desk: Desk) -> None:
    family, case_id = await proposed_case(desk, "C10")
    for actor in (SPECIALIST, REVIEWER, SUPPORT, family.actor()):
        assert (await read(desk, case_id, actor=actor))["id"] == case_id
    for actor in (NEIGHBOUR, ELSEWHERE, UNPAIRED, (await desk.family()).actor()):
        assert await read(desk, case_id, actor=actor) is None
    answer = await desk.answer(STAFF, "query C($id: ID!) { monitoringCase(id: $id) { id } }", {"id": case_id})
    assert answer["errors"][0]["code"] == "FORBIDDEN"
    assert (await take(desk, ELSEWHERE, "declineCase", case_id))["code"] == "CASE_NOT_FOUND"


async def test_a15_a_notice_with_somebody_s_number_does_not_hang(desk: Desk) -> None:
    _, case_id = await proposed_case(desk, "C11")
    await done(desk, SPECIALIST, "holdCommunityReview", case_id, "REVIEWED")
    answer = await take(desk, SPECIALIST, "publishNotice", case_id, kind="PublishNoticeInput", text="Call 13800000000.")
    assert (answer["code"], answer["field"]) == ("NOTICE_NOT_ALLOWED", "text")
    assert (await read(desk, case_id))["status"] == "REVIEWED"


async def test_a16_help_in_the_night_comes_before_the_papers(desk: Desk) -> None:
    family = await desk.family()
    case = await propose(desk, family, channel="GRASSROOTS_VISIT", clueOn="2020-09-18", emergency=True)
    assert (case["category"], case["greenChannel"]) == (None, True)
    given = {
        "idempotencyKey": str(uuid4()),
        "caseId": case["id"],
        "expectedVersion": case["version"],
        "type": "TEMPORARY_RELIEF",
        "deliveredOn": "2020-09-18",
    }
    answer = (await desk.ask(SUPPORT, MEASURE, {"input": given}))["recordMeasure"]
    assert (answer["type"], answer["recordedBy"], answer["confirmedBy"]) == ("TEMPORARY_RELIEF", "support-1", None)
    found = await read(desk, case["id"])
    assert (found["greenChannel"], found["firstMeasureOn"], found["status"]) == (True, "2020-09-18", "PROPOSED")
    refused = (await desk.ask(UNPAIRED, MEASURE, {"input": given | {"idempotencyKey": "x"}}))["recordMeasure"]
    assert refused["code"] == "FORBIDDEN"
    async with desk.begin() as uow:
        own = select(case_measures.c.id).where(case_measures.c.household_id == family.id)
        assert len(list(await uow.connection.execute(own))) == 1


async def test_a_household_shows_its_case_in_one_query_for_many(desk: Desk) -> None:
    family, case_id = await proposed_case(desk, "C12")
    others = [family, *[await desk.family() for _ in range(3)]]
    document = """query E($r: [_Any!]!) { _entities(representations: $r) { ... on Household { id
        case { id status } } } }"""
    with desk.statements() as sent:
        data = await desk.ask(
            APPROVER, document, {"r": [{"__typename": "Household", "id": str(one.id)} for one in others]}
        )
    assert [one["case"] for one in data["_entities"]] == [{"id": case_id, "status": "PROPOSED"}, None, None, None]
    assert len([one for one in sent if "FROM cases" in one]) == 1


async def test_a_case_moves_with_its_household(desk: Desk) -> None:
    family, case_id = await proposed_case(desk, "C13")
    await desk.family(known=family, area_path="99/01/01/001/202/")
    assert (await read(desk, case_id, actor=NEIGHBOUR))["steps"][0]["kind"] == "PROPOSE"
    assert await read(desk, case_id, actor=SPECIALIST) is None
