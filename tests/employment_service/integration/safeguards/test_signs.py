"""Each declared sign of coercion, by what raises it, and what it does at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from chassis.identity import Actor, Role
from employment_service.placements.domain import PlacementState
from employment_service.safeguards.flags import watch
from employment_service.workers.domain import Contact
from tests.employment_service.factories import id_of, worker
from tests.employment_service.integration.safeguards.questions import (
    ACCEPT,
    CLOSE,
    CONTACT,
    FINISH,
    SHOW,
    WITNESS,
    accept,
    flags,
    shown,
    step,
    tasks,
)
from tests.employment_service.town import ADMIN, EMPLOYER, MONITOR, SPECIALIST, STAFF, Town, as_worker

P = PlacementState
NEIGHBOUR = Actor(subject="neighbour-1", roles=frozenset({Role.HOUSEHOLD}), member_id=id_of(9_002))


@pytest.mark.parametrize("other", [STAFF, ADMIN, SPECIALIST, EMPLOYER], ids=lambda actor: actor.subject)
async def test_cf2_whoever_holds_an_office_recruits_or_employs_is_no_witness(town: Town, other: Actor) -> None:
    await town.ready()
    offer = (await shown(town, 1))[1]

    assert (await town.mutate(other, WITNESS, {"offerId": offer["id"]}))["code"] == "CONFLICTED_WITNESS"

    assert await town.count("consent_witnesses") == 0
    (flag,) = await flags(town, "CF2")
    assert (flag["staffSubject"], flag["effects"]) == (other.subject, ["BLOCK"])


async def test_cf2_nobody_of_the_same_household_is_a_witness(town: Town) -> None:
    await town.ready()
    await town.add(worker(2, household_id=id_of(501)))
    offer = (await shown(town, 1))[1]

    assert (await town.mutate(as_worker(2), WITNESS, {"offerId": offer["id"]}))["code"] == "CONFLICTED_WITNESS"
    assert (await town.mutate(as_worker(1), WITNESS, {"offerId": offer["id"]}))["code"] == "INVALID_INPUT"


async def test_g3_a_helped_yes_is_still_the_workers_own_and_is_always_called_back(town: Town) -> None:
    await town.ready()
    offer = (await shown(town, 1))[1]
    assert await town.mutate(NEIGHBOUR, WITNESS, {"offerId": offer["id"]}) == {"offerId": offer["id"]}
    town.clock.advance(timedelta(hours=72))
    given = {"offerId": offer["id"], "termsHash": offer["termsHash"], "expectedVersion": offer["version"]}
    assert (await town.mutate(NEIGHBOUR, ACCEPT, given))["code"] == "FORBIDDEN"

    placed = (await accept(town, 1, offer))["placement"]

    (task,) = await tasks(town)
    assert (task["kind"], task["placementId"]) == ("CALL_BACK", placed["id"])
    assert task["dueAt"] == (town.clock.at + timedelta(days=7)).isoformat()
    assert (await town.mutate(STAFF, FINISH, {"taskId": task["id"], "outcome": "CONFIRMED"}))["code"] == "FORBIDDEN"
    assert (await town.mutate(MONITOR, FINISH, {"taskId": task["id"], "outcome": "DONE"}))["code"] == "INVALID_INPUT"
    assert await town.mutate(MONITOR, FINISH, {"taskId": task["id"], "outcome": "DOUBTED"}) == {"outcome": "DOUBTED"}
    travel = {"placementId": placed["id"], "expectedVersion": placed["version"]}
    assert (await town.mutate(STAFF, step("confirmArrival"), travel))["code"] in {"FORBIDDEN", "PLACEMENT_ON_HOLD"}
    assert (await town.mutate(EMPLOYER, step("confirmArrival"), travel))["code"] == "PLACEMENT_ON_HOLD"
    # And the neighbour's own attempt to say yes.
    assert [flag["code"] for flag in await flags(town)] == ["DOUBTED", "CF2"]


async def test_g3_a_fifth_of_the_others_is_called_back_too(town: Town) -> None:
    await town.ready(workers=40, places=60)
    offers = await shown(town, *range(1, 41))
    town.clock.advance(timedelta(hours=72))
    for number in range(1, 41):
        # Far enough apart that nothing is held.
        town.clock.advance(timedelta(minutes=150))
        await accept(town, number, offers[number])

    assert 2 <= len(await tasks(town)) <= 16, "About 8 of 40."


async def test_a_witness_learns_nothing_of_the_answer(town: Town) -> None:
    await town.ready(workers=2)
    offers = await shown(town, 1, 2)
    decline = "mutation($input: OfferInput!) { result: declineOffer(input: $input) { ... on Offer { state } } }"
    await town.mutate(as_worker(2), decline, {"offerId": offers[2]["id"]})

    for number in (1, 2):
        given = {"offerId": offers[number]["id"]}
        assert await town.mutate(NEIGHBOUR, WITNESS, given) == given


async def test_cf3_twenty_answers_and_never_a_no_is_told_of(town: Town) -> None:
    await town.ready(workers=20, places=30)
    offers = await shown(town, *range(1, 21))
    town.clock.advance(timedelta(hours=72))
    for number in range(1, 20):
        town.clock.advance(timedelta(hours=3))
        await accept(town, number, offers[number])
    await town.plant_timers()
    await town.fire_timers()
    assert await flags(town, "CF3") == []

    await accept(town, 20, offers[20])
    town.clock.advance(timedelta(days=1))
    await town.fire_timers()
    town.clock.advance(timedelta(days=1))
    await town.fire_timers()

    found = await flags(town, "CF3")
    assert sorted((flag["staffSubject"], flag["figure"]) for flag in found if flag["staffSubject"]) == [("staff-1", 20)]
    assert len(found) == 2, "Once of the staff member, once of the vacancy."


async def test_cf3_one_no_among_twenty_is_no_sign(town: Town) -> None:
    await town.ready(workers=21, places=30)
    offers = await shown(town, *range(1, 22))
    town.clock.advance(timedelta(hours=72))
    decline = "mutation($input: OfferInput!) { result: declineOffer(input: $input) { ... on Offer { state } } }"
    await town.mutate(as_worker(21), decline, {"offerId": offers[21]["id"]})
    for number in range(1, 21):
        town.clock.advance(timedelta(hours=3))
        await accept(town, number, offers[number])
    await town.plant_timers()
    await town.fire_timers()

    assert await flags(town, "CF3") == []


async def test_cf4_terms_read_for_less_than_a_minute_are_told_of(town: Town) -> None:
    await town.ready(workers=2)
    offers = await shown(town, 1, 2)
    for number, seconds in ((1, 59), (2, 60)):
        town.clock.advance(timedelta(seconds=seconds if number == 1 else 1))
        await town.mutate(as_worker(number), CLOSE, {"offerId": offers[number]["id"]})
    town.clock.advance(timedelta(hours=72))
    placed = [(await accept(town, number, offers[number]))["placement"] for number in (1, 2)]

    found = await flags(town, "CF4")
    assert [(flag["placementId"], flag["figure"]) for flag in found] == [(placed[0]["id"], 59)]


async def test_cf4_within_72_hours_is_refused(town: Town) -> None:
    await town.ready()
    offer = (await shown(town, 1))[1]
    town.clock.advance(timedelta(hours=71, minutes=59))

    assert (await accept(town, 1, offer))["code"] == "COOLING_PERIOD_NOT_OVER"


async def test_cf16_a_yes_to_terms_in_another_language_is_void_and_told_of(town: Town) -> None:
    """Terms open in the language a worker prefers, so this one came to prefer another after they were opened."""
    await town.ready(workers=0)
    person = worker(1, contact=Contact(display_name="Invented Person", language="zh-CN"))
    await town.add(person)
    offer = (await shown(town, 1))[1]
    async with town.begin() as uow:
        await uow.workers.save(
            replace(person, contact=replace(person.contact, language="ug"), version=person.version + 1)
        )
    town.clock.advance(timedelta(hours=72))

    assert (await accept(town, 1, offer))["code"] == "CONSENT_LANGUAGE_DIFFERS"

    assert await town.count("placements") == 0
    assert await town.count("consents") == 0
    assert [flag["code"] for flag in await flags(town)] == ["CF16"]
    again = (await town.ask(as_worker(1), SHOW, {"input": {"offerId": offer["id"]}}))["result"]
    assert (await accept(town, 1, again))["code"] == "COOLING_PERIOD_NOT_OVER", "The time to think begins anew."
    clear = await town.answered_offer(UUID(offer["id"]), worker_number=1)
    town.clock.advance(timedelta(hours=72))
    assert (await accept(town, 1, {**again, "version": clear.version}))["state"] == "ACCEPTED"


async def test_cf5_the_second_unrequested_contact_in_ninety_days_is_told_of(town: Town) -> None:
    await town.ready()
    assert "at" in await town.mutate(as_worker(), CONTACT, {"happenedOn": "2020-09-18"})
    assert await flags(town, "CF5") == []
    town.set_clock(date(2020, 12, 17))
    await town.mutate(as_worker(), CONTACT, {"happenedOn": "2020-12-17"})
    assert await flags(town, "CF5") == [], "The 91st day."

    # Our own call list told of the next one.
    town.set_clock(date(2020, 12, 20))
    async with town.begin() as uow:
        found = await uow.workers.get(id_of(301))
        assert found is not None
        await watch.after_job_contact(uow, found, happened_on=date(2020, 12, 20), told_by=watch.TOLD_BY_CALL_LIST)

    (flag,) = await flags(town, "CF5")
    assert flag["effects"] == ["FLAG"]
    assert (await town.mutate(STAFF, CONTACT, {"happenedOn": "2020-12-20"}))["code"] == "FORBIDDEN"
    assert (await town.mutate(as_worker(), CONTACT, {"happenedOn": "2020-12-21"}))["field"] == "happenedOn"
