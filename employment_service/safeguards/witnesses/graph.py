"""Standing by a worker who is helped to answer."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import Refused, refusals
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.safeguards.witnesses import service


@strawberry.type(description="The same for every offer, whatever became of it.")
class ConsentWitnessed:
    offer_id: strawberry.ID


@strawberry.input
class WitnessConsentInput:
    offer_id: strawberry.ID


WitnessConsentResult = Annotated[ConsentWitnessed | Refused, strawberry.union("WitnessConsentResult")]


@strawberry.type
class WitnessMutation:
    @strawberry.mutation(description="By somebody of no office and another household, before the worker answers.")
    @refusals
    async def witness_consent(
        self, info: Info[EmploymentContext, None], input: WitnessConsentInput
    ) -> WitnessConsentResult:
        await service.witness_consent(
            info.context.begin_as, info.context.actor, offer_id=parse_id(input.offer_id, field="offerId")
        )
        return ConsentWitnessed(offer_id=input.offer_id)
