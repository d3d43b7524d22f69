"""Employers and their standing."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet
from strawberry.types import Info

from chassis.errors import InvalidInput
from chassis.graph import AreaPath, Connection, PageRequest, Refused, decode_cursor, encode_cursor, page_of, refusals
from chassis.graph.pages import InvalidCursor
from chassis.identity import Role
from chassis.ids import parse_id
from employment_service.access import POLICY
from employment_service.context import EmploymentContext
from employment_service.employers import domain, service

strawberry.enum(domain.Inspection, description="What is looked at, at least once a year.")


@strawberry.federation.type(keys=[Key(fields=FieldSet("path"), resolvable=False)])
class Area:
    path: AreaPath


@strawberry.type
class EmployerInspection:
    inspection: domain.Inspection
    inspected_on: date


@strawberry.federation.type(keys=["id"], description="Who offers work.")
class Employer:
    id: strawberry.ID
    name: str
    registration_number: str
    area_path: AreaPath
    version: int
    record: strawberry.Private[domain.Employer]

    @strawberry.field
    def area(self) -> Area | None:
        return Area(path=self.area_path)

    @strawberry.field
    def inspections(self) -> list[EmployerInspection]:
        return [
            EmployerInspection(inspection=inspection, inspected_on=day)
            for inspection, day in sorted(self.record.inspected_on.items())
        ]

    @strawberry.field(description="May publish and offer work today.")
    async def in_standing(self, info: Info[EmploymentContext, None]) -> bool:
        return not await _shortcomings(info.context, self.record)

    @strawberry.field(description="What keeps the employer from publishing today, as codes.")
    async def shortcomings(self, info: Info[EmploymentContext, None]) -> list[str]:
        return list(await _shortcomings(info.context, self.record))

    @strawberry.field(description="Since when a critical finding is open. For the independent monitor.")
    def critical_finding_at(self, info: Info[EmploymentContext, None]) -> datetime | None:
        return self.record.critical_finding_at if info.context.actor.roles == {Role.INDEPENDENT_MONITOR} else None

    @classmethod
    async def resolve_reference(cls, info: Info[EmploymentContext, None], id: str) -> "Employer | None":
        POLICY.require(info.context.actor, "readBoard")
        return cls.perhaps(await info.context.loaders.employers.load(parse_id(id)))

    @staticmethod
    def of(employer: domain.Employer) -> "Employer":
        return Employer(
            id=strawberry.ID(str(employer.id)),
            name=employer.name,
            registration_number=employer.registration_number,
            area_path=AreaPath(employer.area_path),
            version=employer.version,
            record=employer,
        )

    @staticmethod
    def perhaps(employer: domain.Employer | None) -> "Employer | None":
        return None if employer is None else Employer.of(employer)


@strawberry.input
class InspectionInput:
    inspection: domain.Inspection
    inspected_on: date


@strawberry.input
class RegisterEmployerInput:
    area: AreaPath
    name: str
    registration_number: str
    inspections: list[InspectionInput]
    forbidden_practice: bool = strawberry.field(
        default=False, description="Drill, locked gates or compulsory classes were found."
    )
    idempotency_key: str


@strawberry.input
class RecordInspectionInput:
    employer_id: strawberry.ID
    inspection: domain.Inspection
    inspected_on: date
    expected_version: int


@strawberry.input
class CloseCriticalFindingInput:
    employer_id: strawberry.ID
    expected_version: int


RegisterEmployerResult = Annotated[Employer | Refused, strawberry.union("RegisterEmployerResult")]
RecordInspectionResult = Annotated[Employer | Refused, strawberry.union("RecordInspectionResult")]
CloseCriticalFindingResult = Annotated[Employer | Refused, strawberry.union("CloseCriticalFindingResult")]


@strawberry.type
class EmployerQuery:
    @strawberry.field
    async def employer(self, info: Info[EmploymentContext, None], id: strawberry.ID) -> Employer | None:
        POLICY.require(info.context.actor, "readBoard")
        return Employer.perhaps(await info.context.loaders.employers.load(parse_id(id)))

    @strawberry.field(description="Employers whose office lies at or below an area.")
    async def employers(
        self, info: Info[EmploymentContext, None], area: AreaPath, first: int | None = None, after: str | None = None
    ) -> Connection[Employer]:
        POLICY.require(info.context.actor, "readBoard")
        request = PageRequest.of(first, after)
        async with info.context.begin() as uow:
            found = await uow.employers.under(area, after=id_behind(after), count=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.employers.count_under(area)

        page = page_of(found, request, lambda employer: encode_cursor(str(employer.id)))
        return Connection.of(page, Employer.of, after=after, count=count)


@strawberry.type
class EmployerMutation:
    @strawberry.mutation
    @refusals
    async def register_employer(
        self, info: Info[EmploymentContext, None], input: RegisterEmployerInput
    ) -> RegisterEmployerResult:
        async with info.context.begin() as uow:
            employer = await service.register_employer(
                uow,
                area_path=input.area,
                name=input.name,
                registration_number=input.registration_number,
                inspected_on={each.inspection: each.inspected_on for each in input.inspections},
                forbidden_practice=input.forbidden_practice,
                idempotency_key=input.idempotency_key,
            )
        return Employer.of(employer)

    @strawberry.mutation
    @refusals
    async def record_inspection(
        self, info: Info[EmploymentContext, None], input: RecordInspectionInput
    ) -> RecordInspectionResult:
        async with info.context.begin() as uow:
            employer = await service.record_inspection(
                uow,
                employer_id=parse_id(input.employer_id, field="employerId"),
                inspection=input.inspection,
                on=input.inspected_on,
                expected_version=input.expected_version,
            )
        return Employer.of(employer)

    @strawberry.mutation(description="By the independent monitor, when it was put right.")
    @refusals
    async def close_critical_finding(
        self, info: Info[EmploymentContext, None], input: CloseCriticalFindingInput
    ) -> CloseCriticalFindingResult:
        async with info.context.begin() as uow:
            employer = await service.close_critical_finding(
                uow,
                employer_id=parse_id(input.employer_id, field="employerId"),
                expected_version=input.expected_version,
            )
        return Employer.of(employer)


def id_behind(cursor: str | None) -> UUID | None:
    """The id a page goes on behind."""
    if cursor is None:
        return None
    try:
        return parse_id(str(decode_cursor(cursor, str)[0]), field="after")
    except InvalidInput:
        raise InvalidCursor("This is not a cursor of this list.", field="after") from None


def day_and_id_behind(cursor: str | None) -> tuple[date, UUID] | None:
    """The day and the id a page goes on behind, of a list that is in the order of days."""
    if cursor is None:
        return None
    day, text = decode_cursor(cursor, str, str)
    try:
        return date.fromisoformat(str(day)), parse_id(str(text), field="after")
    except (ValueError, InvalidInput):
        raise InvalidCursor("This is not a cursor of this list.", field="after") from None


async def _shortcomings(context: EmploymentContext, employer: domain.Employer) -> tuple[str, ...]:
    policy = await context.loaders.policies.load(employer.area_path)
    today = await context.loaders.days.load(employer.area_path)
    return employer.shortcomings(on=today, inspection_months=policy.inspection_months)
