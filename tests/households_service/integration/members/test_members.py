"""Opening personal details, and who comes and goes."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from chassis.identity import Actor, Role
from chassis.tables import audit
from chassis.vault import Vault, VaultSealed
from contracts.households.v1 import events_pb2
from households_service.members.tables import members
from tests.households_service.county import (
    REVIEWER,
    SPECIALIST,
    STRANGER,
    SUPERVISOR,
    SUPPORT_OFFICER,
    County,
)
from tests.households_service.factories import id_number

REVEAL = """
mutation ($id: ID!, $reason: String!) {
  revealMember(id: $id, reason: $reason) {
    ... on RevealedMember { name idNumber phone dateOfBirth }
    ... on Refused { code field }
  }
}
"""
ADD = """
mutation ($input: AddMemberInput!) {
  addMember(input: $input) { ... on Member { id relation household { version memberCount } } ... on Refused { code field } }
}
"""
REMOVE = """
mutation ($input: RemoveMemberInput!) {
  removeMember(input: $input) { ... on Member { leftOn } ... on Refused { code field } }
}
"""


async def audited(county: County) -> list[tuple[object, ...]]:
    async with county.begin() as uow:
        columns = (audit.c.actor, audit.c.action, audit.c.subject_id, audit.c.purpose, audit.c.fields)
        return [tuple(row) for row in await uow.connection.execute(select(*columns).order_by(audit.c.n))]


async def test_opening_a_member_leaves_one_row_that_says_who_and_why(county: County) -> None:
    head = (await county.members_of(await county.register()))[0]
    before = await audited(county)

    opened = await county.ask(SPECIALIST, REVEAL, {"id": str(head), "reason": "home visit after a red alert"})

    assert opened["revealMember"] == {
        "name": "Fa Ther",
        "idNumber": id_number(order=1),
        "phone": "13900000000",
        "dateOfBirth": "1985-03-14",
    }
    assert (await audited(county))[len(before) :] == [
        (
            "specialist-1",
            "REVEAL_MEMBER",
            str(head),
            "home visit after a red alert",
            ["name", "idNumber", "phone", "dateOfBirth"],
        )
    ]


@pytest.mark.parametrize(
    ("actor", "reason", "code"),
    [
        pytest.param(SPECIALIST, "  ", "REASON_MISSING", id="without a reason"),
        pytest.param(SUPERVISOR, "curious about it", "FORBIDDEN", id="a supervisor"),
        pytest.param(STRANGER, "another county", "UNKNOWN_MEMBER", id="beyond the wall"),
        pytest.param(SUPPORT_OFFICER, "not my family", "UNKNOWN_HOUSEHOLD", id="an officer of other families"),
        pytest.param(Actor(subject="w", roles=frozenset({Role.WORKER})), "my neighbour", "FORBIDDEN", id="a neighbour"),
    ],
)
async def test_who_may_not_open_a_member_sees_nothing(county: County, actor: Actor, reason: str, code: str) -> None:
    head = (await county.members_of(await county.register()))[0]
    before = await audited(county)

    answer = await county.ask(actor, REVEAL, {"id": str(head), "reason": reason})

    assert answer["revealMember"]["code"] == code
    assert await audited(county) == before


async def test_a_sealed_value_opens_only_in_its_own_row(county: County) -> None:
    first = (await county.members_of(await county.register()))[0]
    second = (await county.members_of(await county.register()))[0]
    async with county.begin() as uow:
        await uow.connection.execute(
            text("update members set phone_sealed = (select phone_sealed from members where id = :a) where id = :b"),
            {"a": first, "b": second},
        )

    with pytest.raises(VaultSealed):
        async with county.begin() as uow:
            await uow.members.get(second)
    async with county.begin() as uow:
        await uow.connection.execute(members.delete().where(members.c.id == second))


async def test_another_key_opens_nothing(county: County) -> None:
    head = (await county.members_of(await county.register()))[0]
    right, county.vault = county.vault, Vault.of_key(b"x" * 32)
    try:
        with pytest.raises(VaultSealed):
            async with county.begin() as uow:
                await uow.members.get(head)
    finally:
        county.vault = right


async def test_a_new_child_counts_and_who_leaves_no_longer_does(county: County) -> None:
    household = await county.register()
    new = {
        "householdId": str(household.id),
        "member": {"name": "New Child", "relation": "CHILD", "dateOfBirth": "2020-09-01"},
        "expectedVersion": 1,
        "idempotencyKey": "born",
    }

    added = (await county.ask(REVIEWER, ADD, {"input": new}))["addMember"]
    again = (await county.ask(REVIEWER, ADD, {"input": new}))["addMember"]
    assert isinstance(added, dict)
    assert added["household"] == {"version": 2, "memberCount": 5}
    assert again == added
    removed = await county.ask(REVIEWER, REMOVE, {"input": {"memberId": added["id"], "expectedVersion": 2}})
    late = await county.ask(REVIEWER, REMOVE, {"input": {"memberId": added["id"], "expectedVersion": 2}})

    assert removed["removeMember"] == {"leftOn": "2020-09-18"}
    assert late["removeMember"] == {"code": "VERSION_CONFLICT", "field": "expectedVersion"}
    told = await county.events(household.id)
    assert [event.statement.member_count for event in told if isinstance(event, events_pb2.IncomeStatementChanged)] == [
        4,
        5,
        4,
    ]
    assert [len(event.members) for event in told if isinstance(event, events_pb2.HouseholdChanged)] == [4, 5, 4]


async def test_the_head_does_not_leave_and_no_second_head_comes(county: County) -> None:
    household = await county.register()
    head = (await county.members_of(household))[0]
    second = {
        "householdId": str(household.id),
        "member": {"name": "Another Head", "relation": "HEAD"},
        "expectedVersion": 1,
        "idempotencyKey": "second-head",
    }

    leaving = await county.ask(REVIEWER, REMOVE, {"input": {"memberId": str(head), "expectedVersion": 1}})
    coming = await county.ask(REVIEWER, ADD, {"input": second})

    assert leaving["removeMember"] == {"code": "HEAD_MISSING", "field": "memberId"}
    assert coming["addMember"] == {"code": "HEAD_MISSING", "field": "member.relation"}


async def test_who_left_may_be_registered_elsewhere(county: County) -> None:
    household = await county.register()
    async with county.begin() as uow:
        wife = (await uow.members.of_households([household.id]))[household.id][1]
    await county.ask(REVIEWER, REMOVE, {"input": {"memberId": str(wife.id), "expectedVersion": 1}})
    other = await county.register()
    new = {
        "householdId": str(other.id),
        "member": {"name": "Mo Ther", "relation": "SIBLING", "idNumber": wife.details.id_number},
        "expectedVersion": 1,
        "idempotencyKey": "moved",
    }

    assert (await county.ask(REVIEWER, ADD, {"input": new}))["addMember"]["relation"] == "SIBLING"
