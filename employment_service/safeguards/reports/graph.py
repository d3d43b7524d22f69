"""What a worker tells of their own accord: contacts nobody asked for, hours worked."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import Refused, refusals
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.safeguards.reports import service


@strawberry.type(description="What was told is with the independent monitor.")
class Told:
    at: datetime


@strawberry.input
class ReportJobContactInput:
    happened_on: date


@strawberry.input
class ReportHoursInput:
    placement_id: strawberry.ID
    monday: date
    hours: int


ReportJobContactResult = Annotated[Told | Refused, strawberry.union("ReportJobContactResult")]
ReportHoursResult = Annotated[Told | Refused, strawberry.union("ReportHoursResult")]


@strawberry.type
class ReportMutation:
    @strawberry.mutation(description="By the worker: somebody spoke to them about work they had not asked for.")
    @refusals
    async def report_job_contact(
        self, info: Info[EmploymentContext, None], input: ReportJobContactInput
    ) -> ReportJobContactResult:
        async with info.context.begin() as uow:
            await service.report_job_contact(uow, happened_on=input.happened_on)
        return Told(at=uow.now)

    @strawberry.mutation(description="By the worker: hours worked in a week.")
    @refusals
    async def report_hours(self, info: Info[EmploymentContext, None], input: ReportHoursInput) -> ReportHoursResult:
        async with info.context.begin() as uow:
            await service.report_hours(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                monday=input.monday,
                hours=input.hours,
            )
        return Told(at=uow.now)
