"""A budget for one township: measures two people agreed on, a plan with its prices, offers, and one declined."""

from __future__ import annotations

from uuid import UUID

from chassis.identity import Role
from holdfast.demo.endpoint import Answer, Caller
from holdfast.demo.stage import COUNTY, TOWNSHIP, Stage, expect, made, refusal_code
from holdfast.demo.waiting import until
from holdfast.seed.measures import MEASURES

BUDGET = 200_000
MOST_GAP = 0.01
"""Of a few dozen whole packages; a ten-thousandth is reached where there are thousands of households to help."""

PROPOSE = """
mutation Propose($input: ProposeMeasuresInput!) {
  proposeMeasures(input: $input) {
    __typename
    ... on MeasureCatalogue { id contentHash measures { code effectBasis } }
    ... on Refused { code message field }
  }
}
"""

AGREE = """
mutation Agree($input: ApproveMeasuresInput!) {
  approveMeasures(input: $input) {
    __typename ... on MeasureCatalogue { approval { by } } ... on Refused { code message field }
  }
}
"""

PLAN = """
mutation Plan($input: PlanAssistanceInput!) {
  planAssistance(input: $input) {
    __typename ... on PlanningJob { id } ... on Refused { code message field }
  }
}
"""

JOB = "query Job($id: ID!) { planningJob(id: $id) { state planId code message } }"

READ = """
query Read($id: ID!) {
  plan(id: $id) {
    id contentHash households helped notAssessed cost { amount } averted bound gap oneThousandMore supplements
    measures { code label effect effectBasis proposed capacity oneMore }
    floors { name least { amount } oneThousandLess }
    comparison { way averted helped cost { amount } }
    allocations(first: 100, filter: {proposed: true}) {
      edges { node { household { id } measure cost { amount } averted reason margin } }
    }
  }
}
"""

WHAT_IF = "query WhatIf($input: PlanWhatIfInput!) { planWhatIf(input: $input) { averted change helped flipped } }"

APPROVE = """
mutation Approve($input: ApprovePlanInput!) {
  approvePlan(input: $input) {
    __typename ... on AssistancePlan { approval { by offers gone } } ... on Refused { code message field }
  }
}
"""

MEMBERS = "query Members($id: ID!) { household(id: $id) { code members { id } } }"

OWN = "query Own { assistanceOffers { edges { node { id label state answerBy cost { amount } } } } }"

ANSWER = """
mutation Answer($input: AnswerAssistanceOfferInput!) {
  answerAssistanceOffer(input: $input) {
    __typename ... on AssistanceOffer { state } ... on Refused { code message field }
  }
}
"""

NEWEST = "query Newest($area: AreaPath!) { plans(area: $area, first: 1) { edges { node { id supplements } } } }"


def _planner(stage: Stage) -> Caller:
    return stage.caller(Role.PLANNER, "planner-1", COUNTY)


async def the_measures(stage: Stage) -> None:
    """What may be offered, and what is assumed of it, is agreed on by two persons."""
    proposed = made(
        await _planner(stage).ask(PROPOSE, {"input": {"area": COUNTY, "measures": list(MEASURES)}}), "proposeMeasures"
    )
    expect("What the effects rest on", set(proposed.texts("measures", "effectBasis")), {"ASSUMED"})
    stage.found["catalogue"] = proposed.text("id")
    plan = await _planner(stage).ask_whole(PLAN, {"input": _asked(stage, "story-plan-early")})
    expect(
        "A plan with measures nobody approved", refusal_code(plan, "planAssistance"), "MEASURE_CATALOGUE_NOT_APPROVED"
    )
    agreed = {"catalogueId": proposed.text("id"), "contentHash": proposed.text("contentHash"), "reason": "As budgeted."}
    made(await stage.approver().ask(AGREE, {"input": agreed}), "approveMeasures")
    stage.say(f"The planner proposes {len(MEASURES)} measures with ASSUMED effects; the county approver approves them.")


async def the_plan(stage: Stage) -> None:
    """What 200,000 yuan do best, and what a little more of each scarce thing would do."""
    planner = _planner(stage)
    job = made(await planner.ask(PLAN, {"input": _asked(stage, "story-plan")}), "planAssistance")

    async def done() -> Answer | None:
        told = (await planner.ask(JOB, {"id": job.text("id")})).at("planningJob")
        return None if told.text("state") in {"QUEUED", "RUNNING"} else told

    told = await until("The plan", done)
    expect("The planning job", told.text("state"), "DONE")
    plan = (await planner.ask(READ, {"id": told.text("planId")})).at("plan")
    stage.found |= {"plan": plan.text("id"), "plan_hash": plan.text("contentHash")}
    expect("Within the budget", plan.amount("cost") <= BUDGET, True)
    expect("Near the bound, though packages are whole", plan.number("gap") <= MOST_GAP, True)
    stage.say(
        f"{BUDGET:,} yuan for township {TOWNSHIP}: of {plan.number('households'):,.0f} households "
        f"{plan.number('helped'):.0f} are proposed something for {plan.amount('cost'):,} yuan."
    )
    stage.say(
        f"It averts {plan.number('averted'):.3f} expected returns; no plan can avert more than "
        f"{plan.number('bound'):.3f} (gap {plan.number('gap'):.4%})."
    )
    _tell_prices(stage, plan)
    _tell_ways(stage, plan)
    await _check_prices(stage, plan)


def _asked(stage: Stage, key: str) -> dict[str, object]:
    return {
        "idempotencyKey": key,
        "area": TOWNSHIP,
        "budget": str(BUDGET),
        "catalogue": stage.found["catalogue"],
        "floors": {"headsOf65": 0.5},
    }


def _tell_prices(stage: Stage, plan: Answer) -> None:
    stage.say(f"    1,000 more yuan would avert {plan.number('oneThousandMore'):.4f}")
    for one in plan.items("measures"):
        places = one.at("capacity").value
        of = "" if places is None else f" of {places}"
        stage.say(
            f"    {one.text('label'):<32} {one.number('proposed'):>3.0f}{of:<6} effect {one.number('effect'):.2f} "
            f"{one.text('effectBasis')}; one more place would avert {one.number('oneMore'):.4f}"
        )
    for one in plan.items("floors"):
        stage.say(
            f"    floor {one.text('name')}, {one.amount('least'):,} yuan: 1,000 less of it would avert "
            f"{one.number('oneThousandLess'):.4f} elsewhere"
        )


def _tell_ways(stage: Stage, plan: Answer) -> None:
    ways = {one.text("way"): one for one in plan.items("comparison")}
    ours = ways["THIS_PLAN"].number("averted")
    for name, words in (("HIGHEST_RISK_FIRST", "ranked by risk"), ("THRESHOLD_ONLY", "red warnings only")):
        other = ways[name]
        expect(f"The plan beside {words}", other.number("averted") <= ours, True)
        stage.say(
            f"    {words}: {other.number('averted'):.3f} averted, {other.number('helped'):.0f} helped, "
            f"{other.amount('cost'):,} yuan"
        )


async def _check_prices(stage: Stage, plan: Answer) -> None:
    """Planned anew with a tenth more money, beside what the price of a little more would say of as much."""
    more = {"planId": plan.text("id"), "budgetBy": str(BUDGET // 10)}
    asked = (await _planner(stage).ask(WHAT_IF, {"input": more})).at("planWhatIf")
    change = asked.number("change")
    priced = plan.number("oneThousandMore") * BUDGET / 10 / 1000
    expect("More money averts no less", change >= 0, True)
    stage.say(
        f"    planned anew with {BUDGET // 10:,} more: {change:+.4f}; at the price of money it would be {priced:.4f}"
    )


async def the_offers(stage: Stage) -> None:
    """A person turns proposals into offers; a household declines its own, and its money is planned again."""
    approval = {"planId": stage.found["plan"], "contentHash": stage.found["plan_hash"], "reason": "Read and agreed."}
    by_planner = await _planner(stage).ask_whole(APPROVE, {"input": approval})
    expect("Approving by who planned", refusal_code(by_planner, "approvePlan"), "FORBIDDEN")
    approved = made(await stage.approver().ask(APPROVE, {"input": approval}), "approvePlan")
    plan = (await _planner(stage).ask(READ, {"id": stage.found["plan"]})).at("plan")
    first = plan.at("allocations.edges.0.node")
    home = (await stage.approver().ask(MEMBERS, {"id": first.text("household.id")})).at("household")
    stage.say(
        f"The county approver approves: {approved.number('approval.offers'):.0f} offers. Household "
        f"{home.text('code')} is offered {first.text('measure')} ({first.text('reason')}, "
        f"{first.number('averted'):.3f} averted)."
    )
    member = stage.caller(Role.HOUSEHOLD, "member-of-the-plan", member_id=UUID(home.items("members")[0].text("id")))

    async def sees() -> Answer | None:
        edges = (await member.ask(OWN)).items("assistanceOffers.edges")
        return edges[0].at("node") if edges else None

    offer = await until("The household's own offer", sees)
    expect("Its state", offer.text("state"), "OFFERED")
    answer = {"offerId": offer.text("id"), "answer": "DECLINED"}
    declined = made(await member.ask(ANSWER, {"input": answer}), "answerAssistanceOffer")
    expect("Declined", declined.text("state"), "DECLINED")
    stage.say(f"It sees its offer, to be answered by {offer.text('answerBy')}, and declines: free, and never counted.")
    await _the_supplement(stage)


async def _the_supplement(stage: Stage) -> None:
    planner = _planner(stage)

    async def planned_again() -> Answer | None:
        newest = (await planner.ask(NEWEST, {"area": TOWNSHIP})).at("plans.edges.0.node")
        return newest if newest.at("supplements").value == stage.found["plan"] else None

    newest = await until("The supplement", planned_again)
    supplement = (await planner.ask(READ, {"id": newest.text("id")})).at("plan")
    stage.say(
        f"What it would have cost is planned again for others: a supplement proposes {supplement.number('helped'):.0f} "
        f"more for {supplement.amount('cost'):,} yuan, and waits for a person."
    )
