"""Care duties: who looks after whom, and where that is."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Refused, refusals
from chassis.ids import parse_id
from households_service.areas.graph import Area
from households_service.care import domain, service
from households_service.context import HouseholdsContext
from households_service.idempotency import once

strawberry.enum(domain.CareKind, description="Of whom a member takes care.")


@strawberry.type(description="A member looks after somebody; `validTo` is exclusive.")
class CareDuty:
    id: strawberry.ID
    member_id: strawberry.ID
    kind: domain.CareKind
    area_path: AreaPath = strawberry.field(description="The village where care is needed, perhaps another one.")
    valid_from: date
    valid_to: date | None

    @strawberry.field
    async def area(self, info: Info[HouseholdsContext, None]) -> Area | None:
        return Area.perhaps(await info.context.loaders.areas.load(self.area_path))

    @staticmethod
    def of(duty: domain.CareDuty) -> "CareDuty":
        return CareDuty(
            id=strawberry.ID(str(duty.id)),
            member_id=strawberry.ID(str(duty.member_id)),
            kind=duty.kind,
            area_path=AreaPath(duty.care_area_path),
            valid_from=duty.valid_from,
            valid_to=duty.valid_to,
        )


@strawberry.input
class RecordCareDutyInput:
    member_id: strawberry.ID
    kind: domain.CareKind
    area_path: AreaPath = strawberry.field(description="The village where care is needed.")
    valid_from: date | None = None
    idempotency_key: str


@strawberry.input
class EndCareDutyInput:
    care_duty_id: strawberry.ID
    ends_on: date | None = strawberry.field(default=None, description="First day without it; today by default.")


RecordCareDutyResult = Annotated[CareDuty | Refused, strawberry.union("RecordCareDutyResult")]
EndCareDutyResult = Annotated[CareDuty | Refused, strawberry.union("EndCareDutyResult")]


@strawberry.type
class CareMutation:
    @strawberry.mutation
    @refusals
    async def record_care_duty(
        self, info: Info[HouseholdsContext, None], input: RecordCareDutyInput
    ) -> RecordCareDutyResult:
        async with info.context.begin() as uow:

            async def make() -> UUID:
                duty = await service.record_care_duty(
                    uow,
                    info.context.actor,
                    member_id=parse_id(input.member_id, field="memberId"),
                    kind=input.kind,
                    care_area_path=input.area_path,
                    valid_from=input.valid_from,
                )
                return duty.id

            duty_id = await once(uow, "recordCareDuty", input.idempotency_key, input, make)
            return CareDuty.of(await uow.care.get(duty_id))

    @strawberry.mutation
    @refusals
    async def end_care_duty(self, info: Info[HouseholdsContext, None], input: EndCareDutyInput) -> EndCareDutyResult:
        async with info.context.begin() as uow:
            duty = await service.end_care_duty(
                uow,
                info.context.actor,
                care_duty_id=parse_id(input.care_duty_id, field="careDutyId"),
                ends_on=input.ends_on,
            )
        return CareDuty.of(duty)
