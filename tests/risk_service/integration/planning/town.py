"""A township with families, likelihoods and red warnings of its own; each test takes another township."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

from chassis.identity import Actor, Role
from chassis.jobs import JobKind, Jobs
from risk_service.assessments.domain import Assessment
from risk_service.planning.plans.service import JOB, work_plan
from risk_service.policy.domain import LikelihoodBand
from risk_service.uow import RiskUnitOfWork
from tests.risk_service.desk import Desk, Family, Json
from tests.risk_service.factories import COUNTY

PLANNER = Actor(subject="planner-1", roles=frozenset({Role.PLANNER}), areas=(COUNTY,))
_NUMBERS = count(501)

PLAN = """mutation Plan($input: PlanAssistanceInput!) { planAssistance(input: $input) {
    __typename ... on PlanningJob { id state } ... on Refused { code field } } }"""
JOB_OF = "query Job($id: ID!) { planningJob(id: $id) { state done total planId code } }"
READ = """query Read($id: ID!) { plan(id: $id) {
    id areaPath objective budget { amount } cost { amount } averted bound gap households helped notAssessed redLeftOut
    oneThousandMore contentHash supplements requestedBy models asOf
    measures { code type unitCost { amount } capacity effect effectBasis proposed oneMore }
    floors { name least { amount } lacking { amount } oneThousandLess }
    comparison { way averted helped cost { amount } } approval { by offers gone }
    allocations(first: 100) { totalCount edges { node {
      number household { id } measure cost { amount } averted reason margin nextBest likelihood assessed red } } } } }"""
APPROVE = """mutation Approve($input: ApprovePlanInput!) { approvePlan(input: $input) {
    __typename ... on AssistancePlan { approval { by offers gone reason } } ... on Refused { code field } } }"""
ANSWER = """mutation Answer($input: AnswerAssistanceOfferInput!) { answerAssistanceOffer(input: $input) {
    __typename ... on AssistanceOffer { id state } ... on Refused { code } } }"""
OFFERS = """query Offers($id: ID!) { _entities(representations: [{__typename: "Household", id: $id}]) {
    ... on Household { assistanceOffers { id type label state cost { amount } } } } }"""
POST: Json = {"type": "PUBLIC_WELFARE_POST", "unitCost": "18000", "assumedEffect": 0.5, "needs": ["ABLE_TO_WORK"]}
RELIEF: Json = {"type": "TEMPORARY_RELIEF", "unitCost": "3000.00", "assumedEffect": 0.2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    desk: Desk
    township: str
    families: tuple[Family, ...]

    @property
    def village(self) -> str:
        return f"{self.township}201/"

    async def assess(self, family: Family, likelihood: float) -> None:
        """The likelihood a model is taken to have given."""
        async with self.desk.begin() as uow:
            await uow.assessments.put([_assessment(family, likelihood)])

    async def ask_for_plan(self, asker: Actor = PLANNER, /, **changes: object) -> Json:
        given = {
            "idempotencyKey": f"plan-{next(_NUMBERS)}",
            "area": self.township,
            "budget": "30000",
            "measures": [{**POST, "capacity": 1}, RELIEF],
            **changes,
        }
        data = await self.desk.ask(asker, PLAN, {"input": given})
        asked: Json = data["planAssistance"]
        return asked

    async def plan(self, **changes: object) -> Json:
        """Asked for, made and read."""
        job = await self.ask_for_plan(**changes)
        assert job["__typename"] == "PlanningJob", job
        await self.work_off()
        told = (await self.desk.ask(PLANNER, JOB_OF, {"id": job["id"]}))["planningJob"]
        assert told["state"] == "DONE", told
        return await self.read(told["planId"])

    async def read(self, plan_id: str, actor: Actor = PLANNER) -> Json:
        data: Json = (await self.desk.ask(actor, READ, {"id": plan_id}))["plan"]
        return data

    async def work_off(self) -> None:
        role: Jobs[RiskUnitOfWork] = Jobs(begin=self.desk.begin, kinds=[JobKind(name=JOB, work=work_plan)])
        while await role.work_one():
            pass

    async def approve(self, plan: Json, actor: Actor, **changes: object) -> Json:
        given = {"planId": plan["id"], "contentHash": plan["contentHash"], "reason": "Fits the township.", **changes}
        data: Json = (await self.desk.ask(actor, APPROVE, {"input": given}))["approvePlan"]
        return data

    async def offers(self, family: Family, actor: Actor | None = None) -> list[Json]:
        data = await self.desk.ask(actor or family.actor(), OFFERS, {"id": str(family.id)})
        found: list[Json] = data["_entities"][0]["assistanceOffers"]
        return found

    async def answer(self, offer: Json, answer: str, actor: Actor) -> Json:
        given = {"offerId": offer["id"], "answer": answer}
        data: Json = (await self.desk.ask(actor, ANSWER, {"input": given}))["answerAssistanceOffer"]
        return data

    def proposed(self, plan: Json) -> list[str | None]:
        """The measure of each family, in the families' order; of those that are in the plan."""
        found = by_household(plan)
        return [found[str(family.id)]["measure"] for family in self.families if str(family.id) in found]


async def town(desk: Desk, likelihoods: Sequence[float]) -> Town:
    """A family of four for each likelihood, in a new township's only village."""
    township = f"{COUNTY}{next(_NUMBERS)}/"
    await desk.place(township)
    families = [await desk.family(area_path=f"{township}201/") for _ in likelihoods]
    made = Town(desk=desk, township=township, families=tuple(families))
    for family, likelihood in zip(families, likelihoods, strict=True):
        await made.assess(family, likelihood)
    return made


def by_household(plan: Json) -> Mapping[str, Json]:
    return {edge["node"]["household"]["id"]: edge["node"] for edge in plan["allocations"]["edges"]}


def _assessment(family: Family, likelihood: float) -> Assessment:
    at = datetime(2020, 9, 18, 2, 0, tzinfo=UTC)
    return Assessment(
        household_id=family.id,
        area_path=family.area_path,
        likelihood=likelihood,
        without_support=likelihood,
        low=likelihood,
        high=likelihood,
        visit_points=0,
        base=0,
        inputs=(),
        contributions=(),
        raising=(),
        lowering=(),
        known_at=at,
        band=LikelihoodBand.MEDIUM,
        horizon_months=12,
        line=Decimal("5000.00"),
        currency="CNY",
        policy_version="everywhere@2020.3",
        model_version="invented-1",
        as_of=at.date(),
        scored_at=at,
    )
