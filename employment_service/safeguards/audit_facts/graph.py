"""A worker's own word for audits of fairness."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import Refused, refusals
from employment_service.context import EmploymentContext
from employment_service.safeguards.audit_facts import domain, service

strawberry.enum(domain.SexForAudits)


@strawberry.type(description="Counted, in groups of ten or more, when a run is audited; nobody but you reads it.")
class AuditFacts:
    sex: domain.SexForAudits | None


@strawberry.input
class TellForAuditsInput:
    sex: domain.SexForAudits | None = strawberry.field(description="Null takes back what was told.")


TellForAuditsResult = Annotated[AuditFacts | Refused, strawberry.union("TellForAuditsResult")]


@strawberry.type
class AuditFactQuery:
    @strawberry.field(description="What the caller, a worker, told for audits.")
    async def my_audit_facts(self, info: Info[EmploymentContext, None]) -> AuditFacts:
        async with info.context.begin() as uow:
            return AuditFacts(sex=await service.own_sex(uow))


@strawberry.type
class AuditFactMutation:
    @strawberry.mutation(description="By the worker, who need not. It changes no score, no list and no proposal.")
    @refusals
    async def tell_for_audits(
        self, info: Info[EmploymentContext, None], input: TellForAuditsInput
    ) -> TellForAuditsResult:
        async with info.context.begin() as uow:
            await service.tell_sex(uow, input.sex)
        return AuditFacts(sex=input.sex)
