"""Takes over what was entered as a cut of aid."""

from __future__ import annotations

from chassis.subscription import ReceivedEvent
from contracts.households.v1.events_pb2 import BenefitReductionProposed
from employment_service.benefit_reviews.domain import BenefitReview, BenefitReviewState
from employment_service.benefit_reviews.service import weigh
from employment_service.copies.fields import day_of, id_of
from employment_service.uow import EmploymentUnitOfWork


async def take_proposal(uow: EmploymentUnitOfWork, event: ReceivedEvent) -> None:
    await weigh(uow, proposal_of(event))


def proposal_of(event: ReceivedEvent) -> BenefitReview:
    message = event.read(BenefitReductionProposed)
    return BenefitReview(
        proposal_id=id_of(message.proposal_id, "proposal_id"),
        household_id=id_of(message.household_id, "household_id"),
        area_path=message.area_path,
        benefit=message.benefit,
        current_cents=message.current_cents,
        proposed_cents=message.proposed_cents,
        effective_from=day_of(message.effective_from, "effective_from"),
        entered_at=event.occurred_at,
        matched=False,
        state=BenefitReviewState.PASSED,
    )
