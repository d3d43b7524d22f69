"""A household sees who opened its members' details, and nobody else does (G19)."""

from __future__ import annotations

from chassis.identity import Actor, Role
from tests.households_service.county import ADMIN, REVIEWER, SPECIALIST, County
from tests.households_service.integration.members.test_members import REVEAL

OPENINGS = """query($id: ID!) { household(id: $id) { recordOpenings { memberId by roles reason fields } } }"""


async def test_g19_a_household_sees_who_opened_its_records_and_why(county: County) -> None:
    household = await county.register()
    members = await county.members_of(household)
    await county.ask(SPECIALIST, REVEAL, {"id": str(members[1]), "reason": "home visit after a red alert"})
    head = Actor(subject="head-1", roles=frozenset({Role.HOUSEHOLD}), member_id=members[0])

    seen = (await county.ask(head, OPENINGS, {"id": str(household.id)}))["household"]["recordOpenings"]

    assert seen == [
        {
            "memberId": str(members[1]),
            "by": "specialist-1",
            "roles": ["VILLAGE_SPECIALIST"],
            "reason": "home visit after a red alert",
            "fields": ["name", "idNumber", "phone", "dateOfBirth"],
        }
    ]
    for other in (SPECIALIST, REVIEWER, ADMIN):
        assert (await county.ask(other, OPENINGS, {"id": str(household.id)}))["household"] == {"recordOpenings": None}
