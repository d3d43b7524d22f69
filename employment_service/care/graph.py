"""Places that give care, and the work they make possible. For the employment staff."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

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
from employment_service.amounts import clock_time_of, minutes_of
from employment_service.care import domain, service
from employment_service.context import EmploymentContext
from employment_service.copies.domain import CareKind
from employment_service.employers.graph import Area, id_behind
from employment_service.vacancies.graph import Vacancy
from employment_service.workers.graph import Worker


@strawberry.type(description="One vacancy against which nothing stood but the care.")
class FreedWork:
    others: int | None = strawberry.field(
        description="So many more look for work and did not ask for it nearby; null below ten, perhaps nobody."
    )
    work: strawberry.Private[domain.FreedWork]

    @strawberry.field
    async def vacancy(self, info: Info[EmploymentContext, None]) -> Vacancy | None:
        return Vacancy.perhaps(await info.context.loaders.vacancies.load(self.work.vacancy_id))

    @strawberry.field(description="Those who asked for work nearby.")
    async def workers(self, info: Info[EmploymentContext, None]) -> list[Worker]:
        found = await info.context.loaders.workers.load_many(list(self.work.worker_ids))
        return [Worker.of(worker) for worker in found if worker is not None]

    @staticmethod
    def of(entry: tuple[int, domain.FreedWork]) -> "FreedWork":
        return FreedWork(others=entry[1].others, work=entry[1])


@strawberry.type(description="Looks after people of a village on working days.")
class CareFacility:
    id: strawberry.ID
    kind: CareKind
    name: str
    places: int
    opens_on: date
    closes_on: date | None
    opens_at: str
    closes_at: str
    version: int
    record: strawberry.Private[domain.CareFacility]

    @strawberry.field
    def village(self) -> Area | None:
        return Area(path=AreaPath(self.record.area_path))

    @strawberry.field(
        description="Pairs of carers and vacancies that become possible by it, once a family uses it. The workers "
        "themselves only where they asked for work nearby. Nobody is offered anything by this."
    )
    async def freed_work(
        self, info: Info[EmploymentContext, None], first: int | None = None, after: str | None = None
    ) -> Connection[FreedWork]:
        async with info.context.begin() as uow:
            found = await service.freed_work(uow, facility_id=self.record.id)
        return _pages(found, first, after)

    @staticmethod
    def of(facility: domain.CareFacility) -> "CareFacility":
        return CareFacility(
            id=strawberry.ID(str(facility.id)),
            kind=facility.kind,
            name=facility.name,
            places=facility.places,
            opens_on=facility.opens_on,
            closes_on=facility.closes_on,
            opens_at=clock_time_of(facility.from_minutes),
            closes_at=clock_time_of(facility.to_minutes),
            version=facility.version,
            record=facility,
        )


@strawberry.input
class OpenCareFacilityInput:
    village: AreaPath
    kind: CareKind
    name: str
    places: int
    opens_on: date
    opens_at: str = strawberry.field(description='"07:30"')
    closes_at: str
    idempotency_key: str


@strawberry.input
class CloseCareFacilityInput:
    facility_id: strawberry.ID
    closes_on: date = strawberry.field(description="The first day without it.")
    expected_version: int


@strawberry.input
class WithdrawCareFacilityInput:
    facility_id: strawberry.ID
    expected_version: int


OpenCareFacilityResult = Annotated[CareFacility | Refused, strawberry.union("OpenCareFacilityResult")]


@strawberry.type
class CareFacilityWithdrawn:
    id: strawberry.ID


WithdrawCareFacilityResult = Annotated[CareFacilityWithdrawn | Refused, strawberry.union("WithdrawCareFacilityResult")]
CloseCareFacilityResult = Annotated[CareFacility | Refused, strawberry.union("CloseCareFacilityResult")]


@strawberry.type
class CareQuery:
    @strawberry.field(description="At or below an area, newest first.")
    async def care_facilities(
        self, info: Info[EmploymentContext, None], area: AreaPath, first: int | None = None, after: str | None = None
    ) -> Connection[CareFacility]:
        request = PageRequest.of(first, after)
        async with info.context.begin() as uow:
            found = await service.list_facilities(uow, area_path=area, after=id_behind(after), count=request.first + 1)

        async def total() -> int:
            async with info.context.begin() as uow:
                return await service.count_facilities(uow, area_path=area)

        page = page_of(found, request, lambda facility: encode_cursor(str(facility.id)))
        return Connection.of(page, CareFacility.of, after=after, count=total)


@strawberry.type
class CareMutation:
    @strawberry.mutation(
        description="A place that gives care opens. Registered workers who give such care there are told, nobody else."
    )
    @refusals
    async def open_care_facility(
        self, info: Info[EmploymentContext, None], input: OpenCareFacilityInput
    ) -> OpenCareFacilityResult:
        async with info.context.begin() as uow:
            facility = await service.open_facility(
                uow,
                area_path=input.village,
                kind=input.kind,
                name=input.name,
                places=input.places,
                opens_on=input.opens_on,
                from_minutes=minutes_of(input.opens_at, field="opensAt"),
                to_minutes=minutes_of(input.closes_at, field="closesAt"),
                idempotency_key=input.idempotency_key,
            )
        return CareFacility.of(facility)

    @strawberry.mutation
    @refusals
    async def close_care_facility(
        self, info: Info[EmploymentContext, None], input: CloseCareFacilityInput
    ) -> CloseCareFacilityResult:
        async with info.context.begin() as uow:
            facility = await service.close_facility(
                uow,
                facility_id=parse_id(input.facility_id, field="facilityId"),
                closes_on=input.closes_on,
                expected_version=input.expected_version,
            )
        return CareFacility.of(facility)

    @strawberry.mutation(description="Recorded by mistake: it is shown no more, and nobody is told of it any longer.")
    @refusals
    async def withdraw_care_facility(
        self, info: Info[EmploymentContext, None], input: WithdrawCareFacilityInput
    ) -> WithdrawCareFacilityResult:
        async with info.context.begin() as uow:
            facility = await service.withdraw_facility(
                uow,
                facility_id=parse_id(input.facility_id, field="facilityId"),
                expected_version=input.expected_version,
            )
        return CareFacilityWithdrawn(id=strawberry.ID(str(facility.id)))


def _pages(found: Sequence[domain.FreedWork], first: int | None, after: str | None) -> Connection[FreedWork]:
    """Made anew for each request; a cursor is a place in it."""
    request = PageRequest.of(first, after)
    start = 0
    if after is not None:
        position = decode_cursor(after, int)[0]
        start = position + 1 if isinstance(position, int) else 0
    numbered = list(enumerate(found))[max(start, 0) : max(start, 0) + request.first + 1]

    async def count() -> int:
        return len(found)

    page = page_of(numbered, request, lambda entry: encode_cursor(entry[0]))
    return Connection.of(page, FreedWork.of, after=after, count=count)
