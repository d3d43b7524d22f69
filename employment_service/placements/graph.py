"""Placements. How one ended is shown to its worker and the independent monitor; to others it has ended."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, Money, PageRequest, Refused, encode_cursor, page_of, refusals
from chassis.graph.scalars import money_of_cents
from chassis.ids import parse_id
from employment_service.amounts import cents_of
from employment_service.context import EmploymentContext
from employment_service.employers.graph import Employer, id_behind
from employment_service.placements import care, domain, service
from employment_service.placements.calendar import month_of, month_text
from employment_service.placements.domain import PlacementState
from employment_service.placements.reading import listable, sees_everything
from employment_service.placements.repository import PlacementFilter
from employment_service.vacancies.graph import Vacancy, VacancyTerms
from employment_service.workers.graph import Worker
from employment_service.workers.service import is_self

strawberry.enum(domain.FollowUpState)


@strawberry.enum(description="How an employer's record of an end may read.")
class EmployerEnding(Enum):
    ENDED = "ENDED"
    EMPLOYER_TERMINATED = "EMPLOYER_TERMINATED"


@strawberry.type
class PlacementStep:
    state: PlacementState
    on: date
    recorded_at: datetime


@strawberry.type
class WageConfirmation:
    month: str
    amount: Money | None


@strawberry.type(description="Asked on days 7, 30, 90 and 180. For the worker and the independent monitor.")
class FollowUp:
    id: strawberry.ID
    day: int
    due_on: date
    state: domain.FollowUpState
    answered_at: datetime | None

    @staticmethod
    def of(follow_up: domain.FollowUp) -> "FollowUp":
        return FollowUp(
            id=strawberry.ID(str(follow_up.id)),
            day=follow_up.day,
            due_on=follow_up.due_on,
            state=follow_up.state,
            answered_at=follow_up.answered_at,
        )


@strawberry.federation.type(keys=["id"], description="What follows a worker's yes.")
class Placement:
    id: strawberry.ID
    since: date
    confirmed_wage_months: list[str] = strawberry.field(description="Each confirmed by the worker.")
    version: int
    record: strawberry.Private[domain.Placement]

    @strawberry.field(description="STABLE needs three months and three wages the worker confirmed.")
    async def state(self, info: Info[EmploymentContext, None]) -> PlacementState:
        return domain.shown_state(self.record, to_worker_or_monitor=await self._is_open(info))

    @strawberry.field(description="The transition log; for others than worker and monitor, without how it ended.")
    async def steps(self, info: Info[EmploymentContext, None]) -> list[PlacementStep]:
        everything = await self._is_open(info)
        return [
            PlacementStep(
                state=step.state if everything or step.state in domain.CURRENT else PlacementState.ENDED,
                on=step.on,
                recorded_at=step.recorded_at,
            )
            for step in self.record.log
        ]

    @strawberry.field
    async def vacancy(self, info: Info[EmploymentContext, None]) -> Vacancy | None:
        return Vacancy.perhaps(await info.context.loaders.vacancies.load(self.record.vacancy_id))

    @strawberry.field
    async def employer(self, info: Info[EmploymentContext, None]) -> Employer | None:
        return Employer.perhaps(await info.context.loaders.employers.load(self.record.employer_id))

    @strawberry.field(description="Null for the employer: see workerName.")
    async def worker(self, info: Info[EmploymentContext, None]) -> Worker | None:
        return Worker.perhaps(await info.context.loaders.workers.load(self.record.worker_id))

    @strawberry.field(description="The name the worker gave, while the placement is current.")
    async def worker_name(self, info: Info[EmploymentContext, None]) -> str | None:
        if not self.record.current:
            return None
        return await info.context.loaders.display_names.load(self.record.worker_id)

    @strawberry.field(description="The terms the worker accepted.")
    async def terms(self, info: Info[EmploymentContext, None]) -> VacancyTerms | None:
        version = await info.context.loaders.terms.load((self.record.vacancy_id, self.record.terms_version))
        return None if version is None else VacancyTerms.of(version)

    @strawberry.field(description="The earliest day on which it can be stable; null before the start.")
    async def stable_from(self, info: Info[EmploymentContext, None]) -> date | None:
        policy = await info.context.loaders.policies.load(self.record.area_path)
        return domain.stable_from(self.record, months=policy.stable_months)

    @strawberry.field(description="With the amounts. For the worker and the independent monitor.")
    async def wages(self, info: Info[EmploymentContext, None]) -> list[WageConfirmation] | None:
        if not await self._is_open(info):
            return None
        return [
            WageConfirmation(
                month=month_text(wage.month), amount=None if wage.cents is None else money_of_cents(wage.cents)
            )
            for wage in self.record.wages
        ]

    @strawberry.field
    async def follow_ups(self, info: Info[EmploymentContext, None]) -> list[FollowUp] | None:
        if not await self._is_open(info):
            return None
        return [FollowUp.of(each) for each in await info.context.loaders.follow_ups.load(self.record.id)]

    @strawberry.field(description="The worker wants the funded trip home. For the worker and the independent monitor.")
    async def return_trip_wanted(self, info: Info[EmploymentContext, None]) -> bool | None:
        return self.record.return_trip_wanted if await self._is_open(info) else None

    @classmethod
    async def resolve_reference(cls, info: Info[EmploymentContext, None], id: str) -> "Placement | None":
        return cls.perhaps(await info.context.loaders.placements.load(parse_id(id)))

    async def _is_open(self, info: Info[EmploymentContext, None]) -> bool:
        worker = await info.context.loaders.workers.load(self.record.worker_id)
        own = worker is not None and is_self(info.context.actor, worker)
        return sees_everything(info.context.actor.roles, own=own)

    @staticmethod
    def of(placement: domain.Placement) -> "Placement":
        return Placement(
            id=strawberry.ID(str(placement.id)),
            since=placement.since,
            confirmed_wage_months=[month_text(wage.month) for wage in placement.wages],
            version=placement.version,
            record=placement,
        )

    @staticmethod
    def perhaps(placement: domain.Placement | None) -> "Placement | None":
        return None if placement is None else Placement.of(placement)


@strawberry.input
class PlacementStepInput:
    placement_id: strawberry.ID
    on: date | None = strawberry.field(default=None, description="The day it happened; today by default.")
    expected_version: int


@strawberry.input
class RecordContractInput:
    placement_id: strawberry.ID
    monthly_wage: Decimal
    contract_months: int
    starts_on: date
    expected_version: int


@strawberry.input
class ConfirmWageInput:
    placement_id: strawberry.ID
    month: str = strawberry.field(description='"2020-09"')
    amount: Decimal | None = None
    expected_version: int


@strawberry.input
class PlacementInput:
    placement_id: strawberry.ID
    expected_version: int


@strawberry.input
class ResignInput:
    placement_id: strawberry.ID
    return_trip: bool = strawberry.field(default=False, description="The worker wants the funded trip home.")


@strawberry.input
class EndPlacementInput:
    placement_id: strawberry.ID
    how: EmployerEnding
    on: date | None = None
    expected_version: int


@strawberry.input
class AnswerFollowUpInput:
    follow_up_id: strawberry.ID
    wages_on_time: bool
    documents_with_me: bool
    free_to_leave: bool
    paid_a_fee: bool
    wants_contact: bool = False


@strawberry.input
class PlacementFilterInput:
    current_only: bool = True
    vacancy_id: strawberry.ID | None = None


RecordContractResult = Annotated[Placement | Refused, strawberry.union("RecordContractResult")]
BookTravelResult = Annotated[Placement | Refused, strawberry.union("BookTravelResult")]
ConfirmArrivalResult = Annotated[Placement | Refused, strawberry.union("ConfirmArrivalResult")]
ConfirmStartResult = Annotated[Placement | Refused, strawberry.union("ConfirmStartResult")]
ConfirmWageResult = Annotated[Placement | Refused, strawberry.union("ConfirmWageResult")]
TakeBackStepResult = Annotated[Placement | Refused, strawberry.union("TakeBackStepResult")]
ResignResult = Annotated[Placement | Refused, strawberry.union("ResignResult")]
ConfirmReturnResult = Annotated[Placement | Refused, strawberry.union("ConfirmReturnResult")]
EndPlacementResult = Annotated[Placement | Refused, strawberry.union("EndPlacementResult")]
AnswerFollowUpResult = Annotated[FollowUp | Refused, strawberry.union("AnswerFollowUpResult")]


@strawberry.type
class PlacementQuery:
    @strawberry.field
    async def placement(self, info: Info[EmploymentContext, None], id: strawberry.ID) -> Placement | None:
        return Placement.perhaps(await info.context.loaders.placements.load(parse_id(id)))

    @strawberry.field(description="Of an area for staff and monitor, of their own for employers and workers.")
    async def placements(
        self,
        info: Info[EmploymentContext, None],
        area: AreaPath | None = None,
        filter: PlacementFilterInput | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Placement]:
        request = PageRequest.of(first, after)
        given = filter or PlacementFilterInput()
        async with info.context.begin() as uow:
            wanted = await listable(
                uow,
                PlacementFilter(
                    area_path=area,
                    vacancy_id=None if given.vacancy_id is None else parse_id(given.vacancy_id, field="vacancyId"),
                    current_only=given.current_only,
                ),
            )
            found = await uow.placements.page(wanted, after=id_behind(after), count=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.placements.count(wanted)

        page = page_of(found, request, lambda placement: encode_cursor(str(placement.id)))
        return Connection.of(page, Placement.of, after=after, count=count)


@strawberry.type
class PlacementMutation:
    @strawberry.mutation(description="By the employer: the written contract says what the worker accepted.")
    @refusals
    async def record_contract(
        self, info: Info[EmploymentContext, None], input: RecordContractInput
    ) -> RecordContractResult:
        contract = service.Contract(
            monthly_wage_cents=cents_of(input.monthly_wage, field="monthlyWage"),
            contract_months=input.contract_months,
            starts_on=input.starts_on,
        )
        async with info.context.begin() as uow:
            placement = await service.record_contract(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                contract=contract,
                expected_version=input.expected_version,
            )
        return Placement.of(placement)

    @strawberry.mutation(description="Only where there is a way to travel; own travel is always possible.")
    @refusals
    async def book_travel(self, info: Info[EmploymentContext, None], input: PlacementStepInput) -> BookTravelResult:
        async with info.context.begin() as uow:
            placement = await service.book_travel(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                on=input.on,
                expected_version=input.expected_version,
            )
        return Placement.of(placement)

    @strawberry.mutation
    @refusals
    async def confirm_arrival(
        self, info: Info[EmploymentContext, None], input: PlacementStepInput
    ) -> ConfirmArrivalResult:
        async with info.context.begin() as uow:
            placement = await service.confirm_arrival(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                on=input.on,
                expected_version=input.expected_version,
            )
        return Placement.of(placement)

    @strawberry.mutation
    @refusals
    async def confirm_start(self, info: Info[EmploymentContext, None], input: PlacementStepInput) -> ConfirmStartResult:
        async with info.context.begin() as uow:
            placement = await service.confirm_start(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                on=input.on,
                expected_version=input.expected_version,
            )
        return Placement.of(placement)

    @strawberry.mutation(description="By the worker: the wage of a month came in.")
    @refusals
    async def confirm_wage(self, info: Info[EmploymentContext, None], input: ConfirmWageInput) -> ConfirmWageResult:
        async with info.context.begin() as uow:
            placement = await service.confirm_wage(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                month=month_of(input.month),
                cents=None if input.amount is None else cents_of(input.amount, field="amount"),
                expected_version=input.expected_version,
            )
        return Placement.of(placement)

    @strawberry.mutation(description="By the worker: the last step did not happen, whoever recorded it.")
    @refusals
    async def take_back_step(self, info: Info[EmploymentContext, None], input: PlacementInput) -> TakeBackStepResult:
        async with info.context.begin() as uow:
            placement = await service.take_back_step(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                expected_version=input.expected_version,
            )
        return Placement.of(placement)

    @strawberry.mutation(description="At once: no approval, no reason, no debt, no effect on aid.")
    @refusals
    async def resign(self, info: Info[EmploymentContext, None], input: ResignInput) -> ResignResult:
        async with info.context.begin() as uow:
            placement = await service.resign(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                return_trip=input.return_trip,
            )
        return Placement.of(placement)

    @strawberry.mutation(description="By the worker: home again.")
    @refusals
    async def confirm_return(self, info: Info[EmploymentContext, None], input: PlacementInput) -> ConfirmReturnResult:
        async with info.context.begin() as uow:
            placement = await service.confirm_return(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                expected_version=input.expected_version,
            )
        return Placement.of(placement)

    @strawberry.mutation(description="By the employer.")
    @refusals
    async def end_placement(self, info: Info[EmploymentContext, None], input: EndPlacementInput) -> EndPlacementResult:
        async with info.context.begin() as uow:
            placement = await service.end_placement(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                how=PlacementState(input.how.value),
                on=input.on,
                expected_version=input.expected_version,
            )
        return Placement.of(placement)

    @strawberry.mutation(description="By the worker. Kept papers or a locked door stop this employer's offers at once.")
    @refusals
    async def answer_follow_up(
        self, info: Info[EmploymentContext, None], input: AnswerFollowUpInput
    ) -> AnswerFollowUpResult:
        async with info.context.begin() as uow:
            follow_up = await care.answer_follow_up(
                uow,
                follow_up_id=parse_id(input.follow_up_id, field="followUpId"),
                answer=domain.FollowUpAnswer(
                    wages_on_time=input.wages_on_time,
                    documents_with_me=input.documents_with_me,
                    free_to_leave=input.free_to_leave,
                    paid_a_fee=input.paid_a_fee,
                    wants_contact=input.wants_contact,
                ),
            )
        return FollowUp.of(follow_up)
