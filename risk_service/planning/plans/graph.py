"""Plans of assistance as GraphQL. They propose offers and can cut, end or order nothing."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, Money, PageRequest
from risk_service.amounts import shown
from risk_service.context import RiskContext
from risk_service.planning.plans import domain, service
from risk_service.planning.plans.declaration import Declared
from risk_service.planning.plans.inputs import AllocationFilterInput
from risk_service.planning.plans.words import EffectBasis, HouseholdFact, Objective, Reason, Way
from risk_service.policy.words import MeasureType, RiskFactor

if TYPE_CHECKING:
    from risk_service.copies.graph import Household

PER_THOUSAND = 100_000
"""Cents in 1,000 of the currency, in which prices of money are told."""


def _money(cents: int, currency: str) -> Money:
    return shown(Decimal(cents) / 100, currency)


@strawberry.type(description="A package of help as a plan declared it, and what came of it.")
class PlanMeasure:
    code: str
    type: MeasureType
    label: str
    unit_cost: Money
    capacity: int | None
    effect: float = strawberry.field(description="Share of the likelihood it takes away, by effectBasis.")
    effect_basis: EffectBasis
    assumed_effect: float = strawberry.field(description="The same as effect, unless that was measured.")
    needs: list[HouseholdFact]
    factors: list[RiskFactor]
    proposed: int = strawberry.field(description="Households it is proposed for.")
    one_more: float = strawberry.field(description="What one more place would avert, in the plan's unit.")


@strawberry.type
class PlanFloor:
    name: str = strawberry.field(description="A township's area path, or HEAD_65 (or the policy's age).")
    least: Money
    lacking: Money = strawberry.field(description="What could not be met with this money and these places.")
    one_thousand_less: float = strawberry.field(description="What 1,000 less of it would avert elsewhere.")


@strawberry.type
class PlanComparison:
    way: Way
    averted: float
    helped: int
    cost: Money


@strawberry.type(description="Who turned the proposals into offers.")
class PlanApproval:
    by: str
    at: datetime
    reason: str
    offers: int
    gone: int = strawberry.field(description="Households that had left the plan's area and were passed over.")


@strawberry.type(description="What is proposed for one household, and why.")
class PlanAllocation:
    number: int = strawberry.field(description="In the order of the register.")
    measure: str | None = strawberry.field(description="Code of the proposed measure.")
    cost: Money
    averted: float = strawberry.field(description="By the effect the plan counted with.")
    reason: Reason
    margin: float = strawberry.field(description="By how much the choice beats the next best, at the plan's prices.")
    next_best: str | None
    likelihood: float = strawberry.field(description="As the plan used it.")
    assessed: bool = strawberry.field(description="False: not assessed, planned for with the mean for its red warning.")
    members: int
    red: bool
    household_id: strawberry.Private[UUID]

    @strawberry.field
    def household(self) -> Annotated["Household", strawberry.lazy("risk_service.copies.graph")] | None:
        from risk_service.copies.graph import Household  # noqa: PLC0415 - the two types know each other

        return Household(id=strawberry.ID(str(self.household_id)))

    @staticmethod
    def of(one: domain.Allocation, currency: str) -> "PlanAllocation":
        return PlanAllocation(
            number=one.number,
            measure=one.measure,
            cost=_money(one.cost, currency),
            averted=one.value,
            reason=one.reason,
            margin=one.margin,
            next_best=one.instead,
            likelihood=one.likelihood,
            assessed=one.candidate.likelihood is not None,
            members=one.candidate.members,
            red=one.candidate.red,
            household_id=one.candidate.household_id,
        )


@strawberry.type(description="What the same frozen households would be proposed; nothing is stored.")
class PlanWhatIf:
    averted: float
    change: float = strawberry.field(description="Against the plan.")
    bound: float
    cost: Money
    helped: int
    flipped: int = strawberry.field(description="Households that would be proposed something else, or nothing.")
    one_thousand_more: float

    @staticmethod
    def of(plan: domain.AssistancePlan, asked: domain.WhatIf) -> "PlanWhatIf":
        return PlanWhatIf(
            averted=asked.found.value,
            change=asked.found.value - plan.found.value,
            bound=asked.found.bound,
            cost=_money(asked.found.cost, plan.currency),
            helped=asked.found.helped,
            flipped=asked.flipped,
            one_thousand_more=asked.found.cent_more * PER_THOUSAND,
        )


@strawberry.type(description="How the plan weighs, and which of it is the policy's.")
class PlanWeights:
    red_first: bool
    townships: float = strawberry.field(description="Floor of each township: a share of what would be its own.")
    heads_of_65: float = strawberry.field(name="headsOf65", description="Floor of old heads, likewise.")
    elders_from_age: int = strawberry.field(description="From which age a head counts as old for the floor.")
    policy_version: str | None = strawberry.field(description="Null: no policy said anything of plans.")
    policy_hash: str | None = strawberry.field(description="SHA-256 of what that policy says.")
    from_policy: list[str] = strawberry.field(description="Weights the caller left to it, by their names in the input.")

    @staticmethod
    def of(declared: Declared) -> "PlanWeights":
        taken = declared.taken
        return PlanWeights(
            red_first=declared.red_first,
            townships=declared.townships_share,
            heads_of_65=declared.heads_of_65_share,
            elders_from_age=declared.elders_from_age,
            policy_version=None if taken is None else taken.policy_version,
            policy_hash=None if taken is None else taken.policy_hash,
            from_policy=[] if taken is None else list(taken.names),
        )


@strawberry.type(
    description="Help for an area under a budget: a frozen proposal, with what everything scarce is worth."
)
class AssistancePlan:
    id: strawberry.ID
    area_path: AreaPath
    objective: Objective = strawberry.field(description="The unit of everything that is averted.")
    budget: Money
    cost: Money
    averted: float
    bound: float = strawberry.field(description="No plan can avert more.")
    gap: float = strawberry.field(description="Share of the bound that the plan misses at most.")
    households: int
    helped: int
    not_assessed: int = strawberry.field(description="Left out: nothing is known of their likelihood.")
    red_left_out: int = strawberry.field(description="Red, but this budget and these places do not reach them.")
    one_thousand_more: float = strawberry.field(description="What 1,000 more of the currency would avert.")
    measures: list[PlanMeasure]
    floors: list[PlanFloor]
    comparison: list[PlanComparison]
    weights: PlanWeights
    requested_by: str
    made_at: datetime
    as_of: date
    models: list[str] = strawberry.field(description="Versions behind the likelihoods.")
    policy_version: str
    content_hash: str = strawberry.field(description="SHA-256 of what went in and what came out.")
    catalogue: strawberry.ID | None = strawberry.field(description="The approved list its measures are from.")
    supplements: strawberry.ID | None = strawberry.field(description="The plan whose declined offers it plans again.")
    approval: PlanApproval | None = strawberry.field(description="Null: proposals, nobody is offered anything.")
    found: strawberry.Private[domain.AssistancePlan]

    @strawberry.field(description="In the order of the register, whatever the likelihood.")
    async def allocations(
        self,
        info: Info[RiskContext, None],
        filter: AllocationFilterInput | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[PlanAllocation]:
        context, plan_id, currency = info.context, self.found.id, self.found.currency
        wanted, request = (filter or AllocationFilterInput()).wanted(), PageRequest.of(first, after)

        async def count() -> int:
            async with context.begin() as uow:
                return await service.count_allocations(uow, context.actor, plan_id=plan_id, wanted=wanted)

        async with context.begin() as uow:
            page = await service.list_allocations(uow, context.actor, plan_id=plan_id, wanted=wanted, request=request)
        return Connection.of(page, lambda one: PlanAllocation.of(one, currency), after=after, count=count)

    @staticmethod
    def of(plan: domain.AssistancePlan) -> "AssistancePlan":
        found, currency = plan.found, plan.currency
        approval = plan.approval
        return AssistancePlan(
            id=strawberry.ID(str(plan.id)),
            area_path=AreaPath(plan.declared.area_path),
            objective=plan.declared.objective,
            budget=_money(plan.declared.budget, currency),
            cost=_money(found.cost, currency),
            averted=found.value,
            bound=found.bound,
            gap=found.gap,
            households=plan.households,
            helped=found.helped,
            not_assessed=plan.not_assessed,
            red_left_out=found.red_left_out,
            one_thousand_more=found.cent_more * PER_THOUSAND,
            measures=[
                PlanMeasure(
                    code=one.code,
                    type=one.type,
                    label=one.label,
                    unit_cost=_money(one.unit_cost, currency),
                    capacity=one.capacity,
                    effect=one.effect,
                    effect_basis=one.effect_basis,
                    assumed_effect=one.assumed,
                    needs=list(one.needs),
                    factors=list(one.factors),
                    proposed=result.offered,
                    one_more=result.one_more,
                )
                for one, result in zip(plan.declared.measures, found.measures, strict=True)
            ],
            floors=[
                PlanFloor(
                    name=one.name,
                    least=_money(one.least, currency),
                    lacking=_money(one.lacking, currency),
                    one_thousand_less=one.cent_less * PER_THOUSAND,
                )
                for one in found.floors
            ],
            comparison=[
                PlanComparison(way=one.way, averted=one.value, helped=one.helped, cost=_money(one.cost, currency))
                for one in found.compared
            ],
            weights=PlanWeights.of(plan.declared),
            requested_by=plan.requested_by,
            made_at=plan.made_at,
            as_of=plan.as_of,
            models=list(plan.models),
            policy_version=plan.policy_version,
            content_hash=plan.content_hash,
            catalogue=None if plan.declared.catalogue_id is None else strawberry.ID(str(plan.declared.catalogue_id)),
            supplements=strawberry.ID(str(plan.root_id)) if plan.is_supplement else None,
            approval=None
            if approval is None
            else PlanApproval(
                by=approval.by, at=approval.at, reason=approval.reason, offers=approval.offers, gone=approval.gone
            ),
            found=plan,
        )
