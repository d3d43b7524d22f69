from __future__ import annotations

from datetime import timedelta

from chassis.identity import Actor, Role
from contracts.households.v1 import events_pb2
from tests.households_service.county import EMPLOYMENT_STAFF, SPECIALIST, County
from tests.households_service.factories import OTHER_VILLAGE

RECORD = """
mutation ($input: RecordCareDutyInput!) {
  recordCareDuty(input: $input) {
    ... on CareDuty { id kind areaPath area { name } validFrom validTo }
    ... on Refused { code field }
  }
}
"""
END = """
mutation ($input: EndCareDutyInput!) {
  endCareDuty(input: $input) { ... on CareDuty { validTo } ... on Refused { code field } }
}
"""


async def test_a_mother_now_cares_for_her_parent_in_another_village(county: County) -> None:
    household = await county.register()
    mother = (await county.members_of(household))[1]
    herself = Actor(subject="mother", roles=frozenset({Role.WORKER}), member_id=mother)
    duty = {
        "memberId": str(mother),
        "kind": "ELDER",
        "areaPath": OTHER_VILLAGE,
        "idempotencyKey": "parent-needs-care",
    }

    recorded = (await county.ask(herself, RECORD, {"input": duty}))["recordCareDuty"]
    assert isinstance(recorded, dict)
    assert (recorded["kind"], recorded["area"], recorded["validFrom"]) == (
        "ELDER",
        {"name": "Second Village"},
        "2020-09-18",
    )
    shown = await county.ask(
        SPECIALIST,
        "query ($id: ID!) { household(id: $id) { memberCount members { careDuties { kind areaPath } } } }",
        {"id": str(household.id)},
    )
    assert shown["household"] == {
        "memberCount": 4,
        "members": [
            {"careDuties": []},
            {"careDuties": [{"kind": "ELDER", "areaPath": OTHER_VILLAGE}]},
            {"careDuties": []},
            {"careDuties": []},
        ],
    }
    told = (await county.events(household.id))[-1]
    assert isinstance(told, events_pb2.HouseholdChanged)
    assert [(duty.kind, duty.area_path, duty.valid_to) for duty in told.members[1].care_duties] == [
        (events_pb2.CARE_KIND_ELDER, OTHER_VILLAGE, "")
    ]

    ended = await county.ask(SPECIALIST, END, {"input": {"careDutyId": recorded["id"], "endsOn": "2020-09-18"}})
    again = await county.ask(SPECIALIST, END, {"input": {"careDutyId": recorded["id"]}})
    assert ended["endCareDuty"] == {"validTo": "2020-09-18"}
    assert again["endCareDuty"] == {"code": "CARE_DUTY_ENDED", "field": None}
    newest = (await county.events(household.id))[-1]
    assert isinstance(newest, events_pb2.HouseholdChanged)
    assert list(newest.members[1].care_duties) == []


async def test_a_duty_that_begins_later_is_told_now_and_shown_then(county: County) -> None:
    household = await county.register()
    mother = (await county.members_of(household))[1]
    duty = {
        "memberId": str(mother),
        "kind": "CHILD",
        "areaPath": OTHER_VILLAGE,
        "validFrom": "2020-09-20",
        "idempotencyKey": "later",
    }
    document = "query ($id: ID!) { household(id: $id) { members { careDuties { kind } } } }"

    await county.ask(SPECIALIST, RECORD, {"input": duty})
    today = await county.ask(SPECIALIST, document, {"id": str(household.id)})
    county.clock.advance(timedelta(days=2))
    then = await county.ask(SPECIALIST, document, {"id": str(household.id)})
    county.clock.advance(timedelta(days=-2))

    assert today["household"]["members"][1] == {"careDuties": []}
    assert then["household"]["members"][1] == {"careDuties": [{"kind": "CHILD"}]}


async def test_care_is_noted_by_the_family_or_who_visits_it_and_nobody_else(county: County) -> None:
    mother = (await county.members_of(await county.register()))[1]
    duty = {"memberId": str(mother), "kind": "ELDER", "areaPath": OTHER_VILLAGE, "idempotencyKey": "k"}
    neighbour = Actor(
        subject="n",
        roles=frozenset({Role.HOUSEHOLD}),
        member_id=(await county.members_of(await county.register()))[0],
    )

    by_staff = await county.ask(EMPLOYMENT_STAFF, RECORD, {"input": duty})
    by_neighbour = await county.ask(neighbour, RECORD, {"input": duty})

    assert by_staff["recordCareDuty"] == {"code": "FORBIDDEN", "field": None}
    assert by_neighbour["recordCareDuty"] == {"code": "UNKNOWN_HOUSEHOLD", "field": "householdId"}
