"""Having a worker to oneself for a call, and what came of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from chassis.identity import Actor, Role
from chassis.ids import new_id
from employment_service.calls.domain import CallOutcome
from employment_service.calls.service import claim_next as take_next
from tests.employment_service.factories import COUNTY, MORNING, employer, id_of, vacancy
from tests.employment_service.integration.calls.phoning import (
    CLAIM,
    RELEASE,
    RENEW,
    REVEAL,
    UPDATE,
    ask_for_call,
    ask_for_nearby_work,
    claim_next,
    find_matches,
    gather,
    listed,
    phoned,
    record,
    wants_calls,
)
from tests.employment_service.integration.placements.steps import started
from tests.employment_service.town import ADMIN, EMPLOYER, MONITOR, STAFF, STRANGE_STAFF, Town, as_worker

COLLEAGUE = Actor(subject="staff-3", roles=frozenset({Role.EMPLOYMENT_STAFF}), areas=(COUNTY,))
MY_CALLS = "{ myCalls { id workerId } }"
CONTACTS = """query($id: ID!) { contacts(workerId: $id) { totalCount edges { node {
    source outcome aboutWork requested } } } }"""
NOTICES = "{ myNotices { edges { node { kind } } } }"


async def waiting(town: Town, *numbers: int) -> None:
    """Workers who asked to be called soon, in this order."""
    await town.add_areas()
    await town.add_safeguards()
    await town.add(employer(), vacancy(places=9), *(phoned(number) for number in numbers))
    for number in numbers:
        await ask_for_call(town, as_worker(number))
        town.clock.advance(timedelta(minutes=1))


async def claim(town: Town, number: int, actor: Actor = STAFF) -> dict[str, object]:
    given = {"workerId": str(id_of(300 + number)), "idempotencyKey": str(new_id())}
    return dict(await town.mutate(actor, CLAIM, given))


async def test_the_next_one_is_whoever_has_waited_longest_and_nobody_else_has_them(town: Town) -> None:
    await waiting(town, 1, 2)

    mine, theirs = await claim_next(town), await claim_next(town, COLLEAGUE)

    assert (mine["workerId"], mine["reasons"]) == (str(id_of(301)), ["CALL_ASKED"])
    assert theirs["workerId"] == str(id_of(302))
    assert await listed(town) == [("1", ["CALL_ASKED"])]
    assert await listed(town, COLLEAGUE) == [("2", ["CALL_ASKED"])]
    assert await claim_next(town) == {"code": "NOBODY_TO_CALL"}
    assert await claim(town, 1, COLLEAGUE) == {"code": "CALL_CLAIMED_BY_ANOTHER"}
    assert await town.audited("claimCall") == [("staff-1", str(id_of(301))), ("staff-3", str(id_of(302)))]


async def test_many_at_the_same_instant_each_have_another_worker(town: Town) -> None:
    await waiting(town, *range(1, 9))
    callers = [
        Actor(subject=f"caller-{number}", roles=frozenset({Role.EMPLOYMENT_STAFF}), areas=(COUNTY,))
        for number in range(8)
    ]

    async def take(caller: Actor) -> object:
        async with town.begin(caller) as uow:
            return (await take_next(uow, area_path=COUNTY, reasons=(), idempotency_key="a")).worker_id

    taken = await asyncio.gather(*(take(caller) for caller in callers))

    assert sorted(map(str, taken)) == [str(id_of(300 + number)) for number in range(1, 9)]


async def test_the_same_key_gives_the_same_claim(town: Town) -> None:
    await waiting(town, 1, 2)

    assert await claim_next(town, key="k") == await claim_next(town, key="k")
    assert await town.count("call_claims") == 1


async def test_a_claim_ends_by_itself_and_is_then_anybodys(town: Town) -> None:
    await waiting(town, 1)
    mine = await claim_next(town)
    town.clock.advance(timedelta(minutes=15))

    theirs = await claim_next(town, COLLEAGUE)

    assert theirs["workerId"] == str(id_of(301))
    assert theirs["id"] != mine["id"]
    late = await record(town, {"claimId": mine["id"], "outcome": "REACHED"})
    assert late["refused"] == [{"claimId": mine["id"], "code": "CALL_CLAIM_NOT_HELD"}]
    assert await town.count("contacts") == 0


async def test_a_long_call_renews_its_claim_and_a_short_one_gives_it_back(town: Town) -> None:
    await waiting(town, 1, 2)
    first, second = await claim_next(town), await claim_next(town)
    town.clock.advance(timedelta(minutes=10))

    renewed = (await town.ask(STAFF, RENEW, {"ids": [first["id"], str(id_of(1))]}))["result"]
    released = (await town.ask(STAFF, RELEASE, {"ids": [second["id"]]}))["result"]

    assert [each["id"] for each in renewed["claims"]] == [first["id"]]
    assert renewed["notHeld"] == [str(id_of(1))]
    assert released == {"claims": [{"id": second["id"]}], "notHeld": []}
    town.clock.advance(timedelta(minutes=10))
    assert (await town.ask(STAFF, MY_CALLS))["myCalls"] == [{"id": first["id"], "workerId": str(id_of(301))}]
    assert (await claim_next(town, COLLEAGUE))["workerId"] == str(id_of(302))
    assert (await town.ask(COLLEAGUE, RELEASE, {"ids": [first["id"]]}))["result"]["notHeld"] == [first["id"]]


async def test_a_worker_who_was_reached_leaves_the_list_and_returns_with_a_new_wish(town: Town) -> None:
    await waiting(town, 1)
    mine = await claim_next(town)

    done = await record(town, {"claimId": mine["id"], "outcome": "REACHED"})
    again = await record(town, {"claimId": mine["id"], "outcome": "REACHED"})
    other = await record(town, {"claimId": mine["id"], "outcome": "NO_ANSWER"})

    assert done == again
    assert done["contacts"][0]["outcome"] == "REACHED"
    assert other["refused"] == [{"claimId": mine["id"], "code": "CALL_ALREADY_RECORDED"}]
    assert await town.audited("recordCall") == [("staff-1", str(id_of(301)))]
    assert await listed(town) == []
    town.clock.advance(timedelta(hours=1))
    await ask_for_call(town, as_worker())
    assert await listed(town) == [("1", ["CALL_ASKED"])]


async def test_no_answer_means_tomorrow_and_after_three_of_them_next_week(town: Town) -> None:
    await waiting(town, 1)
    for hours in (20, 20, 7 * 24):
        mine = await claim_next(town)
        assert mine["workerId"] == str(id_of(301))
        await record(town, {"claimId": mine["id"], "outcome": "NO_ANSWER"})
        town.clock.advance(timedelta(hours=hours) - timedelta(minutes=1))
        assert await listed(town) == []
        town.clock.advance(timedelta(minutes=1))
        assert len(await listed(town)) == 1


async def test_a_call_back_comes_at_its_time_and_not_before(town: Town) -> None:
    await waiting(town, 1)
    mine = await claim_next(town)
    at = town.clock.now() + timedelta(days=2)
    await record(town, {"claimId": mine["id"], "outcome": "CALL_BACK", "callBackAt": at.isoformat()})
    assert await listed(town) == []
    town.clock.advance(timedelta(days=2) - timedelta(minutes=1))
    assert await listed(town) == []

    town.clock.advance(timedelta(minutes=1))

    assert await listed(town) == [("1", ["CALL_BACK_DUE", "CALL_ASKED"])]
    again = await claim_next(town)
    await record(town, {"claimId": again["id"], "outcome": "REACHED"})
    assert await town.count("call_requests") == 0


@pytest.mark.parametrize(
    ("outcome", "days"), [("CALL_BACK", None), ("CALL_BACK", 31), ("CALL_BACK", -1), ("REACHED", 1)]
)
async def test_a_time_goes_with_a_call_back_and_lies_in_the_next_thirty_days(
    town: Town, outcome: str, days: int | None
) -> None:
    await waiting(town, 1)
    mine = await claim_next(town)
    at = None if days is None else (town.clock.now() + timedelta(days=days)).isoformat()

    found = await record(town, {"claimId": mine["id"], "outcome": outcome, "callBackAt": at})

    assert found["refused"] == [{"claimId": mine["id"], "code": "CALL_BACK_TIME"}]
    assert await town.count("call_claims") == 1


async def test_who_asks_not_to_be_called_is_off_the_list_at_once_and_for_everything(town: Town) -> None:
    await waiting(town, 1)
    await ask_for_nearby_work(town, as_worker())
    await find_matches(town)
    mine = await claim_next(town)

    await record(town, {"claimId": mine["id"], "outcome": "ASKED_NOT_TO_BE_CALLED"})

    town.clock.advance(timedelta(days=30))
    await find_matches(town)
    assert await listed(town) == []
    shown = await town.ask(STAFF, REVEAL, {"worker": str(id_of(301))})
    assert shown["result"] == {"code": "DID_NOT_ASK_TO_BE_CALLED"}
    assert await claim(town, 1) == {"code": "NOT_ON_CALL_LIST"}
    assert await town.count("call_requests") + await town.count("new_matches") == 0


async def test_a_wrong_number_is_not_rung_again_until_the_worker_gives_one(town: Town) -> None:
    await waiting(town, 1)
    mine = await claim_next(town)

    await record(town, {"claimId": mine["id"], "outcome": "WRONG_NUMBER"})

    await ask_for_call(town, as_worker())
    assert await listed(town) == []
    told = (await town.ask(as_worker(), NOTICES))["myNotices"]["edges"]
    assert [edge["node"]["kind"] for edge in told] == ["NUMBER_NOT_REACHED"]
    contact = {"displayName": "Invented Person 1", "contactPreference": "PHONE", "phone": "13800009999"}
    await town.mutate(as_worker(), UPDATE, {"contact": contact, "expectedVersion": 1})
    assert await listed(town) == [("1", ["CALL_ASKED"])]


async def test_several_calls_are_recorded_at_once_and_a_wrong_one_stops_no_other(town: Town) -> None:
    await waiting(town, 1, 2, 3)
    claims = [await claim_next(town) for _ in range(3)]

    found = await record(
        town,
        {"claimId": claims[0]["id"], "outcome": "REACHED"},
        {"claimId": claims[1]["id"], "outcome": "CALL_BACK"},
        {"claimId": claims[2]["id"], "outcome": "NO_ANSWER"},
    )

    assert [each["outcome"] for each in found["contacts"]] == ["REACHED", "NO_ANSWER"]
    assert found["refused"] == [{"claimId": claims[1]["id"], "code": "CALL_BACK_TIME"}]
    assert [each["id"] for each in (await town.ask(STAFF, MY_CALLS))["myCalls"]] == [claims[1]["id"]]
    many = [{"claimId": str(new_id()), "outcome": "REACHED"} for _ in range(101)]
    assert await record(town, *many) == {"code": "TOO_MANY_CALLS_AT_ONCE", "field": "calls"}
    assert await record(town) == {"code": "TOO_MANY_CALLS_AT_ONCE", "field": "calls"}


async def test_the_number_is_shown_for_the_claim_and_to_no_colleague_meanwhile(town: Town) -> None:
    await waiting(town, 1)
    mine = await claim_next(town)
    variables = {"worker": str(id_of(301)), "claim": mine["id"]}

    assert (await town.ask(COLLEAGUE, REVEAL, variables))["result"] == {"code": "CALL_CLAIMED_BY_ANOTHER"}
    assert (await town.ask(STAFF, REVEAL, variables))["result"] == {"phone": "13800000001"}
    assert await town.audited("revealPhone") == [("staff-1", str(id_of(301)))]
    assert await town.count("contacts") == 0
    town.clock.advance(timedelta(minutes=15))
    assert (await town.ask(STAFF, REVEAL, variables))["result"] == {"code": "CALL_CLAIM_NOT_HELD"}


async def test_a_number_shown_for_no_call_on_the_list_is_a_contact_nobody_asked_for(town: Town) -> None:
    await waiting(town, 1)
    await town.ask(STAFF, REVEAL, {"worker": str(id_of(301))})

    for reader in (as_worker(), MONITOR):
        found = (await town.ask(reader, CONTACTS, {"id": str(id_of(301))}))["contacts"]["edges"]
        assert [edge["node"] for edge in found] == [
            {"source": "PHONE_REVEALED", "outcome": None, "aboutWork": None, "requested": False}
        ]
    async with town.begin() as uow:
        assert len(await uow.calls.unrequested_since(id_of(301), MORNING)) == 1


async def test_speaking_of_work_unasked_is_a_contact_nobody_asked_for(town: Town) -> None:
    await started(town)
    await wants_calls(town)
    for _ in range(2):
        town.clock.advance(timedelta(days=20))
        await town.fire_timers()
        await gather(town)
        mine = await claim_next(town)
        await record(town, {"claimId": mine["id"], "outcome": "REACHED", "spokeOfWork": True})

    async with town.begin() as uow:
        found = await uow.calls.unrequested_since(id_of(301), town.clock.now() - timedelta(days=90))
    assert [(each.outcome, each.about_work, each.requested) for each in found] == [
        (CallOutcome.REACHED, True, False),
        (CallOutcome.REACHED, True, False),
    ]


async def test_a_call_that_was_asked_for_counts_as_asked_whatever_was_spoken_of(town: Town) -> None:
    await waiting(town, 1)
    mine = await claim_next(town)
    await record(town, {"claimId": mine["id"], "outcome": "REACHED", "spokeOfWork": True})

    async with town.begin() as uow:
        assert await uow.calls.unrequested_since(id_of(301), MORNING) == []


@pytest.mark.parametrize("other", [ADMIN, EMPLOYER, MONITOR, as_worker()], ids=lambda actor: actor.subject)
async def test_nobody_else_calls_or_records(town: Town, other: Actor) -> None:
    await waiting(town, 1)

    assert await claim(town, 1, other) == {"code": "FORBIDDEN"}
    assert await claim_next(town, other) == {"code": "FORBIDDEN"}
    assert (await record(town, {"claimId": str(new_id()), "outcome": "REACHED"}, actor=other))["code"] == "FORBIDDEN"
    assert await town.count("call_claims") + await town.count("contacts") == 0


async def test_staff_of_another_county_do_not_find_the_worker(town: Town) -> None:
    await waiting(town, 1)

    assert await claim(town, 1, STRANGE_STAFF) == {"code": "WORKER_NOT_FOUND"}
    assert (await town.answer(STRANGE_STAFF, CONTACTS, {"id": str(id_of(301))}))[1] == ["FORBIDDEN"]


async def test_a_match_that_was_spoken_of_does_not_lead_to_a_second_call(town: Town) -> None:
    await waiting(town)
    await town.add(phoned(1))
    await ask_for_nearby_work(town, as_worker())
    await find_matches(town)
    mine = await claim_next(town)
    await record(town, {"claimId": mine["id"], "outcome": "REACHED"})
    town.clock.advance(timedelta(days=20))
    await find_matches(town)
    assert await listed(town) == []

    await town.add(vacancy(2, published_at=town.clock.now()))
    await find_matches(town)

    assert await listed(town) == [("1", ["NEW_MATCH"])]
