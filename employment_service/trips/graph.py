"""Travel: booked alone or in a group, home again, and paid for."""

from datetime import date
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, PageRequest, Refused, encode_cursor, page_of, refusals
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.employers.graph import day_and_id_behind, id_behind
from employment_service.placements.domain import TravelWay
from employment_service.placements.graph import Placement
from employment_service.trips import domain, service
from employment_service.trips.types import TravelSubsidy, Trip
from employment_service.vacancies.graph import Vacancy


@strawberry.type(description="A trip that people of one vacancy may join.")
class GroupTrip:
    id: strawberry.ID
    leaves_on: date
    meeting_place: str
    booked: int = strawberry.field(description="Seats of people with a contract who travel with it.")
    record: strawberry.Private[domain.GroupTrip]

    @strawberry.field
    async def vacancy(self, info: Info[EmploymentContext, None]) -> Vacancy | None:
        return Vacancy.perhaps(await info.context.loaders.vacancies.load(self.record.vacancy_id))

    @staticmethod
    def of(group: domain.GroupTrip, booked: int) -> "GroupTrip":
        return GroupTrip(
            id=strawberry.ID(str(group.id)),
            leaves_on=group.leaves_on,
            meeting_place=group.meeting_place,
            booked=booked,
            record=group,
        )


@strawberry.type(description="Somebody goes home; why is not said.")
class TripHome:
    placement_id: strawberry.ID
    trip: Trip

    @strawberry.field(description="The name the worker gave.")
    async def worker_name(self, info: Info[EmploymentContext, None]) -> str | None:
        return await info.context.loaders.display_names.load(self.record.worker_id)

    record: strawberry.Private[domain.Trip]

    @staticmethod
    def of(trip: domain.Trip) -> "TripHome":
        return TripHome(placement_id=strawberry.ID(str(trip.placement_id)), trip=Trip.of(trip), record=trip)


@strawberry.input
class BookTravelInput:
    placement_id: strawberry.ID
    way: TravelWay = TravelWay.OWN
    group_trip_id: strawberry.ID | None = strawberry.field(default=None, description="With GROUP.")
    leaves_on: date | None = None
    on: date | None = strawberry.field(default=None, description="The day it was booked; today by default.")
    expected_version: int


@strawberry.input
class ChooseTravelInput:
    placement_id: strawberry.ID
    way: TravelWay
    expected_version: int


@strawberry.input
class ArrangeGroupTripInput:
    vacancy_id: strawberry.ID
    leaves_on: date
    meeting_place: str
    idempotency_key: str


@strawberry.input
class BookReturnTripInput:
    placement_id: strawberry.ID
    leaves_on: date


@strawberry.input
class PayTravelSubsidyInput:
    placement_id: strawberry.ID
    on: date | None = strawberry.field(default=None, description="The day it was paid; today by default.")


BookTravelResult = Annotated[Placement | Refused, strawberry.union("BookTravelResult")]
ChooseTravelResult = Annotated[Placement | Refused, strawberry.union("ChooseTravelResult")]
ArrangeGroupTripResult = Annotated[GroupTrip | Refused, strawberry.union("ArrangeGroupTripResult")]
BookReturnTripResult = Annotated[TripHome | Refused, strawberry.union("BookReturnTripResult")]
PayTravelSubsidyResult = Annotated[TravelSubsidy | Refused, strawberry.union("PayTravelSubsidyResult")]


@strawberry.type
class TripQuery:
    @strawberry.field(description="For the staff and the employer.")
    async def group_trips(self, info: Info[EmploymentContext, None], vacancy_id: strawberry.ID) -> list[GroupTrip]:
        async with info.context.begin() as uow:
            found = await service.group_trips(uow, parse_id(vacancy_id, field="vacancyId"))
        return [GroupTrip.of(group, booked) for group, booked in found]

    @strawberry.field(description="Funded trips home that nobody has booked yet, longest waiting first.")
    async def trips_home(
        self, info: Info[EmploymentContext, None], area: AreaPath, first: int | None = None, after: str | None = None
    ) -> Connection[TripHome]:
        request = PageRequest.of(first, after)
        async with info.context.begin() as uow:
            found = await service.trips_home(uow, area, after=id_behind(after), count=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.trips.count_wanted_home(area)

        page = page_of(found, request, lambda trip: encode_cursor(str(trip.id)))
        return Connection.of(page, TripHome.of, after=after, count=count)

    @strawberry.field(description="Owed today and not paid, oldest first. Nobody has to apply.")
    async def travel_subsidies_owed(
        self, info: Info[EmploymentContext, None], area: AreaPath, first: int | None = None, after: str | None = None
    ) -> Connection[TravelSubsidy]:
        request = PageRequest.of(first, after)
        async with info.context.begin() as uow:
            found = await service.subsidies_owed(uow, area, after=day_and_id_behind(after), count=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.trips.count_owed(area, on=await uow.today(area))

        page = page_of(found, request, lambda owed: encode_cursor(owed.owed_on.isoformat(), str(owed.placement_id)))
        return Connection.of(page, TravelSubsidy.of, after=after, count=count)


@strawberry.type
class TripMutation:
    @strawberry.mutation(description="Only where there is a way to travel; own travel is always possible.")
    @refusals
    async def book_travel(self, info: Info[EmploymentContext, None], input: BookTravelInput) -> BookTravelResult:
        group = input.group_trip_id
        async with info.context.begin() as uow:
            placement = await service.book_travel(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                on=input.on,
                expected_version=input.expected_version,
                way=input.way,
                leaves_on=input.leaves_on,
                group_trip_id=None if group is None else parse_id(group, field="groupTripId"),
            )
        return Placement.of(placement)

    @strawberry.mutation(description="By the worker: alone or with the group. Nobody changes it for them.")
    @refusals
    async def choose_travel(self, info: Info[EmploymentContext, None], input: ChooseTravelInput) -> ChooseTravelResult:
        async with info.context.begin() as uow:
            placement = await service.choose_travel(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                way=input.way,
                expected_version=input.expected_version,
            )
        return Placement.of(placement)

    @strawberry.mutation(description="A seat for everybody with a contract who does not travel alone.")
    @refusals
    async def arrange_group_trip(
        self, info: Info[EmploymentContext, None], input: ArrangeGroupTripInput
    ) -> ArrangeGroupTripResult:
        async with info.context.begin() as uow:
            group, booked = await service.arrange_group_trip(
                uow,
                vacancy_id=parse_id(input.vacancy_id, field="vacancyId"),
                leaves_on=input.leaves_on,
                meeting_place=input.meeting_place,
                idempotency_key=input.idempotency_key,
            )
        return GroupTrip.of(group, booked)

    @strawberry.mutation(description="Books the funded trip home for a worker who asked for it.")
    @refusals
    async def book_return_trip(
        self, info: Info[EmploymentContext, None], input: BookReturnTripInput
    ) -> BookReturnTripResult:
        async with info.context.begin() as uow:
            trip = await service.book_return_trip(
                uow, placement_id=parse_id(input.placement_id, field="placementId"), leaves_on=input.leaves_on
            )
        return TripHome.of(trip)

    @strawberry.mutation(description="Writes down that an owed subsidy was paid.")
    @refusals
    async def pay_travel_subsidy(
        self, info: Info[EmploymentContext, None], input: PayTravelSubsidyInput
    ) -> PayTravelSubsidyResult:
        async with info.context.begin() as uow:
            paid = await service.pay_subsidy(
                uow, placement_id=parse_id(input.placement_id, field="placementId"), on=input.on
            )
        return TravelSubsidy.of(paid)
