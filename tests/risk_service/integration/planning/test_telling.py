"""Who is told of an offer, who finds it, and what happens when nobody answers: on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chassis.identity import Actor, Role
from chassis.ids import new_id
from chassis.timers import Timers
from risk_service.planning.offers.service import OFFERS_LAPSE
from risk_service.uow import RiskUnitOfWork
from tests.risk_service.desk import APPROVER, STAFF, SUPPORT, Desk, Family, Json
from tests.risk_service.factories import COUNTY
from tests.risk_service.integration.planning.town import PLANNER, RELIEF, Town, town

TOLD = """query T { notifications { edges { node { kind alert { id }
    assistanceOffer { id label answerBy household { id } } } } } }"""
OWN = """query O($state: OfferState, $first: Int) { assistanceOffers(state: $state, first: $first) { totalCount
    edges { node { id state answerBy } } } }""".replace("OfferState", "AssistanceOfferState")


async def told(desk: Desk, actor: Actor, kind: str) -> list[Json]:
    edges = (await desk.ask(actor, TOLD))["notifications"]["edges"]
    return [edge["node"]["assistanceOffer"] for edge in edges if edge["node"]["kind"] == kind]


async def own(desk: Desk, actor: Actor, state: str | None = None) -> list[Json]:
    edges = (await desk.ask(actor, OWN, {"state": state}))["assistanceOffers"]["edges"]
    return [edge["node"] for edge in edges]


async def fire(desk: Desk) -> None:
    role: Timers[RiskUnitOfWork] = Timers(begin=desk.begin, kinds=[OFFERS_LAPSE])
    while await role.fire_one():
        pass


async def offered(desk: Desk, *, days: int = 5) -> tuple[Town, Family, Actor]:
    """A township with two families and money for one; the village's specialist is known."""
    here = await town(desk, (0.6, 0.5))
    subject = f"specialist-of-{here.village}"
    await desk.officer(new_id(), subject, Role.VILLAGE_SPECIALIST, seat=here.village)
    plan = await here.plan(budget="3000", measures=[RELIEF])
    await here.approve(plan, APPROVER, answerWithinDays=days)
    specialist = Actor(subject=subject, roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=(here.village,))
    return here, here.families[0], specialist


async def test_household_support_officer_and_specialist_are_told_and_nobody_else(desk: Desk) -> None:
    here, family, specialist = await offered(desk)
    (offer,) = await here.offers(family)
    paired = replace(SUPPORT, areas=(COUNTY,))
    for reader in (family.actor(), paired, specialist):
        newest = (await told(desk, reader, "ASSISTANCE_OFFERED"))[0]
        assert (newest["id"], newest["answerBy"]) == (offer["id"], "2020-09-23")
        assert newest["household"] == {"id": str(family.id)}
    assert await told(desk, here.families[1].actor(), "ASSISTANCE_OFFERED") == []


async def test_each_finds_the_offers_that_are_theirs(desk: Desk) -> None:
    here, family, specialist = await offered(desk)
    (offer,) = await here.offers(family)
    for reader in (family.actor(), specialist):
        assert [one["id"] for one in await own(desk, reader)] == [offer["id"]]
    assert await own(desk, here.families[1].actor()) == []
    await here.answer(offer, "ACCEPTED", family.actor())
    assert await own(desk, family.actor(), "OFFERED") == []
    assert [one["state"] for one in await own(desk, family.actor(), "ACCEPTED")] == ["ACCEPTED"]
    for stranger in (PLANNER, APPROVER, STAFF):
        answer = await desk.answer(stranger, OWN, {})
        assert [error["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_what_nobody_answers_lapses_after_its_last_day_and_is_planned_again(desk: Desk) -> None:
    here, family, specialist = await offered(desk)
    desk.clock.advance(timedelta(days=5, hours=10))
    await fire(desk)
    assert [one["state"] for one in await own(desk, family.actor())] == ["OFFERED"]
    desk.clock.advance(timedelta(hours=14))
    await fire(desk)
    (offer,) = await here.offers(family)
    assert offer["state"] == "LAPSED"
    for reader in (family.actor(), specialist):
        assert [one["id"] for one in await told(desk, reader, "ASSISTANCE_OFFER_LAPSED")] == [offer["id"]]
    late = await here.answer(offer, "ACCEPTED", family.actor())
    assert late["code"] == "ASSISTANCE_OFFER_LAPSED"

    await here.work_off()
    query = "query L($area: AreaPath!) { plans(area: $area) { edges { node { id } } } }"
    newest = (await desk.ask(PLANNER, query, {"area": here.township}))["plans"]["edges"][0]["node"]["id"]
    supplement = await here.read(newest)
    assert here.proposed(supplement) == [None, "TEMPORARY_RELIEF"]


async def test_what_was_answered_does_not_lapse(desk: Desk) -> None:
    here, family, _ = await offered(desk)
    await here.answer((await here.offers(family))[0], "ACCEPTED", family.actor())
    desk.clock.advance(timedelta(days=30))
    await fire(desk)
    assert [one["state"] for one in await here.offers(family)] == ["ACCEPTED"]
    assert await told(desk, family.actor(), "ASSISTANCE_OFFER_LAPSED") == []


async def test_a_day_to_answer_there_has_to_be(desk: Desk) -> None:
    here = await town(desk, (0.6,))
    refused = await here.approve(await here.plan(), APPROVER, answerWithinDays=0)
    assert (refused["code"], refused["field"]) == ("INVALID_INPUT", "answerWithinDays")
