"""Monitoring cases through the public endpoint, from the clue to the resolution and back.

Moves the clock by months, so it comes after the story, whose family has its own morning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from chassis.identity import Role
from holdfast.demo.endpoint import Answer, next_event
from holdfast.demo.stage import COUNTY, refusal_code
from holdfast.demo.waiting import until
from tests.e2e.case_steps import CHECKS, REVIEWER, SPECIALIST, TOWNSHIP, VILLAGE, Home, Village
from tests.e2e.county import County

CHANGED = """
subscription Changed($area: AreaPath!) {
  alertChanged(area: $area) { kind alert { id factor level household { id } } }
}
"""
REFUSE = """
mutation Refuse($input: RefuseVisitInput!) {
  refuseVisit(input: $input) {
    __typename ... on VerificationTask { preferredManner dueOn status } ... on Refused { code message }
  }
}
"""
TOLD = (
    "query Told($id: ID!) { household(id: $id) { assessment { likelihood reasons { logit } } openAlerts { level } } }"
)
PRECISION = """
query Precision($area: AreaPath!) {
  visitPrecision(by: RULE, area: $area, since: "2021-03-01", until: "2021-04-01") {
    factor level visits trueRisk precision
  }
}
"""
OVERDUE = """
query Overdue($area: AreaPath!) {
  monitoringCases(area: $area, filter: {overdue: true}, first: 50) { edges { node { id } } }
}
"""
A_YEAR_OF_5_800 = {
    "group": "PRODUCTION",
    "kind": "CROPS",
    "rhythm": "YEARLY",
    "amount": "11600.00",
    "periodFrom": "2020-10-20",
    "periodTo": "2020-10-20",
}
A_YEAR_OF_9_000 = {
    "group": "WAGE",
    "kind": "LOCAL_JOB",
    "rhythm": "MONTHLY",
    "amount": "1500.00",
    "periodFrom": "2020-01-01",
}


@dataclass(slots=True, kw_only=True)
class Journey:
    """The three families of A13 and their cases, as they go from test to test."""

    village: Village
    graduated: Home
    never: Home
    sudden: Home
    cases: dict[str, str]


def bill(number: str, home: Home, amount: str) -> dict[str, object]:
    return {
        "recordId": number,
        "person": {"idNumber": home.id_number},
        "eventType": "SETTLEMENT",
        "eventDate": "2021-03-01",
        "purposeCode": "MONITORING",
        "oopAmount": amount,
    }


async def resolution(village: Village, case_id: str, checks: Sequence[Mapping[str, str]] = CHECKS) -> str:
    return await village.step(
        village.specialist,
        "proposeResolution",
        case_id,
        kind="ProposeResolutionInput",
        largeExpensesSettled=True,
        checks=checks,
        incomeStableSince="2021-01-01",
    )


@pytest.fixture(scope="module")
async def journey(county: County) -> Journey:
    village = Village(county=county)
    village.on("2021-03-01")
    return Journey(
        village=village,
        graduated=await village.register(1, "GRADUATED", A_YEAR_OF_5_800),
        never=await village.register(2, "NEVER_REGISTERED", A_YEAR_OF_5_800),
        sudden=await village.register(3, "NEVER_REGISTERED", A_YEAR_OF_9_000),
        cases={},
    )


async def test_whoever_listens_is_told_of_the_warning_of_the_visit_and_of_nothing_elsewhere(
    county: County, journey: Journey
) -> None:
    village = journey.village
    reviewer = county.caller(Role.TOWNSHIP_REVIEWER, TOWNSHIP, subject=REVIEWER)
    async with reviewer.subscribe(CHANGED, {"area": VILLAGE}) as events:

        async def heard(kind: str) -> Answer:
            event = (await next_event(events, seconds=30)).at("alertChanged")
            while (event.text("kind"), event.text("alert.factor")) != (kind, "ILLNESS"):
                event = (await next_event(events, seconds=30)).at("alertChanged")
            return event

        (_, linked, *_) = await county.send("HEALTH_INSURANCE", "E2E-A13", bill("A13-3", journey.sudden, "40000"))
        assert linked == 1
        raised = await heard("RAISED")
        assert (raised.text("alert.level"), raised.text("alert.household.id")) == ("RED", journey.sudden.id)
        await village.visit(await village.alert(journey.sudden, "ILLNESS"), "LASTING_RISK")
        assert (await heard("VISITED")).text("alert.id") == raised.text("alert.id")

    elsewhere = county.caller(Role.TOWNSHIP_REVIEWER, "99/01/01/001/", subject="township-reviewer-001")
    whole = await elsewhere.ask_whole(
        "query Where($area: AreaPath!) { alerts(area: $area) { totalCount } }", {"area": VILLAGE}
    )
    assert whole.text("errors.0.extensions.code") == "FORBIDDEN"


async def test_a21_a_family_that_will_not_be_visited_is_phoned_and_nothing_else_changes(journey: Journey) -> None:
    village, home = journey.village, journey.graduated
    alert = await village.alert(home, "INCOME_DROP")

    async def told() -> Answer | None:
        found = (await village.approver.ask(TOLD, {"id": home.id})).at("household")
        return found if found.at("assessment").value is not None else None

    before = await until("The likelihood", told)
    wanted = {
        "taskId": alert.text("task.id"),
        "instead": "PHONE",
        "expectedVersion": alert.number("task.version"),
    }
    chosen = (await village.member(home).ask(REFUSE, {"input": wanted})).at("refuseVisit")
    assert chosen.text("preferredManner") == "PHONE"
    assert (await village.approver.ask(TOLD, {"id": home.id})).at("household").value == before.value
    await village.visit(alert, "LASTING_RISK", manner="PHONE")


async def test_a13_the_category_follows_from_history_income_and_what_was_found(journey: Journey) -> None:
    village = journey.village
    unvisited = await village.alert(journey.never, "INCOME_DROP")
    assert (await village.propose(journey.never, alertId=unvisited.text("id"))).text("code") == "RISK_NOT_CONFIRMED"

    graduated = await village.alert(journey.graduated, "INCOME_DROP")
    found = await village.propose(journey.graduated, alertId=graduated.text("id"))
    assert (found.text("category"), found.text("status")) == ("GRADUATED_UNSTABLE", "PROPOSED")
    journey.cases["graduated"] = found.text("id")

    await village.visit(unvisited, "LASTING_RISK")
    found = await village.propose(journey.never, alertId=unvisited.text("id"))
    assert found.text("category") == "NEAR_POOR_AT_RISK"
    journey.cases["never"] = found.text("id")

    ill = await village.alert(journey.sudden, "ILLNESS")
    above = await village.propose(journey.sudden, alertId=ill.text("id"))
    assert above.text("code") == "MONITORING_CATEGORY_NOT_FOUND"
    found = await village.propose(journey.sudden, alertId=ill.text("id"), seriousDifficulty=True)
    assert found.text("category") == "SUDDEN_HARDSHIP"
    journey.cases["sudden"] = found.text("id")


async def test_a16_help_may_come_before_the_papers(journey: Journey) -> None:
    village, case_id = journey.village, journey.cases["graduated"]
    await village.record_measure(case_id, "TEMPORARY_RELIEF")
    found = await village.case(case_id)
    assert (found.at("greenChannel").value, found.text("status")) == (True, "PROPOSED")


async def test_a15_a_notice_that_names_somebody_is_refused(journey: Journey) -> None:
    village, case_id = journey.village, journey.cases["sudden"]
    village.on("2021-03-07")
    assert await village.step(village.specialist, "holdCommunityReview", case_id) == "REVIEWED"
    for words in (journey.sudden.id_number, "Call 19900000001", "The illness of the wife"):
        refused = await village.step(
            village.specialist, "publishNotice", case_id, kind="PublishNoticeInput", text=words
        )
        assert refused == "NOTICE_NOT_ALLOWED", words
    published = await village.step(village.specialist, "publishNotice", case_id, kind="PublishNoticeInput")
    assert published == "ON_NOTICE"


async def test_who_took_a_step_or_visited_neither_checks_nor_decides_in_whatever_role(
    county: County, journey: Journey
) -> None:
    village, case_id = journey.village, journey.cases["sudden"]
    in_township = county.caller(Role.TOWNSHIP_REVIEWER, TOWNSHIP, subject=SPECIALIST)
    assert await village.step(village.specialist, "checkCase", case_id) == "FORBIDDEN"
    assert await village.step(in_township, "checkCase", case_id) == "FORBIDDEN"
    assert await village.step(village.reviewer, "checkCase", case_id) == "CHECKED"
    village.on("2021-03-13")
    for subject in (SPECIALIST, REVIEWER):
        in_county = county.caller(Role.COUNTY_APPROVER, COUNTY, subject=subject)
        assert await village.step(in_county, "approveCase", case_id) == "FORBIDDEN", subject
    assert (await village.case(case_id)).text("status") == "CHECKED"


async def test_a14_the_county_waits_for_five_full_days_of_notice_and_no_longer_than_fifteen(journey: Journey) -> None:
    village, sudden, graduated = journey.village, journey.cases["sudden"], journey.cases["graduated"]
    await village.reviewed_and_checked(graduated)
    assert await village.step(village.approver, "approveCase", graduated) == "NOTICE_RUNNING"
    assert await village.step(village.approver, "approveCase", sudden) == "OPEN"
    found = await village.case(sudden)
    assert (found.text("identifiedOn"), found.text("firstMeasureDueOn")) == ("2021-03-13", "2021-04-12")
    assert [step.text("by") for step in found.items("steps")] == [
        SPECIALIST,
        SPECIALIST,
        SPECIALIST,
        REVIEWER,
        "county-approver-1",
    ]

    # Nobody decides about the third: 15 days after the clue of the first of March it is told, and only told.
    village.on("2021-03-17")

    async def overdue() -> Answer | None:
        late = await village.approver.ask(OVERDUE, {"area": VILLAGE})
        ids = late.texts("monitoringCases.edges", "node.id")
        return await village.case(journey.cases["never"]) if journey.cases["never"] in ids else None

    late = await until("The missed deadline", overdue)
    assert late.at("missedDeadlines").value == [{"deadline": "DECISION", "dueOn": "2021-03-16"}]
    assert late.text("status") == "PROPOSED"


async def test_a17_a_month_without_a_measure_is_a_clue_about_the_offices(journey: Journey) -> None:
    village, case_id = journey.village, journey.cases["sudden"]
    village.on("2021-04-13")

    async def missed() -> Answer | None:
        found = (await village.case(case_id)).at("missedDeadlines")
        return found if found.value else None

    found = await until("The missed deadline", missed)
    assert found.value == [{"deadline": "FIRST_MEASURE", "dueOn": "2021-04-12"}]
    measure = await village.record_measure(case_id, "HEALTH_AID")
    assert (await village.confirm_measure(village.specialist, measure)).text("__typename") == "Refused"
    confirmed = await village.confirm_measure(village.member(journey.sudden), measure)
    assert confirmed.text("__typename") == "CaseMeasure"


async def test_the_household_sees_its_own_case_and_no_neighbour_does(journey: Journey) -> None:
    village, case_id = journey.village, journey.cases["sudden"]
    own = await village.case(case_id, village.member(journey.sudden))
    assert own.text("category") == "SUDDEN_HARDSHIP"
    assert (await village.case(case_id, village.member(journey.never))).value is None


async def test_a18_a_case_is_resolved_after_six_months_and_not_with_bad_water(journey: Journey) -> None:
    village, case_id = journey.village, journey.cases["sudden"]
    await village.clear(journey.sudden, "ILLNESS")
    water = [*CHECKS[:5], {"subject": "DRINKING_WATER", "result": "PROBLEM"}]
    village.on("2021-09-12")
    assert await resolution(village, case_id) == "RESOLUTION_TOO_EARLY"
    village.on("2021-09-13")
    assert await resolution(village, case_id, water) == "CHECKS_NOT_ALL_OK"
    assert await resolution(village, case_id) == "RESOLUTION_PROPOSED"
    await village.reviewed_and_checked(case_id, "RESOLUTION_")
    assert await village.step(village.approver, "approveCase", case_id) == "NOTICE_RUNNING"
    village.on("2021-09-18")
    assert await village.step(village.approver, "approveCase", case_id) == "RESOLVED"
    found = await village.case(case_id)
    assert (found.text("resolvedOn"), found.text("watchUntil")) == ("2021-09-18", "2021-12-17")


async def test_a19_a_red_accident_reopens_it_and_its_history_is_kept(county: County, journey: Journey) -> None:
    village, case_id = journey.village, journey.cases["sudden"]
    before = await village.case(case_id)
    village.on("2021-10-20")
    accident = {
        "recordId": "A19-1",
        "person": {"idNumber": journey.sudden.id_number},
        "eventType": "TRAFFIC_ACCIDENT",
        "eventDate": "2021-10-19",
        "purposeCode": "VICTIM_RELIEF",
        "uncompensatedLoss": "5000.01",
    }
    assert await county.send("TRAFFIC", "E2E-A19", accident) == (1, 1, 0, 0, 0)

    async def reopened() -> Answer | None:
        found = await village.case(case_id)
        return found if found.text("status") == "REOPENED" else None

    found = await until("The reopened case", reopened)
    assert (await village.alert(journey.sudden, "ACCIDENT")).text("level") == "RED"
    steps = found.items("steps")
    assert [step.value for step in steps[:-1]] == [step.value for step in before.items("steps")]
    assert (steps[-1].text("kind"), found.text("id")) == ("REOPEN", before.text("id"))
    # What is asked for by a resolution begins anew.
    early = await resolution(village, case_id)
    assert early == "RESOLUTION_TOO_EARLY"


async def test_what_the_visits_found_is_told_without_small_groups_and_not_to_the_village(
    county: County, journey: Journey
) -> None:
    supervisor = county.caller(Role.SUPERVISOR, COUNTY, subject="supervisor-1")
    rows = (await supervisor.ask(PRECISION, {"area": COUNTY})).items("visitPrecision")
    told = {(row.text("factor"), row.text("level")): row for row in rows}
    assert {("ILLNESS", "RED"), ("INCOME_DROP", "RED")} <= set(told)
    # Three households stand behind them: no figure of so few is given.
    assert {row.at("visits").value for row in rows} == {None}
    assert {row.at("precision").value for row in rows} == {None}
    whole = await journey.village.specialist.ask_whole(PRECISION, {"area": VILLAGE})
    assert refusal_code(whole, "visitPrecision") == "FORBIDDEN"
