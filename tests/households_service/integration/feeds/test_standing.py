"""When a feed came, whether it is late, and how good it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from chassis.identity import Actor
from chassis.ids import new_id
from chassis.subscription import ReceivedEvent
from contracts.common.v1.envelope_pb2 import Envelope
from contracts.risk.v1 import events_pb2 as risk
from households_service.feeds.catalogue.known import FEEDS
from households_service.feeds.departments import Department
from households_service.feeds.standing.subscribers import take_visit
from tests.households_service.county import ADMIN, County
from tests.households_service.departments import fresh, mother, record, send, sender
from tests.households_service.factories import COUNTY, VILLAGE

FEEDS_QUERY = """
query ($area: AreaPath!) { feeds(area: $area) {
  department state late daysLate lastReceivedOn dueOn
  quality { read linked review rejected unchanged linkRate visits noLastingRisk falseAlarmRate }
  declaration { name purpose owner cadenceDays subject fields { name kind choices } events { type needs } }
} }
"""


async def standing(county: County, department: str, actor: Actor = ADMIN) -> Mapping[str, object]:
    found = (await county.ask(actor, FEEDS_QUERY, {"area": COUNTY}))["feeds"]
    assert isinstance(found, list)
    (one,) = [feed for feed in found if feed["department"] == department]
    assert isinstance(one, dict)
    return one


async def test_a_feed_is_late_more_than_ten_days_past_its_due_day(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    assert (await standing(county, "COURT"))["state"] in {"NEVER_RECEIVED", "ON_TIME"}
    await send(county, "COURT", record("JUDICIAL_RELIEF", person, fresh("R"), uncompensatedLoss="1"))
    start = county.clock.at
    try:
        found = []
        for days in (0, 30, 31, 41, 42):
            county.clock.at = start + timedelta(days=days)
            one = await standing(county, "COURT")
            found.append((days, one["state"], one["late"], one["daysLate"]))
    finally:
        county.clock.at = start
    assert found == [
        (0, "ON_TIME", False, 0),
        (30, "ON_TIME", False, 0),
        (31, "DUE", False, 0),
        (41, "DUE", False, 10),
        (42, "LATE", True, 11),
    ]
    one = await standing(county, "COURT")
    assert (one["lastReceivedOn"], one["dueOn"]) == ("2020-09-18", "2020-10-19")


async def test_quality_counts_links_and_what_visits_found(county: County) -> None:
    household = await county.register()
    _, person = await mother(county, household)
    sound = record("TRAFFIC_ACCIDENT", person, fresh("R"), uncompensatedLoss="1")
    before = (await standing(county, "TRAFFIC"))["quality"]
    assert isinstance(before, dict)
    await send(
        county,
        "TRAFFIC",
        sound,
        sound,
        record("TRAFFIC_ACCIDENT", {"name": "No Body"}, fresh("R"), uncompensatedLoss="1"),
        record("TRAFFIC_ACCIDENT", person, fresh("R"), uncompensatedLoss="-1"),
    )
    for outcome in (risk.VISIT_OUTCOME_LASTING_RISK, risk.VISIT_OUTCOME_NO_LASTING_RISK, risk.VISIT_OUTCOME_WRONG_DATA):
        message = risk.VisitReported(
            visit_id=str(new_id()),
            visited_on="2020-09-18",
            outcome=outcome,
            records=[risk.VisitedRecord(department="TRAFFIC", record_id="R-1")] * 2,
        )
        envelope = Envelope(event_id=str(new_id()), area_path=VILLAGE)
        async with county.begin() as uow:
            await take_visit(uow, ReceivedEvent(envelope=envelope, message=message))
        async with county.begin() as uow:
            await take_visit(uow, ReceivedEvent(envelope=envelope, message=message))
    quality = (await standing(county, "TRAFFIC"))["quality"]
    assert isinstance(quality, dict)
    grown = {name: quality[name] - before[name] for name in ("read", "linked", "review", "rejected", "unchanged")}
    assert grown == {"read": 4, "linked": 1, "review": 1, "rejected": 1, "unchanged": 1}
    assert quality["linkRate"] == quality["linked"] / (quality["linked"] + quality["review"])
    assert (quality["visits"], quality["noLastingRisk"]) == (3, 1)
    assert quality["falseAlarmRate"] == pytest.approx(2 / 3)


async def test_all_ten_feeds_are_declared_and_a_department_sees_its_own_only(county: County) -> None:
    everything = (await county.ask(ADMIN, FEEDS_QUERY, {"area": COUNTY}))["feeds"]
    own = (await county.ask(sender("WATER"), FEEDS_QUERY, {"area": COUNTY}))["feeds"]
    assert isinstance(everything, list)
    assert isinstance(own, list)
    assert [feed["department"] for feed in everything] == list(Department)
    assert len({feed["declaration"]["name"] for feed in everything}) == 10
    assert [feed["department"] for feed in own] == ["WATER"]
    fields = [field["name"] for field in own[0]["declaration"]["fields"]]
    assert fields == ["supplyPointId", "outageDays", "qualityOk"]
    answer = await county.answer(sender("WATER"), FEEDS_QUERY, {"area": "99/01/02/"})
    assert answer["data"] is None


def test_no_declaration_has_a_field_for_what_must_never_be_known() -> None:
    names = {own.name.lower() for feed in FEEDS for own in feed.fields}
    for word in ("diagnos", "fault", "blame", "police", "crim", "ethnic", "employer", "offen", "religion"):
        assert not any(word in name for name in names), word
