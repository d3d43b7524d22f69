"""The watch over the likelihood: history, drift, told against seen, overrides; and that none of it gives a person away."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from risk_service.assessments.batches import refit
from risk_service.monitoring.service import take_stock
from tests.risk_service.desk import ADMIN, APPROVER, SPECIALIST, STAFF, SUPPORT, UNPAIRED, Desk, Family
from tests.risk_service.factories import COUNTY

MONITORING = """query M($area: AreaPath!) { modelMonitoring(area: $area) { model households alarms since horizonMonths
    drift { feature index missing concern } feeds { department records medianDays }
    toldAndSeen { group households expected observed ratio concern } overrides { direction reason households }
    challenger { model } } }"""
TOLD = """query T($id: ID!, $asOf: Date) { _entities(representations: [{__typename: "Household", id: $id}]) {
    ... on Household { assessment(asOf: $asOf) { likelihood knownAt asOf level agreement overrides { reason note }
      reasons { raising { name } } } assessmentReadings { reader roles readOn } } } }"""
OVERRIDE = """mutation O($input: OverrideAssessmentInput!) { overrideAssessment(input: $input) {
    __typename ... on AssessmentOverride { direction reason note notedBy } ... on Refused { code } } }"""
LIST = """query L($area: AreaPath!, $orderBy: AssessmentOrder!, $band: LikelihoodBand, $after: String) {
    assessments(area: $area, orderBy: $orderBy, band: $band, first: 2, after: $after) { totalCount
      edges { cursor node { household { id } assessment { likelihood band } } } pageInfo { hasNextPage endCursor } } }"""


async def told(desk: Desk, actor_of: Family, as_of: str | None = None) -> dict[str, object]:
    data = await desk.ask(actor_of.actor(), TOLD, {"id": str(actor_of.id), "asOf": as_of})
    found: dict[str, object] = data["_entities"][0]
    return found


async def test_an_earlier_day_is_told_as_it_was_known_then(desk: Desk) -> None:
    family = await desk.family()
    await desk.statement(family, "30000.00")
    before = (await told(desk, family))["assessment"]
    desk.clock.advance(timedelta(days=3))
    await desk.bill(family, "9000.00", record_id="W1", on="2020-09-19")
    after = (await told(desk, family))["assessment"]
    then = (await told(desk, family, "2020-09-18"))["assessment"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert isinstance(then, dict)
    assert after["likelihood"] > before["likelihood"] == then["likelihood"]
    assert (then["asOf"], then["level"], then["agreement"]) == ("2020-09-18", None, None)
    assert after["level"] == "RED"
    assert (await told(desk, family, "2020-09-17"))["assessment"] is None


async def test_of_a_day_to_come_nothing_is_told(desk: Desk) -> None:
    family = await desk.family()
    await desk.statement(family, "30000.00")
    answer = await desk.answer(family.actor(), TOLD, {"id": str(family.id), "asOf": "2020-09-19"})
    assert [(one["code"], one["field"]) for one in answer["errors"]] == [("ASSESSMENT_DAY_INVALID", "asOf")]
    today = (await told(desk, family, "2020-09-18"))["assessment"]
    assert isinstance(today, dict)
    assert today["asOf"] == "2020-09-18"


async def test_the_household_sees_who_read_its_likelihood(desk: Desk) -> None:
    family = await desk.family()
    await desk.statement(family, "30000.00")
    for actor in (SPECIALIST, SPECIALIST, SUPPORT):
        await desk.ask(actor, TOLD, {"id": str(family.id)})
    await desk.ask(APPROVER, LIST, {"area": COUNTY, "orderBy": "BY_HOUSEHOLD"})
    readings = (await told(desk, family))["assessmentReadings"]
    assert isinstance(readings, list)
    assert [one["reader"] for one in readings if one["reader"] in {"specialist-1", "support-1"}] == [
        "specialist-1",
        "support-1",
    ]
    assert {one["readOn"] for one in readings} == {"2020-09-18"}
    assert (await desk.answer(UNPAIRED, TOLD, {"id": str(family.id)}))["errors"][0]["code"] == "FORBIDDEN"


async def test_a_person_may_disagree_and_nothing_changes(desk: Desk) -> None:
    family = await desk.family()
    await desk.statement(family, "30000.00")
    async with desk.begin() as uow:
        before = (await uow.assessments.many([family.id]))[family.id]
    given = {"householdId": str(family.id), "direction": "LESS_LIKELY", "reason": "NOT_IN_ANY_RECORD", "note": "Sold."}
    found = (await desk.ask(SPECIALIST, OVERRIDE, {"input": given}))["overrideAssessment"]
    assert found == {
        "__typename": "AssessmentOverride",
        "direction": "LESS_LIKELY",
        "reason": "NOT_IN_ANY_RECORD",
        "note": "Sold.",
        "notedBy": "specialist-1",
    }
    async with desk.begin() as uow:
        assert (await uow.assessments.many([family.id]))[family.id] == before
    refused = (await desk.ask(SPECIALIST, OVERRIDE, {"input": given | {"note": " "}}))["overrideAssessment"]
    assert refused == {"__typename": "Refused", "code": "OVERRIDE_NOTE_MISSING"}
    refused = (await desk.ask(UNPAIRED, OVERRIDE, {"input": given}))["overrideAssessment"]
    assert refused["code"] == "FORBIDDEN"


async def test_a_list_goes_by_whom_to_visit_in_pages_and_by_band(desk: Desk) -> None:
    families = [await desk.family() for _ in range(5)]
    for number, family in enumerate(families):
        await desk.statement(family, f"{8_000 + 15_000 * number}.00")
    asked = {"area": COUNTY, "orderBy": "VISITS_FIRST"}
    seen: list[float] = []
    after: str | None = None
    while True:
        page = (await desk.ask(APPROVER, LIST, asked | {"after": after}))["assessments"]
        seen += [edge["node"]["assessment"]["likelihood"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert len(seen) == page["totalCount"] >= 5
    assert seen == sorted(seen, reverse=True)
    high = (await desk.ask(APPROVER, LIST, asked | {"band": "HIGH"}))["assessments"]
    assert {edge["node"]["assessment"]["band"] for edge in high["edges"]} == {"HIGH"}
    for actor in (STAFF, families[0].actor()):
        assert (await desk.answer(actor, LIST, asked))["errors"][0]["code"] == "FORBIDDEN"


async def test_the_watch_tells_drift_lateness_and_told_against_seen_of_ten_households_and_more(desk: Desk) -> None:
    families = [await desk.family(members=2 + number % 3) for number in range(70)]
    for number, family in enumerate(families):
        await desk.statement(family, f"{25_000 + 700 * number}.00")
    for number, family in enumerate(families[:12]):
        await desk.bill(family, "500.00", record_id=f"L{number}", on="2020-09-08")
    async with desk.begin() as uow:
        await refit(uow)
        ids = [family.id for family in families]
        await uow.assessments.ask_for(ids, at=uow.now)
    from risk_service.assessments.service import assess_due

    async with desk.begin() as uow:
        await assess_due(uow)
        await take_stock(uow)
    calm = (await desk.ask(ADMIN, MONITORING, {"area": COUNTY}))["modelMonitoring"]
    assert (calm["alarms"], calm["since"], calm["challenger"]) == ([], None, None)
    assert {one["concern"] for one in calm["drift"]} == {"NONE"}
    late = {one["department"]: (one["records"] >= 12, one["medianDays"]) for one in calm["feeds"]}
    assert late == {"HEALTH_INSURANCE": (True, 10.0)}

    desk.clock.advance(timedelta(days=92))
    for family in families:
        await desk.statement(family, "9000.00", as_of=str(date(2020, 12, 18)))
    async with desk.begin() as uow:
        await take_stock(uow)
    found = (await desk.ask(ADMIN, MONITORING, {"area": COUNTY}))["modelMonitoring"]
    assert "drift: log_income" in found["alarms"]
    assert "told and seen: all" in found["alarms"]
    groups = {one["group"]: one for one in found["toldAndSeen"]}
    assert found["horizonMonths"] == 3
    assert groups["all"]["observed"] >= 70
    assert groups["all"]["ratio"] > 1.25
    # Nobody here has an old head: nothing is told of a group of none.
    assert groups["head 65+"] == {
        "group": "head 65+",
        "households": None,
        "expected": None,
        "observed": None,
        "ratio": None,
        "concern": "UNTOLD",
    }
    assert (await desk.answer(STAFF, MONITORING, {"area": COUNTY}))["errors"][0]["code"] == "FORBIDDEN"


@pytest.mark.parametrize("days", [365])
async def test_what_left_the_year_counts_no_more(desk: Desk, days: int) -> None:
    family = await desk.family()
    await desk.statement(family, "30000.00")
    await desk.bill(family, "2500.00", record_id="Y1", on="2020-09-18")
    with_bill = (await told(desk, family))["assessment"]
    desk.clock.advance(timedelta(days=days))
    async with desk.begin() as uow:
        await uow.assessments.ask_for([family.id], at=uow.now)
    from risk_service.assessments.service import assess_due

    async with desk.begin() as uow:
        await assess_due(uow)
    without = (await told(desk, family))["assessment"]
    assert isinstance(with_bill, dict)
    assert isinstance(without, dict)
    assert without["likelihood"] < with_bill["likelihood"]
