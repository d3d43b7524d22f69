"""Takes over the guard's word on cuts that were entered here. It holds no ground."""

from __future__ import annotations

from chassis.ids import parse_id
from chassis.subscription import ReceivedEvent
from contracts.employment.v1 import events_pb2 as employment
from households_service.benefits.domain import ReductionState
from households_service.benefits.service import take_word
from households_service.uow import HouseholdsUnitOfWork

STATES = {
    employment.BENEFIT_REDUCTION_VERDICT_PASSED: ReductionState.PASSED,
    employment.BENEFIT_REDUCTION_VERDICT_UNDER_REVIEW: ReductionState.UNDER_REVIEW,
    employment.BENEFIT_REDUCTION_VERDICT_KEPT_BACK: ReductionState.KEPT_BACK,
}


async def take_guarded(uow: HouseholdsUnitOfWork, event: ReceivedEvent) -> None:
    """A verdict that is not known here yet changes nothing: what is paid stays as it is."""
    message = event.read(employment.BenefitReductionGuarded)
    state = STATES.get(message.verdict)
    if state is not None:
        await take_word(uow, reduction_id=parse_id(message.proposal_id, field="proposal_id"), state=state)
