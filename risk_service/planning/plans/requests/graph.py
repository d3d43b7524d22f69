"""Asking for plans and reading them, as GraphQL."""

from typing import Annotated
from uuid import UUID

import orjson
import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, PageRequest, Refused, refusals
from chassis.idempotency import once
from chassis.ids import parse_id
from chassis.jobs import JobRecord
from risk_service.context import RiskContext
from risk_service.planning.plans import service
from risk_service.planning.plans.graph import AssistancePlan, PlanWhatIf
from risk_service.planning.plans.inputs import PlanAssistanceInput, PlanWhatIfInput
from risk_service.planning.plans.stored import declared_json
from risk_service.planning.plans.words import PlanningJobState


@strawberry.type(description="Makes a plan.")
class PlanningJob:
    id: strawberry.ID
    state: PlanningJobState
    done: int = strawberry.field(description="Households planned and written.")
    total: int | None = strawberry.field(description="Null: not gathered yet.")
    plan_id: strawberry.ID | None = strawberry.field(description="Once it is done.")
    code: str | None = strawberry.field(description="Why it failed.")
    message: str | None

    @staticmethod
    def of(record: JobRecord) -> "PlanningJob":
        made = (record.result or {}).get("plan_id")
        return PlanningJob(
            id=strawberry.ID(str(record.id)),
            state=PlanningJobState(record.state.value),
            done=record.done,
            total=record.total,
            plan_id=None if made is None else strawberry.ID(str(made)),
            code=record.code,
            message=record.message,
        )


PlanAssistanceResult = Annotated[PlanningJob | Refused, strawberry.union("PlanAssistanceResult")]


@strawberry.type
class PlanQuery:
    @strawberry.field
    async def plan(self, info: Info[RiskContext, None], id: strawberry.ID) -> AssistancePlan | None:
        async with info.context.begin() as uow:
            found = await service.read_plan(uow, info.context.actor, plan_id=parse_id(id))
        return None if found is None else AssistancePlan.of(found)

    @strawberry.field(description="Of areas at or below one, newest first.")
    async def plans(
        self, info: Info[RiskContext, None], area: AreaPath, first: int | None = None, after: str | None = None
    ) -> Connection[AssistancePlan]:
        context, request = info.context, PageRequest.of(first, after)

        async def count() -> int:
            async with context.begin() as uow:
                return await service.count_plans(uow, context.actor, area_path=area)

        async with context.begin() as uow:
            page = await service.list_plans(uow, context.actor, area_path=area, request=request)
        return Connection.of(page, AssistancePlan.of, after=after, count=count)

    @strawberry.field
    async def planning_job(self, info: Info[RiskContext, None], id: strawberry.ID) -> PlanningJob | None:
        async with info.context.begin() as uow:
            found = await service.read_job(uow, info.context.actor, job_id=parse_id(id))
        return None if found is None else PlanningJob.of(found)

    @strawberry.field(description="The same frozen households with other money, places or effects; nothing is stored.")
    async def plan_what_if(self, info: Info[RiskContext, None], input: PlanWhatIfInput) -> PlanWhatIf:
        context, plan_id = info.context, parse_id(input.plan_id, field="planId")
        plan, asked = await service.ask_what_if(context.begin_as, context.actor, plan_id=plan_id, change=input.change())
        return PlanWhatIf.of(plan, asked)


@strawberry.type
class PlanMutation:
    @strawberry.mutation(
        description="As a job. The plan is a proposal: a second person approves it, or nothing happens."
    )
    @refusals
    async def plan_assistance(self, info: Info[RiskContext, None], input: PlanAssistanceInput) -> PlanAssistanceResult:
        actor, declared, own = info.context.actor, input.declared(), input.own_weights()
        async with info.context.begin() as uow:

            async def make() -> UUID:
                return await service.start_plan(uow, actor, declared=declared, own=own)

            asked = orjson.dumps([declared_json(declared), own], option=orjson.OPT_SORT_KEYS)
            job_id = await once(uow, "planAssistance", input.idempotency_key, asked, make)
            return PlanningJob.of(await service.own_job(uow, job_id))
