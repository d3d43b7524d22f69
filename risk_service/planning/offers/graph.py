"""Approving plans, and the offers they become, as GraphQL."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import Connection, Money, PageRequest, Refused, refusals
from chassis.ids import parse_id
from risk_service.amounts import shown
from risk_service.context import RiskContext
from risk_service.planning.offers import domain, service
from risk_service.planning.plans.graph import AssistancePlan
from risk_service.policy.words import MeasureType

if TYPE_CHECKING:
    from risk_service.copies.graph import Household

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
    answer_by: date = strawberry.field(description="Last day for an answer; then it lapses, which counts for nothing.")
    given_on: date | None = strawberry.field(description="Null: not given yet.")
    household_id: strawberry.Private[UUID]

    @strawberry.field
    def household(self) -> Annotated["Household", strawberry.lazy("risk_service.copies.graph")] | None:
        from risk_service.copies.graph import Household  # noqa: PLC0415 - the two types know each other

        return Household(id=strawberry.ID(str(self.household_id)))

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
            answer_by=offer.answer_by,
            given_on=offer.given_on,
            household_id=offer.household_id,
        )


@strawberry.input
class ApprovePlanInput:
    plan_id: strawberry.ID
    content_hash: str = strawberry.field(description="Of the plan that was read: it, and nothing else, is approved.")
    reason: str
    answer_within_days: int = strawberry.field(
        default=domain.ANSWER_WITHIN_DAYS, description="Days the households have for an answer, 1 to 365."
    )


@strawberry.input
class AnswerAssistanceOfferInput:
    offer_id: strawberry.ID
    answer: domain.OfferAnswer


@strawberry.input
class RecordAssistanceGivenInput:
    offer_id: strawberry.ID
    on: date


RecordAssistanceGivenResult = Annotated[AssistanceOffer | Refused, strawberry.union("RecordAssistanceGivenResult")]
ApprovePlanResult = Annotated[AssistancePlan | Refused, strawberry.union("ApprovePlanResult")]
AnswerAssistanceOfferResult = Annotated[AssistanceOffer | Refused, strawberry.union("AnswerAssistanceOfferResult")]


@strawberry.type
class OfferQuery:
    @strawberry.field(
        description="A household's own; of an officer, those of the households they are paired with or in charge of."
        " Newest first."
    )
    async def assistance_offers(
        self,
        info: Info[RiskContext, None],
        state: domain.OfferState | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[AssistanceOffer]:
        context, request = info.context, PageRequest.of(first, after)

        async def count() -> int:
            async with context.begin() as uow:
                return await service.count_offers(uow, context.actor, state=state)

        async with context.begin() as uow:
            page = await service.list_offers(uow, context.actor, state=state, request=request)
        return Connection.of(page, AssistanceOffer.of, after=after, count=count)


@strawberry.type
class OfferMutation:
    @strawberry.mutation(description="By a second person, never who asked for it. Each proposal becomes an offer.")
    @refusals
    async def approve_plan(self, info: Info[RiskContext, None], input: ApprovePlanInput) -> ApprovePlanResult:
        plan_id = parse_id(input.plan_id, field="planId")
        async with info.context.begin() as uow:
            plan = await service.approve_plan(
                uow,
                info.context.actor,
                plan_id=plan_id,
                content_hash=input.content_hash,
                reason=input.reason,
                answer_within_days=input.answer_within_days,
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

    @strawberry.mutation(description="By the officer who saw to it. The same day again changes nothing.")
    @refusals
    async def record_assistance_given(
        self, info: Info[RiskContext, None], input: RecordAssistanceGivenInput
    ) -> RecordAssistanceGivenResult:
        offer_id = parse_id(input.offer_id, field="offerId")
        async with info.context.begin() as uow:
            offer = await service.record_given(uow, info.context.actor, offer_id=offer_id, on=input.on)
        return AssistanceOffer.of(offer)
