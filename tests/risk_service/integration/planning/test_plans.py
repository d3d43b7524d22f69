"""Plans over the service's own copies, through the graph."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from chassis.identity import Actor, Role
from chassis.tables import jobs
from risk_service.planning.plans.service import JOB
from risk_service.planning.plans.solving import content_hash, solve
from tests.risk_service.desk import ADMIN, APPROVER, ELSEWHERE, SPECIALIST, STAFF, Desk
from tests.risk_service.integration.planning.town import JOB_OF, PLANNER, POST, READ, RELIEF, by_household, town

WHAT_IF = """query W($input: PlanWhatIfInput!) { planWhatIf(input: $input) {
    averted change helped flipped cost { amount } } }"""
LIST = "query L($area: AreaPath!) { plans(area: $area, first: 1) { totalCount edges { cursor node { id } } } }"


async def test_a_plan_spends_the_budget_where_it_averts_the_most(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.3, 0.1, 0.05))
    plan = await here.plan()

    # One post for the likeliest: 0.6 x 0.5 x 4; the 12,000 yuan left are four times relief, of which three are needed.
    assert here.proposed(plan) == ["PUBLIC_WELFARE_POST", "TEMPORARY_RELIEF", "TEMPORARY_RELIEF", "TEMPORARY_RELIEF"]
    assert plan["averted"] == pytest.approx(1.2 + 0.24 + 0.08 + 0.04)
    assert (plan["cost"], plan["budget"]) == ({"amount": "27000.00"}, {"amount": "30000.00"})
    assert (plan["households"], plan["helped"], plan["notAssessed"], plan["redLeftOut"]) == (4, 4, 0, 0)
    assert plan["gap"] == 0.0
    assert [one["effectBasis"] for one in plan["measures"]] == ["ASSUMED", "ASSUMED"]
    assert [one["proposed"] for one in plan["measures"]] == [1, 3]
    assert (plan["approval"], plan["supplements"], plan["requestedBy"]) == (None, None, "planner-1")
    assert (plan["models"], plan["asOf"]) == (["invented-1"], "2020-09-18")


async def test_prices_and_simpler_ways_stand_beside_the_plan(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.5, 0.4, 0.3))
    plan = await here.plan(budget="25500", measures=[{**POST, "capacity": 1}, {**RELIEF, "capacity": 2}])

    assert here.proposed(plan) == ["PUBLIC_WELFARE_POST", "TEMPORARY_RELIEF", "TEMPORARY_RELIEF", None]
    assert plan["oneThousandMore"] == 0.0
    # One more relief would go to the fourth: 0.3 x 0.2 x 4. One more post: half of it for the second, beyond relief.
    assert [one["oneMore"] for one in plan["measures"]][1] == pytest.approx(0.24)
    ways = {one["way"]: (one["helped"], one["averted"]) for one in plan["comparison"]}
    assert ways["THIS_PLAN"] == (3, pytest.approx(1.92))
    assert ways["HIGHEST_RISK_FIRST"] == (3, pytest.approx(1.92))
    assert ways["THRESHOLD_ONLY"] == (0, 0.0)
    reasons = [one["reason"] for one in by_household(plan).values()]
    assert reasons == ["WORTH_IT", "WORTH_IT", "WORTH_IT", "PLACES"]


async def test_money_has_its_price(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.5, 0.4, 0.3))
    plan = await here.plan(budget="7500", measures=[RELIEF])

    # The third would get the next 3,000 yuan: 0.4 x 0.2 x 4 = 0.32.
    assert here.proposed(plan) == ["TEMPORARY_RELIEF", "TEMPORARY_RELIEF", None, None]
    assert plan["oneThousandMore"] == pytest.approx(0.32 / 3)
    assert [one["reason"] for one in by_household(plan).values()] == ["WORTH_IT", "WORTH_IT", "MONEY", "MONEY"]


async def test_a_red_warning_comes_first_even_where_nobody_was_assessed(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.5))
    red, calm = (
        await desk.family(area_path=here.village),
        await desk.family(area_path=here.village),
    )
    await desk.bill(red, "10318.18", record_id=f"HI-{here.township}")
    async with desk.begin() as uow:
        for family in (red, calm):
            await uow.assessments.remove(family.id)
    plan = await here.plan(budget="3000", measures=[RELIEF])

    found = by_household(plan)
    assert (plan["households"], plan["notAssessed"]) == (3, 1)
    assert str(calm.id) not in found
    told = found[str(red.id)]
    assert (told["measure"], told["red"], told["assessed"]) == ("TEMPORARY_RELIEF", True, False)
    assert told["likelihood"] == pytest.approx(0.55)
    assert [found[str(one.id)]["measure"] for one in here.families] == [None, None]


async def test_measures_ask_for_facts_of_the_household_or_for_an_open_alert(desk: Desk) -> None:
    here = await town(desk, (0.5, 0.5))
    await desk.bill(here.families[1], "2100.00", record_id=f"HI-y-{here.township}")
    plan = await here.plan(
        measures=[
            {"type": "HEALTH_AID", "unitCost": "1000", "assumedEffect": 0.4, "factors": ["ILLNESS"]},
            {"type": "ELDER_CARE", "unitCost": "1", "assumedEffect": 1.0, "needs": ["ELDERS"]},
            {"type": "CHILDCARE", "unitCost": "1000", "assumedEffect": 0.3, "needs": ["CHILDREN", "ABLE_TO_WORK"]},
        ]
    )
    assert here.proposed(plan) == ["CHILDCARE", "HEALTH_AID"]
    assert [one["proposed"] for one in plan["measures"]] == [1, 0, 1]


async def test_floors_are_kept_and_say_what_they_cost(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.6))
    other = await desk.family(area_path=f"{here.township}202/")
    await here.assess(other, 0.1)
    plan = await here.plan(budget="9000", measures=[RELIEF], floors={"townships": 0.5, "headsOf65": 1.0})

    # No head is 65 or over: that floor asks for nothing.
    assert plan["floors"] == [
        {"name": here.township, "least": {"amount": "4500.00"}, "lacking": {"amount": "0.00"}, "oneThousandLess": 0.0}
    ]


async def test_the_same_facts_and_words_give_the_same_plan(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.3, 0.1))
    one, two, other = await here.plan(), await here.plan(), await here.plan(budget="29999.99")

    assert one["id"] != two["id"]
    assert one["contentHash"] == two["contentHash"] != other["contentHash"]
    async with desk.begin() as uow:
        kept = await uow.plans.one(one["id"])
        allocations = await uow.plans.allocations(one["id"])
    assert kept is not None
    found, again = solve(kept.declared, [allocation.candidate for allocation in allocations])
    assert again == allocations
    assert found == kept.found
    assert content_hash(kept.declared, found, again) == one["contentHash"]


@pytest.mark.parametrize(
    "change",
    ["update assistance_plans set found = '{}'", "delete from planned_households", "delete from plan_approvals"],
)
async def test_what_was_planned_is_never_changed(desk: Desk, change: str) -> None:
    here = await town(desk, (0.6,))
    plan = await here.plan()
    await here.approve(plan, APPROVER)
    with pytest.raises(DBAPIError, match="are never changed"):
        async with desk.begin() as uow:
            await uow.connection.execute(text(change))
    assert await here.read(plan["id"]) == {**plan, "approval": {"by": "approver-1", "offers": 1, "gone": 0}}


async def test_what_if_plans_the_frozen_households_anew_and_stores_nothing(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.5, 0.4, 0.3))
    plan = await here.plan(budget="24000")
    await here.assess(here.families[3], 0.9)
    ask = {"planId": plan["id"]}

    same = (await desk.ask(PLANNER, WHAT_IF, {"input": ask}))["planWhatIf"]
    more = (await desk.ask(PLANNER, WHAT_IF, {"input": {**ask, "budgetBy": "3000"}}))["planWhatIf"]
    weak = {"effects": [{"measure": "PUBLIC_WELFARE_POST", "times": 0.5}]}
    less = (await desk.ask(PLANNER, WHAT_IF, {"input": {**ask, **weak}}))["planWhatIf"]

    assert (same["change"], same["flipped"]) == (0.0, 0)
    assert (more["change"], more["helped"], more["flipped"]) == (pytest.approx(0.24), 4, 1)
    # A post that does half as much is not worth 18,000 yuan: relief for all four.
    assert (less["helped"], less["flipped"], less["cost"]) == (4, 2, {"amount": "12000.00"})
    listed = (await desk.ask(PLANNER, LIST, {"area": here.township}))["plans"]
    assert (listed["totalCount"], [edge["node"]["id"] for edge in listed["edges"]]) == (1, [plan["id"]])


async def test_what_if_refuses_a_measure_the_plan_does_not_have(desk: Desk) -> None:
    here = await town(desk, (0.6,))
    plan = await here.plan()
    ask = {"planId": plan["id"], "places": [{"measure": "CHILDCARE", "by": 1}]}
    answer = await desk.answer(PLANNER, WHAT_IF, {"input": ask})
    assert [error["code"] for error in answer["errors"]] == ["ASSISTANCE_PLAN_INVALID"]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"budget": "-1"}, "ASSISTANCE_PLAN_INVALID", "budget"),
        ({"budget": "0.001"}, "ASSISTANCE_PLAN_INVALID", "budget"),
        ({"measures": []}, "ASSISTANCE_PLAN_INVALID", "measures"),
        ({"measures": [RELIEF, RELIEF]}, "ASSISTANCE_PLAN_INVALID", "measures.1.code"),
        ({"measures": [{**POST, "capacity": -1}]}, "ASSISTANCE_PLAN_INVALID", "measures.0.capacity"),
        ({"measures": [{**POST, "assumedEffect": 0.0}]}, "ASSISTANCE_PLAN_INVALID", "measures.0.assumedEffect"),
        ({"floors": {"townships": 1.5}}, "ASSISTANCE_PLAN_INVALID", "floors.townships"),
        ({"measures": [{**POST, "type": "JOB_REFERRAL"}]}, "MEASURE_NOT_PLANNABLE", "measures.0.type"),
        ({"measures": [{**POST, "type": "SUBSISTENCE_ALLOWANCE"}]}, "MEASURE_NOT_PLANNABLE", "measures.0.type"),
        ({"area": "99/01/02/"}, "FORBIDDEN", None),
    ],
)
async def test_an_unsound_plan_is_refused_before_anything_is_gathered(
    desk: Desk, change: dict[str, object], code: str, field: str | None
) -> None:
    here = await town(desk, (0.6,))
    refused = await here.ask_for_plan(**change)
    assert refused == {"__typename": "Refused", "code": code, "field": field}
    async with desk.begin() as uow:
        waiting = await uow.connection.execute(select(jobs.c.id).where(jobs.c.kind == JOB, jobs.c.state == "QUEUED"))
    assert list(waiting) == []


async def test_a_plan_for_nobody_fails_its_job(desk: Desk) -> None:
    here = await town(desk, ())
    job = await here.ask_for_plan()
    await here.work_off()
    told = (await desk.ask(PLANNER, JOB_OF, {"id": job["id"]}))["planningJob"]
    assert (told["state"], told["code"], told["planId"]) == ("FAILED", "NOBODY_TO_PLAN_FOR", None)


async def test_one_key_asks_for_one_plan(desk: Desk) -> None:
    here = await town(desk, (0.6,))
    one, two = await here.ask_for_plan(idempotencyKey="same"), await here.ask_for_plan(idempotencyKey="same")
    other = await here.ask_for_plan(idempotencyKey="same", budget="1")
    assert one["id"] == two["id"]
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    await here.work_off()


@pytest.mark.parametrize("actor", [ADMIN, APPROVER, SPECIALIST, STAFF], ids=lambda actor: actor.subject)
async def test_only_a_planner_asks_for_plans(desk: Desk, actor: Actor) -> None:
    here = await town(desk, (0.6,))
    assert (await here.ask_for_plan(actor))["code"] == "FORBIDDEN"


async def test_plans_are_read_in_their_area_by_who_plans_or_decides(desk: Desk) -> None:
    here = await town(desk, (0.6,))
    plan = await here.plan()
    village = Actor(subject="planner-2", roles=frozenset({Role.PLANNER}), areas=(here.village,))
    for actor in (PLANNER, APPROVER, ADMIN):
        assert (await here.read(plan["id"], actor))["id"] == plan["id"]
    assert (await desk.ask(ELSEWHERE, READ, {"id": plan["id"]}))["plan"] is None
    assert (await desk.ask(village, READ, {"id": plan["id"]}))["plan"] is None
    for actor in (SPECIALIST, STAFF, here.families[0].actor()):
        answer = await desk.answer(actor, READ, {"id": plan["id"]})
        assert [error["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_a_page_of_allocations_is_few_statements_and_one_audit_row(desk: Desk) -> None:
    here = await town(desk, (0.6, 0.5, 0.4))
    plan = await here.plan()
    pages = "query P($id: ID!) { plan(id: $id) { allocations(first: 2, filter: {proposed: true}) { edges { node { number household { id } } } pageInfo { hasNextPage endCursor } } } }"
    with desk.statements() as sent:
        found = (await desk.ask(PLANNER, pages, {"id": plan["id"]}))["plan"]["allocations"]
    assert [edge["node"]["number"] for edge in found["edges"]] == [1, 2]
    assert found["pageInfo"]["hasNextPage"]
    # The plan, the plan again with the page's own check, the page; the audit row goes by the driver.
    assert len(sent) <= 4
    async with desk.begin() as uow:
        read = await uow.connection.execute(
            text("select actor from chassis.audit where action = 'PLAN_READ' and subject_id = :id"), {"id": plan["id"]}
        )
        assert {row[0] for row in read} == {"planner-1"}
