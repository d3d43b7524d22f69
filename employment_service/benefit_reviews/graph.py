"""Cuts of aid under review: the independent monitor's own list."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, Money, PageRequest, Refused, encode_cursor, page_of, refusals
from chassis.graph.scalars import money_of_cents
from chassis.ids import parse_id
from employment_service.benefit_reviews import domain, service
from employment_service.context import EmploymentContext
from employment_service.employers.graph import id_behind

strawberry.enum(domain.BenefitReviewState)


@strawberry.type(description="For the independent monitor alone.")
class BenefitReview:
    proposal_id: strawberry.ID
    household_id: strawberry.ID
    area_path: AreaPath
    benefit: str
    current: Money = strawberry.field(description="A month, as it is paid meanwhile.")
    proposed: Money
    effective_from: date
    entered_at: datetime
    state: domain.BenefitReviewState
    follows_an_answer: bool = strawberry.field(
        description="It follows a no, a resignation, a grievance or a beginning of work in the household. "
        "Never tell anybody."
    )
    decided_at: datetime | None
    reason: str | None
    told_at: datetime | None

    @staticmethod
    def of(review: domain.BenefitReview) -> "BenefitReview":
        return BenefitReview(
            proposal_id=strawberry.ID(str(review.proposal_id)),
            household_id=strawberry.ID(str(review.household_id)),
            area_path=AreaPath(review.area_path),
            benefit=review.benefit,
            current=money_of_cents(review.current_cents),
            proposed=money_of_cents(review.proposed_cents),
            effective_from=review.effective_from,
            entered_at=review.entered_at,
            state=review.state,
            follows_an_answer=review.matched,
            decided_at=review.decided_at,
            reason=review.reason,
            told_at=review.told_at,
        )


@strawberry.input
class DecideBenefitReviewInput:
    proposal_id: strawberry.ID
    let_through: bool
    reason: str


DecideBenefitReviewResult = Annotated[BenefitReview | Refused, strawberry.union("DecideBenefitReviewResult")]


@strawberry.type
class BenefitReviewQuery:
    @strawberry.field(description="For the independent monitor alone, oldest first.")
    async def benefit_reviews(
        self,
        info: Info[EmploymentContext, None],
        area: AreaPath,
        open_only: bool = True,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[BenefitReview]:
        request = PageRequest.of(first, after)
        async with info.context.begin() as uow:
            found = await service.review_page(
                uow, area, open_only=open_only, after=id_behind(after), count=request.first + 1
            )

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.benefit_reviews.count(area, open_only=open_only)

        page = page_of(found, request, lambda review: encode_cursor(str(review.proposal_id)))
        return Connection.of(page, BenefitReview.of, after=after, count=count)


@strawberry.type
class BenefitReviewMutation:
    @strawberry.mutation(description="By the named monitor. Told on a fixed day, whatever was decided.")
    @refusals
    async def decide_benefit_review(
        self, info: Info[EmploymentContext, None], input: DecideBenefitReviewInput
    ) -> DecideBenefitReviewResult:
        async with info.context.begin() as uow:
            review = await service.decide(
                uow,
                proposal_id=parse_id(input.proposal_id, field="proposalId"),
                let_through=input.let_through,
                reason=input.reason,
            )
        return BenefitReview.of(review)
