"""The mutations by which a placement moves on, back, or ends."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import Refused, refusals
from chassis.ids import parse_id
from employment_service.amounts import cents_of, minutes_of
from employment_service.context import EmploymentContext
from employment_service.placements import leaving, service
from employment_service.placements.calendar import month_of
from employment_service.placements.contracts import record_contract
from employment_service.placements.differences import Contract
from employment_service.placements.domain import PlacementState
from employment_service.placements.graph import Placement
from employment_service.placements.reasons import StepReason
from employment_service.terms.graph import DeductionInput
from employment_service.vacancies.domain import Housing


@strawberry.enum(description="How an employer's record of an end may read.")
class EmployerEnding(Enum):
    ENDED = "ENDED"
    EMPLOYER_TERMINATED = "EMPLOYER_TERMINATED"


@strawberry.enum(description="Why a worker leaves, if they want to say.")
class LeavingReason(Enum):
    NOT_SAID = "NOT_SAID"
    ANOTHER_POST = "ANOTHER_POST"
    GOES_HOME = "GOES_HOME"
    WAGE = "WAGE"
    HOURS = "HOURS"
    WORKING_CONDITIONS = "WORKING_CONDITIONS"
    CARE_AT_HOME = "CARE_AT_HOME"
    HEALTH = "HEALTH"


@strawberry.enum(description="CONTRACT_RAN_OUT and SEASON_OVER with ENDED, the others with EMPLOYER_TERMINATED.")
class EmployerReason(Enum):
    NOT_SAID = "NOT_SAID"
    CONTRACT_RAN_OUT = "CONTRACT_RAN_OUT"
    SEASON_OVER = "SEASON_OVER"
    NO_WORK_LEFT = "NO_WORK_LEFT"
    WORKPLACE_CLOSED = "WORKPLACE_CLOSED"
    NOT_SUITED = "NOT_SUITED"


@strawberry.input
class PlacementStepInput:
    placement_id: strawberry.ID
    on: date | None = strawberry.field(default=None, description="The day it happened; today by default.")
    expected_version: int


@strawberry.input
class RecordContractInput:
    placement_id: strawberry.ID
    monthly_wage: Decimal
    weekly_hours: int
    contract_months: int
    starts_on: date
    pay_day: int | None = strawberry.field(default=None, description="Left out, here and below: it says nothing of it.")
    shift_from: str | None = strawberry.field(default=None, description='"08:30"')
    shift_to: str | None = None
    notice_days: int | None = None
    housing: Housing | None = None
    deductions: list[DeductionInput] | None = None
    expected_version: int

    def asked(self) -> Contract:
        return Contract(
            monthly_wage_cents=cents_of(self.monthly_wage, field="monthlyWage"),
            weekly_hours=self.weekly_hours,
            contract_months=self.contract_months,
            starts_on=self.starts_on,
            pay_day=self.pay_day,
            shift_from_minutes=None if self.shift_from is None else minutes_of(self.shift_from, field="shiftFrom"),
            shift_to_minutes=None if self.shift_to is None else minutes_of(self.shift_to, field="shiftTo"),
            notice_days=self.notice_days,
            housing=self.housing,
            deductions=None if self.deductions is None else tuple(each.asked() for each in self.deductions),
        )


@strawberry.input
class ConfirmWageInput:
    placement_id: strawberry.ID
    month: str = strawberry.field(description='"2020-09"')
    amount: Decimal | None = None
    expected_version: int


@strawberry.input
class TakeBackWageInput:
    placement_id: strawberry.ID
    month: str = strawberry.field(description='"2020-09"')
    expected_version: int


@strawberry.input
class PlacementInput:
    placement_id: strawberry.ID
    expected_version: int


@strawberry.input
class ResignInput:
    placement_id: strawberry.ID
    return_trip: bool = strawberry.field(default=False, description="The worker wants the funded trip home.")
    reason: LeavingReason = strawberry.field(
        default=LeavingReason.NOT_SAID, description="Only if you want to say. For you and the independent monitor."
    )


@strawberry.input
class EndPlacementInput:
    placement_id: strawberry.ID
    how: EmployerEnding
    reason: EmployerReason = EmployerReason.NOT_SAID
    on: date | None = None
    expected_version: int


RecordContractResult = Annotated[Placement | Refused, strawberry.union("RecordContractResult")]
ConfirmArrivalResult = Annotated[Placement | Refused, strawberry.union("ConfirmArrivalResult")]
ConfirmStartResult = Annotated[Placement | Refused, strawberry.union("ConfirmStartResult")]
ConfirmWageResult = Annotated[Placement | Refused, strawberry.union("ConfirmWageResult")]
TakeBackWageResult = Annotated[Placement | Refused, strawberry.union("TakeBackWageResult")]
TakeBackStepResult = Annotated[Placement | Refused, strawberry.union("TakeBackStepResult")]
ResignResult = Annotated[Placement | Refused, strawberry.union("ResignResult")]
AskForAnotherPostResult = Annotated[Placement | Refused, strawberry.union("AskForAnotherPostResult")]
AskForReturnTripResult = Annotated[Placement | Refused, strawberry.union("AskForReturnTripResult")]
ConfirmReturnResult = Annotated[Placement | Refused, strawberry.union("ConfirmReturnResult")]
EndPlacementResult = Annotated[Placement | Refused, strawberry.union("EndPlacementResult")]


@strawberry.type
class PlacementMutation:
    @strawberry.mutation(
        description="By the employer: what the contract says. CONTRACTED if it is what the worker accepted; otherwise "
        "the yes is void (VOIDED, see mismatches), and the worker is asked anew with the contract's figures."
    )
    @refusals
    async def record_contract(
        self, info: Info[EmploymentContext, None], input: RecordContractInput
    ) -> RecordContractResult:
        async with info.context.begin() as uow:
            placement = await record_contract(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                contract=input.asked(),
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

    @strawberry.mutation(description="By the worker: a wage they confirmed has not come after all.")
    @refusals
    async def take_back_wage(self, info: Info[EmploymentContext, None], input: TakeBackWageInput) -> TakeBackWageResult:
        async with info.context.begin() as uow:
            placement = await leaving.take_back_wage(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                month=month_of(input.month),
                expected_version=input.expected_version,
            )
        return Placement.of(placement)

    @strawberry.mutation(
        description="By the worker: the last step did not happen, whoever recorded it, or they stay after all."
    )
    @refusals
    async def take_back_step(self, info: Info[EmploymentContext, None], input: PlacementInput) -> TakeBackStepResult:
        async with info.context.begin() as uow:
            placement = await leaving.take_back_step(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                expected_version=input.expected_version,
            )
        return Placement.of(placement)

    @strawberry.mutation(description="At once: no approval, no reason, no debt, no effect on aid.")
    @refusals
    async def resign(self, info: Info[EmploymentContext, None], input: ResignInput) -> ResignResult:
        async with info.context.begin() as uow:
            placement = await leaving.resign(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                return_trip=input.return_trip,
                reason=StepReason(input.reason.value),
            )
        return Placement.of(placement)

    @strawberry.mutation(description="By the worker: work elsewhere. A new offer and a new decision; nothing ends yet.")
    @refusals
    async def ask_for_another_post(
        self, info: Info[EmploymentContext, None], placement_id: strawberry.ID
    ) -> AskForAnotherPostResult:
        async with info.context.begin() as uow:
            placement = await leaving.ask_for_another_post(
                uow, placement_id=parse_id(placement_id, field="placementId")
            )
        return Placement.of(placement)

    @strawberry.mutation(description="By the worker: the funded trip home, after every kind of end.")
    @refusals
    async def ask_for_return_trip(
        self, info: Info[EmploymentContext, None], placement_id: strawberry.ID
    ) -> AskForReturnTripResult:
        async with info.context.begin() as uow:
            placement = await leaving.ask_for_return_trip(uow, placement_id=parse_id(placement_id, field="placementId"))
        return Placement.of(placement)

    @strawberry.mutation(description="By the worker: home again.")
    @refusals
    async def confirm_return(self, info: Info[EmploymentContext, None], input: PlacementInput) -> ConfirmReturnResult:
        async with info.context.begin() as uow:
            placement = await leaving.confirm_return(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                expected_version=input.expected_version,
            )
        return Placement.of(placement)

    @strawberry.mutation(description="By the employer.")
    @refusals
    async def end_placement(self, info: Info[EmploymentContext, None], input: EndPlacementInput) -> EndPlacementResult:
        async with info.context.begin() as uow:
            placement = await leaving.end_placement(
                uow,
                placement_id=parse_id(input.placement_id, field="placementId"),
                how=PlacementState(input.how.value),
                on=input.on,
                reason=StepReason(input.reason.value),
                expected_version=input.expected_version,
            )
        return Placement.of(placement)
