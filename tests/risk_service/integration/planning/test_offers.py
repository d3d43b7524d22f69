"""Approving plans, offering, answering: through the graph, on a real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from chassis.identity import Actor, Role
from chassis.tables import jobs
from contracts.risk.v1 import events_pb2 as risk
from risk_service.planning.plans.service import JOB
from tests.risk_service.desk import ADMIN, APPROVER, NEIGHBOUR, STAFF, SUPPORT, UNPAIRED, Desk
from tests.risk_service.factories import COUNTY
from tests.risk_service.integration.planning.town import OFFERS, PLANNER, RELIEF, Town, by_household, town

BOTH = Actor(subject="planner-1", roles=frozenset({Role.PLANNER, Role.COUNTY_APPROVER}), areas=(COUNTY,))
MANY = """query M($them: [_Any!]!) { _entities(representations: $them) {
    ... on Household { assistanceOffers { state } } } }"""
LIST = "query L($area: AreaPath!) { plans(area: $area) { edges { node { id supplements approval { by } } } } }"


async def plans_of(here: Town) -> list[dict[str, object]]:
    """Newest first."""
    edges = (await here.desk.ask(PLANNER, LIST, {"area": here.township}))["plans"]["edges"]
    return [edge["node"] for edge in edges]


async def offers_published(desk: Desk, plan_id: str) -> list[risk.AssistanceOffered]:
    told = await desk.published()
    return [one for one in told if isinstance(one, risk.AssistanceOffered) and one.plan_id == plan_id]


async def test_nothing_is_offered_before_a_second_person_approves(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.1))
    plan = await here.plan()
    assert [await here.offers(family) for family in here.families] == [[], []]

    assert await here.approve(plan, BOTH) == {"__typename": "Refused", "code": "SECOND_PERSON_NEEDED", "field": None}
    assert (await here.approve(plan, PLANNER))["code"] == "FORBIDDEN"
    assert (await here.approve(plan, ADMIN))["code"] == "FORBIDDEN"
    assert [await here.offers(family) for family in here.families] == [[], []]
    assert await offers_published(desk, plan["id"]) == []

    done = await here.approve(plan, APPROVER)
    assert done["approval"] == {"by": "approver-1", "offers": 2, "gone": 0, "reason": "Fits the township."}
    (post,), (relief,) = [await here.offers(family) for family in here.families]
    assert (post["type"], post["state"], post["cost"]) == ("PUBLIC_WELFARE_POST", "OFFERED", {"amount": "18000.00"})
    assert (relief["type"], relief["state"]) == ("TEMPORARY_RELIEF", "OFFERED")
    told = await offers_published(desk, plan["id"])
    assert [(one.offer_id, one.household_id, one.measure_type, one.cost.cents) for one in told] == [
        (post["id"], str(here.families[0].id), "PUBLIC_WELFARE_POST", 1800000),
        (relief["id"], str(here.families[1].id), "TEMPORARY_RELIEF", 300000),
    ]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"contentHash": "0" * 64}, "ASSISTANCE_PLAN_CHANGED", "contentHash"),
        ({"reason": "  "}, "INVALID_INPUT", "reason"),
        ({"planId": "01890000-0000-7000-8000-00000000ffff"}, "ASSISTANCE_PLAN_NOT_FOUND", None),
    ],
)
async def test_what_is_approved_is_what_was_read(
    desk: Desk, change: dict[str, object], code: str, field: str | None
) -> None:
    here = await town(desk, (0.6,))
    plan = await here.plan()
    assert await here.approve(plan, APPROVER, **change) == {"__typename": "Refused", "code": code, "field": field}
    assert await here.offers(here.families[0]) == []


async def test_a_plan_is_approved_once(desk: Desk) -> None:
    here = await town(desk, (0.6,))
    plan = await here.plan()
    await here.approve(plan, APPROVER)
    assert (await here.approve(plan, APPROVER))["code"] == "ASSISTANCE_PLAN_APPROVED"
    assert len(await here.offers(here.families[0])) == 1


async def test_who_has_left_the_area_is_passed_over(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.5))
    plan = await here.plan()
    await desk.family(area_path="99/01/01/001/202/", known=here.families[0])
    done = await here.approve(plan, APPROVER)
    assert (done["approval"]["offers"], done["approval"]["gone"]) == (1, 1)
    assert await here.offers(here.families[0]) == []


async def test_the_household_and_its_officers_answer_and_nobody_else_sees_it(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.5))
    family, other = here.families
    await here.approve(await here.plan(), APPROVER)
    (offer,) = await here.offers(family)
    specialist = Actor(subject="specialist-7", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=(here.village,))

    paired = replace(SUPPORT, areas=(COUNTY,))
    for stranger in (APPROVER, PLANNER, ADMIN, STAFF, UNPAIRED, NEIGHBOUR, other.actor()):
        assert (await here.answer(offer, "ACCEPTED", stranger))["__typename"] == "Refused"
        told = await desk.answer(stranger, OFFERS, {"id": str(family.id)})
        assert told["data"]["_entities"][0]["assistanceOffers"] is None
    assert (await here.offers(family))[0]["state"] == "OFFERED"

    assert (await here.answer(offer, "ACCEPTED", paired))["state"] == "ACCEPTED"
    assert (await here.answer(offer, "ACCEPTED", family.actor()))["state"] == "ACCEPTED"
    assert (await here.offers(family, specialist))[0]["state"] == "ACCEPTED"
    assert (await here.answer(offer, "DECLINED", specialist))["state"] == "DECLINED"
    assert (await here.answer(offer, "ACCEPTED", family.actor()))["code"] == "ASSISTANCE_OFFER_DECLINED"


async def test_a_declined_offer_goes_to_others_once_a_person_approves_again(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.5, 0.4))
    first, _, third = here.families
    plan = await here.plan(budget="6000", measures=[RELIEF])
    assert here.proposed(plan) == ["TEMPORARY_RELIEF", "TEMPORARY_RELIEF", None]
    await here.approve(plan, APPROVER)
    await here.answer((await here.offers(first))[0], "DECLINED", first.actor())
    await here.work_off()

    newest, oldest = await plans_of(here)
    assert (newest["supplements"], newest["approval"], oldest["id"]) == (plan["id"], None, plan["id"])
    supplement = await here.read(str(newest["id"]))
    assert (supplement["budget"], supplement["households"]) == ({"amount": "3000.00"}, 2)
    assert here.proposed(supplement) == [None, "TEMPORARY_RELIEF"]
    assert by_household(supplement).keys() == {str(first.id), str(third.id)}
    assert await here.offers(third) == []

    assert (await here.approve(supplement, BOTH))["code"] == "SECOND_PERSON_NEEDED"
    await here.approve(supplement, APPROVER)
    assert [len(await here.offers(one)) for one in here.families] == [1, 1, 1]
    assert [(await here.offers(one))[0]["state"] for one in here.families] == ["DECLINED", "OFFERED", "OFFERED"]


async def test_a_decline_changes_no_later_plan_bit_for_bit(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.5, 0.4))
    before = await here.plan(budget="6000", measures=[RELIEF])
    await here.approve(before, APPROVER)
    for family in here.families[:2]:
        await here.answer((await here.offers(family))[0], "DECLINED", family.actor())
    await here.work_off()
    after = await here.plan(budget="6000", measures=[RELIEF])

    assert after["contentHash"] == before["contentHash"]
    assert here.proposed(after) == ["TEMPORARY_RELIEF", "TEMPORARY_RELIEF", None]
    async with desk.begin() as uow:
        assessed = await uow.assessments.many([family.id for family in here.families])
    assert [assessed[family.id].likelihood for family in here.families] == [0.6, 0.5, 0.4]
    assert [await desk.open_alerts(family) for family in here.families] == [[], [], []]


async def test_several_declines_are_planned_again_together(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.5, 0.4, 0.3))
    await here.approve(await here.plan(budget="6000", measures=[RELIEF]), APPROVER)
    for family in here.families[:2]:
        await here.answer((await here.offers(family))[0], "DECLINED", family.actor())
    async with desk.begin() as uow:
        query = select(jobs.c.id).where(jobs.c.kind == JOB, jobs.c.state == "QUEUED")
        assert len(list(await uow.connection.execute(query))) == 1
    await here.work_off()
    newest, _ = await plans_of(here)
    supplement = await here.read(str(newest["id"]))
    assert here.proposed(supplement) == [None, None, "TEMPORARY_RELIEF", "TEMPORARY_RELIEF"]


async def test_an_older_supplement_gives_way_to_a_newer_one(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.5, 0.4, 0.3))
    await here.approve(await here.plan(budget="6000", measures=[RELIEF]), APPROVER)
    for family in here.families[:2]:
        await here.answer((await here.offers(family))[0], "DECLINED", family.actor())
        await here.work_off()
    newer, older, _ = await plans_of(here)
    refused = await here.approve(await here.read(str(older["id"])), APPROVER)
    assert refused["code"] == "ASSISTANCE_PLAN_SUPERSEDED"
    assert (await here.approve(await here.read(str(newer["id"])), APPROVER))["approval"]["offers"] == 2


async def test_where_nobody_else_can_be_helped_no_supplement_is_made(desk: Desk) -> None:
    here = await town(desk, (0.6,))
    await here.approve(await here.plan(budget="3000", measures=[RELIEF]), APPROVER)
    await here.answer((await here.offers(here.families[0]))[0], "DECLINED", here.families[0].actor())
    await here.work_off()
    assert len(await plans_of(here)) == 1


async def test_an_offer_follows_a_household_that_moves(desk: Desk) -> None:
    here = await town(desk, (0.6,))
    await here.approve(await here.plan(), APPROVER)
    (offer,) = await here.offers(here.families[0])
    await here.answer(offer, "ACCEPTED", here.families[0].actor())
    desk.clock.advance(timedelta(days=1))
    moved = await desk.family(area_path="99/01/01/001/202/", known=here.families[0])
    assert (await here.offers(moved, NEIGHBOUR))[0]["state"] == "ACCEPTED"


async def test_two_approvals_at_once_make_one_set_of_offers(desk: Desk) -> None:
    here = await town(desk, (0.6,))
    plan = await here.plan()
    second = replace(APPROVER, subject="approver-2")
    told = await asyncio.gather(here.approve(plan, APPROVER), here.approve(plan, second))
    assert sorted(one["__typename"] for one in told) == ["AssistancePlan", "Refused"]
    assert len(await here.offers(here.families[0])) == 1


async def test_the_offers_of_many_households_are_read_at_once(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.5, 0.4))
    await here.approve(await here.plan(), APPROVER)
    specialist = Actor(subject="specialist-7", roles=frozenset({Role.VILLAGE_SPECIALIST}), areas=(here.village,))
    asked = {"them": [{"__typename": "Household", "id": str(family.id)} for family in here.families]}
    with desk.statements() as sent:
        data = await desk.ask(specialist, MANY, asked)
    assert [len(one["assistanceOffers"]) for one in data["_entities"]] == [1, 1, 1]
    # Three about who may see the households, one for the offers.
    assert len(sent) == 4
