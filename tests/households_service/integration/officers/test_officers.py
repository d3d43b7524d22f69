from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

from chassis.identity import Actor, Role
from contracts.households.v1 import events_pb2
from households_service.registry.domain import MonitoringCategory
from tests.households_service.county import ADMIN, REVIEWER, SUPERVISOR, County
from tests.households_service.factories import NEXT_VILLAGE, TOWNSHIP

REGISTER = """
mutation ($input: RegisterOfficerInput!) {
  registerOfficer(input: $input) { ... on Officer { id subject roles areaPath active version } ... on Refused { code field } }
}
"""
PAIR = """
mutation ($input: PairSupportOfficerInput!) {
  pairSupportOfficer(input: $input) { ... on SupportOfficer { since officer { subject } } ... on Refused { code field } }
}
"""
END = """
mutation ($input: EndSupportPairingInput!) {
  endSupportPairing(input: $input) { ... on SupportOfficer { since } ... on Refused { code } }
}
"""


async def register(county: County, subject: str) -> str:
    asked = {
        "subject": subject,
        "displayName": "Invented Officer",
        "roles": ["SUPPORT_OFFICER"],
        "areaPath": TOWNSHIP,
        "idempotencyKey": subject,
    }
    made = (await county.ask(ADMIN, REGISTER, {"input": asked}))["registerOfficer"]
    assert isinstance(made, dict)
    return str(made["id"])


async def pair(county: County, officer: str, household: UUID) -> object:
    asked = {"officerId": officer, "householdId": str(household), "idempotencyKey": f"{officer}{household}"}
    return (await county.ask(ADMIN, PAIR, {"input": asked}))["pairSupportOfficer"]


async def test_an_officer_sees_the_paired_households_only_and_only_while_paired(county: County) -> None:
    mine, other = await county.register(), await county.register()
    officer = await register(county, "support-1")
    actor = Actor(subject="support-1", roles=frozenset({Role.SUPPORT_OFFICER}), areas=(TOWNSHIP,))
    document = "{ households { edges { node { id statement(basis: RECEIVED_12M) { memberCount } } } } }"

    assert await pair(county, officer, mine.id) == {"since": "2020-09-18", "officer": {"subject": "support-1"}}
    seen = await county.ask(actor, document)
    assert seen["households"]["edges"] == [{"node": {"id": str(mine.id), "statement": {"memberCount": 4}}}]
    assert str(other.id) not in str(seen)
    told = (await county.events(mine.id))[-1]
    assert isinstance(told, events_pb2.HouseholdChanged)
    assert list(told.support_officer_ids) == [officer]

    county.clock.advance(timedelta(days=1))
    ended = await county.ask(ADMIN, END, {"input": {"officerId": officer, "householdId": str(mine.id)}})
    assert ended["endSupportPairing"] == {"since": "2020-09-18"}
    assert (await county.ask(actor, document))["households"]["edges"] == []
    told = (await county.events(mine.id))[-1]
    assert isinstance(told, events_pb2.HouseholdChanged)
    assert list(told.support_officer_ids) == []
    county.clock.advance(timedelta(days=-1))


async def test_the_eleventh_monitored_household_is_refused_and_an_unmonitored_one_is_not(county: County) -> None:
    officer = await register(county, "support-2")
    for _ in range(10):
        await pair(county, officer, (await county.register()).id)

    eleventh = await county.register()
    assert await pair(county, officer, eleventh.id) == {"code": "OFFICER_LOAD_EXCEEDED", "field": "officerId"}
    async with county.begin() as uow:
        assert await uow.officers.pairings_of([eleventh.id], uow.today) == {}
    calm = await county.register(category=MonitoringCategory.NONE)
    assert await pair(county, officer, calm.id) == {"since": "2020-09-18", "officer": {"subject": "support-2"}}


async def test_two_pairings_at_once_cannot_both_be_the_tenth(county: County) -> None:
    officer = await register(county, "support-3")
    for _ in range(9):
        await pair(county, officer, (await county.register()).id)
    first, second = await county.register(), await county.register()

    answers = await asyncio.gather(pair(county, officer, first.id), pair(county, officer, second.id))

    assert sorted("code" in answer for answer in answers if isinstance(answer, dict)) == [False, True]


async def test_pairing_is_refused_twice_and_beyond_the_officers_area(county: County) -> None:
    officer = await register(county, "support-4")
    household = await county.register()
    await pair(county, officer, household.id)
    asked = {"officerId": officer, "householdId": str(household.id), "idempotencyKey": "another key"}

    twice = await county.ask(ADMIN, PAIR, {"input": asked})
    outside = await pair(county, officer, (await county.register(area_path=NEXT_VILLAGE)).id)

    assert twice["pairSupportOfficer"] == {"code": "ALREADY_PAIRED", "field": "officerId"}
    assert outside == {"code": "OFFICER_OUTSIDE_AREA", "field": "officerId"}


async def test_officers_are_registered_once_told_and_listed_by_area(county: County) -> None:
    officer = await register(county, "support-5")
    assert await register(county, "support-5") == officer
    asked = {
        "subject": "support-5",
        "displayName": "Another",
        "roles": ["SUPPORT_OFFICER"],
        "areaPath": TOWNSHIP,
        "idempotencyKey": "other",
    }
    taken = await county.ask(ADMIN, REGISTER, {"input": asked})
    forbidden = await county.ask(REVIEWER, REGISTER, {"input": {**asked, "subject": "support-6"}})

    assert taken["registerOfficer"] == {"code": "OFFICER_SUBJECT_TAKEN", "field": "subject"}
    assert forbidden["registerOfficer"] == {"code": "FORBIDDEN", "field": None}
    told = (await county.events(UUID(officer)))[0]
    assert isinstance(told, events_pb2.OfficerChanged)
    assert (told.subject, list(told.roles), told.active) == ("support-5", ["SUPPORT_OFFICER"], True)
    with county.statements() as sent:
        listed = await county.ask(
            SUPERVISOR, '{ officers(area: "99/01/01/001/", first: 100) { totalCount edges { node { id } } } }'
        )
    assert {"node": {"id": officer}} in listed["officers"]["edges"]
    assert listed["officers"]["totalCount"] == len(listed["officers"]["edges"])
    assert len(sent) == 2


async def test_an_officer_who_left_sees_nothing(county: County) -> None:
    household = await county.register()
    officer = await register(county, "support-7")
    await pair(county, officer, household.id)
    actor = Actor(subject="support-7", roles=frozenset({Role.SUPPORT_OFFICER}), areas=(TOWNSHIP,))

    gone = await county.ask(
        ADMIN,
        """mutation ($id: ID!) { deactivateOfficer(id: $id, expectedVersion: 1) {
            ... on Officer { active version } ... on Refused { code } } }""",
        {"id": officer},
    )

    assert gone["deactivateOfficer"] == {"active": False, "version": 2}
    assert (await county.ask(actor, "{ households { totalCount } }"))["households"] == {"totalCount": 0}
