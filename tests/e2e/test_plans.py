"""A budget through the public endpoint: planned, approved by another person, offered, declined, planned again."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from chassis.identity import Role
from holdfast.demo.chapters.planning import ANSWER, APPROVE, JOB, MEMBERS, OWN, PLAN, READ, WHAT_IF
from holdfast.demo.endpoint import Answer, Caller
from holdfast.demo.stage import COUNTY, made, refusal_code
from holdfast.demo.waiting import until
from tests.e2e.county import County

TOWNSHIP = "99/01/01/002/"
BUDGET = 60_000
MEASURES = (
    {"type": "TEMPORARY_RELIEF", "unitCost": "1500", "assumedEffect": 0.15},
    {
        "type": "PUBLIC_WELFARE_POST",
        "unitCost": "6000",
        "assumedEffect": 0.9,
        "capacity": 2,
        "needs": ["ABLE_TO_WORK"],
    },
)
SUPPLEMENTS = """
query Newest($area: AreaPath!) { plans(area: $area, first: 1) { edges { node { id supplements cost { amount } } } } }
"""
LIKELIHOOD = """
query Told($id: ID!) { household(id: $id) { assessment { likelihood reasons { logit } } openAlerts { id } } }
"""
OFFERS = "{ assistanceOffers { edges { node { state household { id } } } } }"


@pytest.fixture(scope="module")
def planner(county: County) -> Caller:
    return county.caller(Role.PLANNER, COUNTY, subject="planner-1")


@pytest.fixture(scope="module")
def approver(county: County) -> Caller:
    return county.caller(Role.COUNTY_APPROVER, COUNTY, subject="county-approver-1")


@pytest.fixture(scope="module")
async def plan(planner: Caller) -> Answer:
    return await planned(planner, "e2e-plan")


async def planned(planner: Caller, key: str) -> Answer:
    wanted = {
        "idempotencyKey": key,
        "area": TOWNSHIP,
        "budget": str(BUDGET),
        "measures": list(MEASURES),
        "floors": {"headsOf65": 0.5},
    }
    job = made(await planner.ask(PLAN, {"input": wanted}), "planAssistance")

    async def done() -> Answer | None:
        told = (await planner.ask(JOB, {"id": job.text("id")})).at("planningJob")
        return None if told.text("state") in {"QUEUED", "RUNNING"} else told

    told = await until("The plan", done, seconds=60)
    assert told.text("state") == "DONE", told.value
    return (await planner.ask(READ, {"id": told.text("planId")})).at("plan")


async def test_a_plan_keeps_every_constraint_and_says_what_each_scarce_thing_is_worth(plan: Answer) -> None:
    proposed = {one.text("code"): one.number("proposed") for one in plan.items("measures")}
    costs = {str(one["type"]): Decimal(str(one["unitCost"])) for one in MEASURES}

    assert plan.amount("cost") == sum(costs[code] * int(number) for code, number in proposed.items())
    assert plan.amount("cost") <= BUDGET
    assert proposed["PUBLIC_WELFARE_POST"] <= 2
    assert plan.number("helped") == sum(proposed.values())
    assert plan.number("averted") <= plan.number("bound")
    assert plan.number("oneThousandMore") > 0
    assert {one.text("effectBasis") for one in plan.items("measures")} == {"ASSUMED"}
    ways = {one.text("way"): one.number("averted") for one in plan.items("comparison")}
    assert set(ways) == {"THIS_PLAN", "HIGHEST_RISK_FIRST", "THRESHOLD_ONLY"}
    assert ways["THIS_PLAN"] == plan.number("averted")
    households = plan.texts("allocations.edges", "node.household.id")
    assert len(households) == len(set(households)) == min(100, int(plan.number("helped")))
    assert set(plan.texts("allocations.edges", "node.reason")) <= {"RED_FIRST", "FLOOR", "WORTH_IT"}


async def test_the_same_facts_and_declarations_are_the_same_plan_and_what_if_stores_nothing(
    planner: Caller, plan: Answer
) -> None:
    asked = {"planId": plan.text("id"), "budgetBy": "1500"}
    more = (await planner.ask(WHAT_IF, {"input": asked})).at("planWhatIf")
    less = (await planner.ask(WHAT_IF, {"input": asked | {"budgetBy": "-1500"}})).at("planWhatIf")
    assert more.number("averted") >= plan.number("averted") >= less.number("averted")
    assert (await planner.ask(READ, {"id": plan.text("id")})).at("plan").value == plan.value


async def test_only_another_person_makes_offers_of_it_and_a_decline_is_planned_again_and_counts_for_nothing(
    county: County, planner: Caller, approver: Caller, plan: Answer
) -> None:
    approval = {"planId": plan.text("id"), "contentHash": plan.text("contentHash"), "reason": "Read and agreed."}
    nobody = plan.text("allocations.edges.0.node.household.id")
    home = (await approver.ask(MEMBERS, {"id": nobody})).at("household")
    member = county.member(UUID(home.text("members.0.id")))
    assert (await member.ask(OWN)).items("assistanceOffers.edges") == []
    refused = await planner.ask_whole(APPROVE, {"input": approval})
    assert refusal_code(refused, "approvePlan") == "FORBIDDEN"
    # Whoever asked for it does not approve it in another role either.
    both = county.caller(Role.COUNTY_APPROVER, COUNTY, subject="planner-1")
    assert refusal_code(await both.ask_whole(APPROVE, {"input": approval}), "approvePlan") == "SECOND_PERSON_NEEDED"
    other = await approver.ask_whole(APPROVE, {"input": approval | {"contentHash": "0" * 64}})
    assert refusal_code(other, "approvePlan") == "ASSISTANCE_PLAN_CHANGED"

    approved = made(await approver.ask(APPROVE, {"input": approval}), "approvePlan")
    assert approved.number("approval.offers") == plan.number("helped")
    before = await approver.ask(LIKELIHOOD, {"id": nobody})
    (offer,) = [edge.at("node") for edge in (await member.ask(OWN)).items("assistanceOffers.edges")]
    answer = {"offerId": offer.text("id"), "answer": "DECLINED"}
    assert made(await member.ask(ANSWER, {"input": answer}), "answerAssistanceOffer").text("state") == "DECLINED"

    async def planned_again() -> Answer | None:
        newest = (await planner.ask(SUPPLEMENTS, {"area": TOWNSHIP})).at("plans.edges.0.node")
        return newest if newest.at("supplements").value == plan.text("id") else None

    newest = await until("The supplement", planned_again)
    supplement = (await planner.ask(READ, {"id": newest.text("id")})).at("plan")
    freed = BUDGET - plan.amount("cost") + offer.amount("cost")
    assert supplement.amount("cost") <= freed
    # For others only: who declined is not asked for the same again, whoever holds an offer gets no second.
    first = set(plan.texts("allocations.edges", "node.household.id"))
    assert first.isdisjoint(set(supplement.texts("allocations.edges", "node.household.id")) - {nobody})

    after = await approver.ask(LIKELIHOOD, {"id": nobody})
    assert after.value == before.value
    again = await planned(planner, "e2e-plan-after-a-decline")
    wanted = {edge.text("node.household.id"): edge.at("node").value for edge in plan.items("allocations.edges")}
    found = {edge.text("node.household.id"): edge.at("node").value for edge in again.items("allocations.edges")}
    assert found[nobody] == wanted[nobody]
    assert again.text("contentHash") == plan.text("contentHash")


async def test_who_answered_what_is_seen_by_those_who_may_answer_and_by_nobody_who_plans(
    planner: Caller, approver: Caller, plan: Answer
) -> None:
    for caller in (planner, approver):
        whole = await caller.ask_whole(OFFERS)
        assert whole.text("errors.0.extensions.code") == "FORBIDDEN"
    whole = await planner.ask_whole(
        "query Own($id: ID!) { household(id: $id) { assistanceOffers { state } } }",
        {"id": plan.text("allocations.edges.0.node.household.id")},
    )
    assert whole.at("data.household.assistanceOffers").value is None
