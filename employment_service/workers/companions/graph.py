"""Naming a companion as GraphQL. The answer is the worker's own profile."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import Refused, refusals
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.workers.companions import service
from employment_service.workers.graph import Worker


@strawberry.input
class NameCompanionInput:
    worker_id: strawberry.ID = strawberry.field(description="The other worker's id, which only they can have told.")


@strawberry.input
class RefuseCompanionInput:
    worker_id: strawberry.ID = strawberry.field(description="Who named the caller.")


NameCompanionResult = Annotated[Worker | Refused, strawberry.union("NameCompanionResult")]
LeaveCompanionResult = Annotated[Worker | Refused, strawberry.union("LeaveCompanionResult")]
RefuseCompanionResult = Annotated[Worker | Refused, strawberry.union("RefuseCompanionResult")]


@strawberry.type
class CompanionMutation:
    @strawberry.mutation(
        description="Counts once the other names the caller too: then both are proposed the same work, or neither any."
    )
    @refusals
    async def name_companion(
        self, info: Info[EmploymentContext, None], input: NameCompanionInput
    ) -> NameCompanionResult:
        async with info.context.begin() as uow:
            return Worker.of(
                await service.name_companion(uow, companion_id=parse_id(input.worker_id, field="workerId"))
            )

    @strawberry.mutation(description="At once and without a reason. The other sees no more than: not confirmed.")
    @refusals
    async def leave_companion(self, info: Info[EmploymentContext, None]) -> LeaveCompanionResult:
        async with info.context.begin() as uow:
            return Worker.of(await service.leave_companion(uow))

    @strawberry.mutation(description="Takes a name out of `namedBy`. Whoever gave it is told nothing.")
    @refusals
    async def refuse_companion(
        self, info: Info[EmploymentContext, None], input: RefuseCompanionInput
    ) -> RefuseCompanionResult:
        async with info.context.begin() as uow:
            return Worker.of(await service.refuse_companion(uow, named_by=parse_id(input.worker_id, field="workerId")))
