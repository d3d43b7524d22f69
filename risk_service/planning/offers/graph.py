"""Approving plans, and the offers they become, as GraphQL."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import Money, Refused, refusals
from chassis.ids import parse_id
from risk_service.amounts import shown
from risk_service.context import RiskContext
from risk_service.planning.offers import domain, service
from risk_service.planning.plans.graph import AssistancePlan
from risk_service.policy.words import MeasureType

strawberry.enum(domain.OfferAnswer, name="AssistanceOfferAnswer", description="Either is free; no reason is asked.")
strawberry.enum(domain.OfferState, name="AssistanceOfferState")


@strawberry.type(description="Help that is offered to a household out of an approved plan; it accepts or declines.")
class AssistanceOffer:
    id: strawberry.ID
    type: MeasureType
    label: str
    cost: Money = strawberry.field(description="What it costs the budget; the household pays nothing.")
    offered_at: datetime
    state: domain.OfferState
    answered_at: datetime | None

    @staticmethod
    def of(offer: domain.AssistanceOffer) -> "AssistanceOffer":
        return AssistanceOffer(
            id=strawberry.ID(str(offer.id)),
            type=offer.type,
            label=offer.label,
            cost=shown(Decimal(offer.cost) / 100, offer.currency),
            offered_at=offer.offered_at,
            state=offer.state,
            answered_at=offer.answered_at,
        )


@strawberry.input
class ApprovePlanInput:
    plan_id: strawberry.ID
    content_hash: str = strawberry.field(description="Of the plan that was read: it, and nothing else, is approved.")
    reason: str


@strawberry.input
class AnswerAssistanceOfferInput:
    offer_id: strawberry.ID
    answer: domain.OfferAnswer


ApprovePlanResult = Annotated[AssistancePlan | Refused, strawberry.union("ApprovePlanResult")]
AnswerAssistanceOfferResult = Annotated[AssistanceOffer | Refused, strawberry.union("AnswerAssistanceOfferResult")]


@strawberry.type
class OfferMutation:
    @strawberry.mutation(description="By a second person, never who asked for it. Each proposal becomes an offer.")
    @refusals
    async def approve_plan(self, info: Info[RiskContext, None], input: ApprovePlanInput) -> ApprovePlanResult:
        plan_id = parse_id(input.plan_id, field="planId")
        async with info.context.begin() as uow:
            plan = await service.approve_plan(
                uow, info.context.actor, plan_id=plan_id, content_hash=input.content_hash, reason=input.reason
            )
        return AssistancePlan.of(plan)

    @strawberry.mutation(
        description="By the household, or the officer it tells. What is declined is planned again for others; it counts"
        " against nobody. The same answer again changes nothing."
    )
    @refusals
    async def answer_assistance_offer(
        self, info: Info[RiskContext, None], input: AnswerAssistanceOfferInput
    ) -> AnswerAssistanceOfferResult:
        offer_id = parse_id(input.offer_id, field="offerId")
        async with info.context.begin() as uow:
            offer = await service.answer_offer(uow, info.context.actor, offer_id=offer_id, given=input.answer)
        return AssistanceOffer.of(offer)
