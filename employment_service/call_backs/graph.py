"""Call-backs: for the independent monitor alone."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Refused, refusals
from chassis.ids import parse_id
from employment_service.call_backs import domain, service
from employment_service.context import EmploymentContext
from employment_service.workers.graph import Worker

strawberry.enum(domain.CallBackReason, description="ASSISTED: everybody who was helped to decide.")
strawberry.enum(domain.CallBackOutcome, description="NOT_REACHED stays open.")


@strawberry.type(description="Was the yes the worker's own? Asked in confidence.")
class CallBack:
    id: strawberry.ID
    why: domain.CallBackReason
    due_on: date
    outcome: domain.CallBackOutcome | None
    last_tried_at: datetime | None
    record: strawberry.Private[domain.CallBack]

    @strawberry.field
    async def worker(self, info: Info[EmploymentContext, None]) -> Worker | None:
        return Worker.perhaps(await info.context.loaders.workers.load(self.record.worker_id))

    @staticmethod
    def of(call_back: domain.CallBack) -> "CallBack":
        return CallBack(
            id=strawberry.ID(str(call_back.id)),
            why=call_back.why,
            due_on=call_back.due_on,
            outcome=call_back.outcome,
            last_tried_at=call_back.done_at,
            record=call_back,
        )


@strawberry.input
class RecordCallBackInput:
    call_back_id: strawberry.ID
    outcome: domain.CallBackOutcome


RecordCallBackResult = Annotated[CallBack | Refused, strawberry.union("RecordCallBackResult")]


@strawberry.type
class CallBackQuery:
    @strawberry.field(description="Open ones, the next due first.")
    async def call_backs(self, info: Info[EmploymentContext, None], area: AreaPath) -> list[CallBack]:
        async with info.context.begin() as uow:
            return [CallBack.of(each) for each in await service.open_call_backs(uow, area)]


@strawberry.type
class CallBackMutation:
    @strawberry.mutation(description="A yes that was not freely given is void.")
    @refusals
    async def record_call_back(
        self, info: Info[EmploymentContext, None], input: RecordCallBackInput
    ) -> RecordCallBackResult:
        async with info.context.begin() as uow:
            call_back = await service.record_call_back(
                uow, call_back_id=parse_id(input.call_back_id, field="callBackId"), outcome=input.outcome
            )
        return CallBack.of(call_back)
