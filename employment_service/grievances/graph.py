"""Complaining, the answers, and the monitor's list."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, PageRequest, Refused, encode_cursor, page_of, refusals
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.employers.graph import id_behind
from employment_service.grievances import domain, service

strawberry.enum(domain.GrievanceKind)
strawberry.enum(domain.GrievanceChannel)
strawberry.enum(domain.GrievanceState)


@strawberry.type
class GrievanceStep:
    state: domain.GrievanceState
    at: datetime
    by_monitor: bool
    said: str | None = strawberry.field(description="An answer, or why one does not do.")


@strawberry.type(description="For whoever complained and the independent monitor; never for whom it is about.")
class Grievance:
    id: strawberry.ID
    kind: domain.GrievanceKind
    channel: domain.GrievanceChannel
    critical: bool
    state: domain.GrievanceState
    area_path: AreaPath
    text: str
    filed_at: datetime
    due_at: datetime = strawberry.field(description="By when an answer is due: a critical one within 24 hours.")
    escalated_at: datetime | None
    watch_until: datetime | None = strawberry.field(description="Until when nothing may be done to them for it.")
    anonymous: bool
    about_subject: str | None
    about_employer_id: strawberry.ID | None
    about_placement_id: strawberry.ID | None
    steps: list[GrievanceStep]
    version: int

    @strawberry.field(description="A line outside everything here, from the safeguards of the area.")
    async def outside_line(self, info: Info[EmploymentContext, None]) -> str | None:
        return await info.context.loaders.outside_lines.load(self.area_path)

    @staticmethod
    def of(grievance: domain.Grievance) -> "Grievance":
        employer, placement = grievance.about_employer_id, grievance.about_placement_id
        return Grievance(
            id=strawberry.ID(str(grievance.id)),
            kind=grievance.kind,
            channel=grievance.channel,
            critical=grievance.critical,
            state=grievance.state,
            area_path=AreaPath(grievance.area_path),
            text=grievance.text,
            filed_at=grievance.filed_at,
            due_at=grievance.due_at,
            escalated_at=grievance.escalated_at,
            watch_until=grievance.watch_until,
            anonymous=grievance.filer is None,
            about_subject=grievance.about_subject,
            about_employer_id=None if employer is None else strawberry.ID(str(employer)),
            about_placement_id=None if placement is None else strawberry.ID(str(placement)),
            steps=[
                GrievanceStep(state=step.state, at=step.at, by_monitor=step.by is not None, said=step.said)
                for step in grievance.log
            ],
            version=grievance.version,
        )


@strawberry.type
class FiledGrievance:
    grievance: Grievance
    receipt: str | None = strawberry.field(description="Shown this once: it alone opens an anonymous grievance.")


@strawberry.input
class FileGrievanceInput:
    kind: domain.GrievanceKind
    text: str
    anonymous: bool = False
    area: AreaPath | None = strawberry.field(default=None, description="Your own village by default.")
    channel: domain.GrievanceChannel = domain.GrievanceChannel.APP
    about_subject: str | None = strawberry.field(
        default=None, description="The token subject of the person it is about."
    )
    about_employer_id: strawberry.ID | None = None
    about_placement_id: strawberry.ID | None = None


@strawberry.input
class HandleGrievanceInput:
    grievance_id: strawberry.ID
    state: domain.GrievanceState
    text: str | None = strawberry.field(default=None, description="The answer, for ANSWERED.")
    expected_version: int


@strawberry.input
class ReopenGrievanceInput:
    grievance_id: strawberry.ID
    receipt: str | None = None
    text: str


FileGrievanceResult = Annotated[FiledGrievance | Refused, strawberry.union("FileGrievanceResult")]
HandleGrievanceResult = Annotated[Grievance | Refused, strawberry.union("HandleGrievanceResult")]
ReopenGrievanceResult = Annotated[Grievance | Refused, strawberry.union("ReopenGrievanceResult")]


@strawberry.type
class GrievanceQuery:
    @strawberry.field(description="The caller's own that were not anonymous, newest first.")
    async def my_grievances(self, info: Info[EmploymentContext, None]) -> list[Grievance]:
        async with info.context.begin() as uow:
            return [Grievance.of(each) for each in await service.own_grievances(uow)]

    @strawberry.field(description="An anonymous one and its answers, by the receipt that was shown once.")
    async def grievance_of_receipt(self, info: Info[EmploymentContext, None], receipt: str) -> Grievance | None:
        async with info.context.begin() as uow:
            found = await service.grievance_of_receipt(uow, receipt)
        return None if found is None else Grievance.of(found)

    @strawberry.field(description="For the independent monitor, oldest first; not those about the caller.")
    async def grievances(
        self,
        info: Info[EmploymentContext, None],
        area: AreaPath,
        waiting_only: bool = True,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Grievance]:
        request = PageRequest.of(first, after)
        async with info.context.begin() as uow:
            found = await service.grievance_page(
                uow, area, waiting_only=waiting_only, after=id_behind(after), count=request.first + 1
            )

        async def count() -> int:
            async with info.context.begin() as uow:
                hearing = await service.hearing_in(uow, area)
                return await uow.grievances.count(area, waiting_only=waiting_only, hearing=hearing)

        page = page_of(found, request, lambda grievance: encode_cursor(str(grievance.id)))
        return Connection.of(page, Grievance.of, after=after, count=count)


@strawberry.type
class GrievanceMutation:
    @strawberry.mutation(description="Goes to the independent monitor alone. Anonymous: nobody can tell who spoke.")
    @refusals
    async def file_grievance(
        self, info: Info[EmploymentContext, None], input: FileGrievanceInput
    ) -> FileGrievanceResult:
        employer, placement = input.about_employer_id, input.about_placement_id
        async with info.context.begin() as uow:
            grievance, receipt = await service.file_grievance(
                uow,
                kind=input.kind,
                text=input.text,
                anonymous=input.anonymous,
                area_path=input.area,
                channel=input.channel,
                about_subject=input.about_subject,
                about_employer_id=None if employer is None else parse_id(employer, field="aboutEmployerId"),
                about_placement_id=None if placement is None else parse_id(placement, field="aboutPlacementId"),
            )
        return FiledGrievance(grievance=Grievance.of(grievance), receipt=receipt)

    @strawberry.mutation(description="By the monitor: taken up, answered, closed.")
    @refusals
    async def handle_grievance(
        self, info: Info[EmploymentContext, None], input: HandleGrievanceInput
    ) -> HandleGrievanceResult:
        async with info.context.begin() as uow:
            grievance = await service.handle_grievance(
                uow,
                grievance_id=parse_id(input.grievance_id, field="grievanceId"),
                to=input.state,
                text=input.text,
                expected_version=input.expected_version,
            )
        return Grievance.of(grievance)

    @strawberry.mutation(description="By whoever complained, with the receipt if it was anonymous.")
    @refusals
    async def reopen_grievance(
        self, info: Info[EmploymentContext, None], input: ReopenGrievanceInput
    ) -> ReopenGrievanceResult:
        async with info.context.begin() as uow:
            grievance = await service.reopen_grievance(
                uow,
                grievance_id=parse_id(input.grievance_id, field="grievanceId"),
                receipt=input.receipt,
                text=input.text,
            )
        return Grievance.of(grievance)
