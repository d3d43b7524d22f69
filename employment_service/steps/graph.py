"""The mutations by which a placement moves on, back, or ends."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import Refused, refusals
from chassis.ids import parse_id
from employment_service.amounts import cents_of
from employment_service.context import EmploymentContext
from employment_service.placements import service
from employment_service.placements.calendar import month_of
from employment_service.placements.domain import PlacementState
from employment_service.placements.graph import Placement


@strawberry.enum(description="How an employer's record of an end may read.")
class EmployerEnding(Enum):
    ENDED = "ENDED"
    EMPLOYER_TERMINATED = "EMPLOYER_TERMINATED"


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


RecordContractResult = Annotated[Placement | Refused, strawberry.union("RecordContractResult")]
BookTravelResult = Annotated[Placement | Refused, strawberry.union("BookTravelResult")]
ConfirmArrivalResult = Annotated[Placement | Refused, strawberry.union("ConfirmArrivalResult")]
ConfirmStartResult = Annotated[Placement | Refused, strawberry.union("ConfirmStartResult")]
ConfirmWageResult = Annotated[Placement | Refused, strawberry.union("ConfirmWageResult")]
TakeBackStepResult = Annotated[Placement | Refused, strawberry.union("TakeBackStepResult")]
ResignResult = Annotated[Placement | Refused, strawberry.union("ResignResult")]
ConfirmReturnResult = Annotated[Placement | Refused, strawberry.union("ConfirmReturnResult")]
EndPlacementResult = Annotated[Placement | Refused, strawberry.union("EndPlacementResult")]


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
