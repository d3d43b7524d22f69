"""Supply points and whom they serve."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import (
    AreaPath,
    Connection,
    PageRequest,
    Refused,
    decode_cursor,
    encode_cursor,
    page_of,
    refusals,
)
from chassis.ids import parse_id
from households_service.context import HouseholdsContext
from households_service.points import domain, service


@strawberry.type(description="A place that serves households with water.")
class SupplyPoint:
    id: strawberry.ID
    number: str = strawberry.field(description="The water bureau's own, by which its records name the point.")
    name: str
    area_path: AreaPath
    registered_on: date
    key: strawberry.Private[UUID]

    @strawberry.field(description="Households served today.")
    async def household_count(self, info: Info[HouseholdsContext, None]) -> int:
        return await info.context.loaders.served_counts.load(self.key)

    @staticmethod
    def of(point: domain.SupplyPoint) -> "SupplyPoint":
        return SupplyPoint(
            id=strawberry.ID(str(point.id)),
            number=point.number,
            name=point.name,
            area_path=AreaPath(point.area_path),
            registered_on=point.registered_on,
            key=point.id,
        )


@strawberry.input
class RegisterSupplyPointInput:
    number: str
    name: str
    area_path: AreaPath
    registered_on: date | None = strawberry.field(default=None, description="Today by default.")


@strawberry.input
class ServeHouseholdsInput:
    number: str
    household_ids: list[strawberry.ID] = strawberry.field(description="At most 5,000 at once.")
    since: date | None = strawberry.field(default=None, description="Today by default.")


@strawberry.input
class EndSupplyInput:
    number: str
    household_ids: list[strawberry.ID]
    on: date | None = strawberry.field(default=None, description="First day without; today by default.")


RegisterSupplyPointResult = Annotated[SupplyPoint | Refused, strawberry.union("RegisterSupplyPointResult")]
ServeHouseholdsResult = Annotated[SupplyPoint | Refused, strawberry.union("ServeHouseholdsResult")]
EndSupplyResult = Annotated[SupplyPoint | Refused, strawberry.union("EndSupplyResult")]


@strawberry.type
class PointQuery:
    @strawberry.field(description="Supply points at or below an area.")
    async def supply_points(
        self,
        info: Info[HouseholdsContext, None],
        area: AreaPath | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[SupplyPoint]:
        request = PageRequest.of(first, after)
        behind = parse_id(str(decode_cursor(after, str)[0]), field="after") if after is not None else None
        actor = info.context.actor
        async with info.context.begin() as uow:
            found = await service.supply_points(uow, actor, area_path=area, after=behind, limit=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await service.count_supply_points(uow, actor, area_path=area)

        page = page_of(found, request, lambda point: encode_cursor(str(point.id)))
        return Connection.of(page, SupplyPoint.of, after=after, count=count)


@strawberry.type
class PointMutation:
    @strawberry.mutation
    @refusals
    async def register_supply_point(
        self, info: Info[HouseholdsContext, None], input: RegisterSupplyPointInput
    ) -> RegisterSupplyPointResult:
        async with info.context.begin() as uow:
            point = await service.register_supply_point(
                uow,
                info.context.actor,
                number=input.number,
                name=input.name,
                area_path=input.area_path,
                registered_on=input.registered_on,
            )
        return SupplyPoint.of(point)

    @strawberry.mutation(description="From a day on the households are served by this point and by no other.")
    @refusals
    async def serve_households(
        self, info: Info[HouseholdsContext, None], input: ServeHouseholdsInput
    ) -> ServeHouseholdsResult:
        async with info.context.begin() as uow:
            point = await service.serve_households(
                uow,
                info.context.actor,
                number=input.number,
                household_ids=[parse_id(key, field="householdIds") for key in input.household_ids],
                since=input.since,
            )
        info.context.loaders.served_counts.clear_all()
        return SupplyPoint.of(point)

    @strawberry.mutation(description="From a day on the households are not served by this point.")
    @refusals
    async def end_supply(self, info: Info[HouseholdsContext, None], input: EndSupplyInput) -> EndSupplyResult:
        async with info.context.begin() as uow:
            point = await service.end_supply(
                uow,
                info.context.actor,
                number=input.number,
                household_ids=[parse_id(key, field="householdIds") for key in input.household_ids],
                on=input.on,
            )
        info.context.loaders.served_counts.clear_all()
        return SupplyPoint.of(point)
