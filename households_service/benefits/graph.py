"""Cuts of aid, as officers enter them and the household sees them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import Money, Refused, refusals
from chassis.graph.scalars import money_of_cents
from chassis.ids import parse_id
from households_service.benefits import domain, service
from households_service.context import HouseholdsContext
from households_service.idempotency import once
from households_service.ledger.amounts import cents_of
from households_service.ledger.graph import MoneyInput

strawberry.enum(
    domain.ReductionState,
    name="BenefitReductionState",
    description="UNDER_REVIEW says nothing of anybody: a share of all cuts is drawn by chance.",
)


@strawberry.type(description="A cut of recurring aid. Until it is in effect the current amount is paid.")
class BenefitReduction:
    id: strawberry.ID
    household_id: strawberry.ID
    entry_id: strawberry.ID
    current: Money = strawberry.field(description="A month, as paid now.")
    monthly: Money = strawberry.field(description="A month, from `effectiveFrom` on; 0: it ends.")
    effective_from: date
    paid_until: date | None = strawberry.field(description="The last day of the lesser amount, where it ends.")
    reason: str
    state: domain.ReductionState
    entered_at: datetime
    settled_at: datetime | None
    version: int

    @staticmethod
    def of(reduction: domain.BenefitReduction) -> "BenefitReduction":
        return BenefitReduction(
            id=strawberry.ID(str(reduction.id)),
            household_id=strawberry.ID(str(reduction.household_id)),
            entry_id=strawberry.ID(str(reduction.entry_id)),
            current=money_of_cents(reduction.current_cents),
            monthly=money_of_cents(reduction.monthly_cents),
            effective_from=reduction.effective_from,
            paid_until=reduction.paid_until,
            reason=reduction.reason,
            state=reduction.state,
            entered_at=reduction.entered_at,
            settled_at=reduction.settled_at,
            version=reduction.version,
        )


@strawberry.input
class ProposeBenefitReductionInput:
    entry_id: strawberry.ID
    monthly: MoneyInput = strawberry.field(description="What would be paid a month; 0: nothing.")
    effective_from: date = strawberry.field(description="The first day of a month that lies ahead.")
    reason: str = strawberry.field(description="As the household is told.")
    expected_version: int = strawberry.field(description="Of the ledger entry.")
    idempotency_key: str


@strawberry.input
class WithdrawBenefitReductionInput:
    reduction_id: strawberry.ID
    expected_version: int


ProposeBenefitReductionResult = Annotated[BenefitReduction | Refused, strawberry.union("ProposeBenefitReductionResult")]
WithdrawBenefitReductionResult = Annotated[
    BenefitReduction | Refused, strawberry.union("WithdrawBenefitReductionResult")
]


@strawberry.type
class BenefitMutation:
    @strawberry.mutation(description="Changes nothing that is paid before it was weighed elsewhere.")
    @refusals
    async def propose_benefit_reduction(
        self, info: Info[HouseholdsContext, None], input: ProposeBenefitReductionInput
    ) -> ProposeBenefitReductionResult:
        async with info.context.begin() as uow:

            async def make() -> UUID:
                reduction = await service.propose_reduction(
                    uow,
                    info.context.actor,
                    entry_id=parse_id(input.entry_id, field="entryId"),
                    monthly_cents=cents_of(input.monthly.amount, input.monthly.currency, field="monthly"),
                    effective_from=input.effective_from,
                    reason=input.reason,
                    expected_version=input.expected_version,
                )
                return reduction.id

            reduction_id = await once(uow, "proposeBenefitReduction", input.idempotency_key, input, make)
            return BenefitReduction.of(await uow.benefit_reductions.get(reduction_id))

    @strawberry.mutation(description="Takes a cut back that is not in effect.")
    @refusals
    async def withdraw_benefit_reduction(
        self, info: Info[HouseholdsContext, None], input: WithdrawBenefitReductionInput
    ) -> WithdrawBenefitReductionResult:
        async with info.context.begin() as uow:
            reduction = await service.withdraw_reduction(
                uow,
                info.context.actor,
                reduction_id=parse_id(input.reduction_id, field="reductionId"),
                expected_version=input.expected_version,
            )
        return BenefitReduction.of(reduction)
