"""What workers say of wages, and claims that the staff helps with."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, PageRequest, Refused, encode_cursor, page_of, refusals
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.employers.graph import day_and_id_behind
from employment_service.placements.calendar import month_of
from employment_service.placements.graph import Placement
from employment_service.wages import domain, service
from employment_service.wages.types import LateWage


@strawberry.type(description="A worker asked for help to claim a late wage.")
class WageClaim:
    wage: LateWage
    record: strawberry.Private[domain.WageArrears]

    @strawberry.field
    async def placement(self, info: Info[EmploymentContext, None]) -> Placement | None:
        return Placement.perhaps(await info.context.loaders.placements.load(self.record.placement_id))

    @strawberry.field(description="The name the worker gave.")
    async def worker_name(self, info: Info[EmploymentContext, None]) -> str | None:
        return await info.context.loaders.display_names.load(self.record.worker_id)

    @staticmethod
    def of(arrears: domain.WageArrears) -> "WageClaim":
        return WageClaim(wage=LateWage.of(arrears), record=arrears)


@strawberry.input
class ReportMissingWageInput:
    placement_id: strawberry.ID
    month: str = strawberry.field(description='"2020-09"')
    ask_for_help: bool = strawberry.field(default=False, description="The employment staff then helps to claim it.")


@strawberry.input
class GiveWageHelpInput:
    placement_id: strawberry.ID
    month: str


ReportMissingWageResult = Annotated[LateWage | Refused, strawberry.union("ReportMissingWageResult")]
GiveWageHelpResult = Annotated[WageClaim | Refused, strawberry.union("GiveWageHelpResult")]


@strawberry.type
class WageQuery:
    @strawberry.field(description="Of workers who asked for help and were not paid yet, longest due first.")
    async def wage_claims(
        self, info: Info[EmploymentContext, None], area: AreaPath, first: int | None = None, after: str | None = None
    ) -> Connection[WageClaim]:
        request = PageRequest.of(first, after)
        async with info.context.begin() as uow:
            found = await service.wage_claims(uow, area, after=day_and_id_behind(after), count=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.wages.count_claims(area)

        page = page_of(found, request, lambda claim: encode_cursor(claim.due_on.isoformat(), str(claim.placement_id)))
        return Connection.of(page, WageClaim.of, after=after, count=count)


@strawberry.type
class WageMutation:
    @strawberry.mutation(description="By the worker: a wage that was due has not come.")
    @refusals
    async def report_missing_wage(
        self, info: Info[EmploymentContext, None], input: ReportMissingWageInput
    ) -> ReportMissingWageResult:
        async with info.context.begin() as uow:
            arrears = await service.report_missing_wage(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                month=month_of(input.month),
                ask_for_help=input.ask_for_help,
            )
        return LateWage.of(arrears)

    @strawberry.mutation(description="The staff has helped; the claim stays open until the worker confirms the wage.")
    @refusals
    async def give_wage_help(self, info: Info[EmploymentContext, None], input: GiveWageHelpInput) -> GiveWageHelpResult:
        async with info.context.begin() as uow:
            arrears = await service.give_wage_help(
                uow, placement_id=parse_id(input.placement_id, field="placementId"), month=month_of(input.month)
            )
        return WageClaim.of(arrears)
