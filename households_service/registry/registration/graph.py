"""Households enter the registry, are assessed, and leave it."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Refused, refusals
from chassis.ids import parse_id
from households_service.context import HouseholdsContext
from households_service.idempotency import once
from households_service.loaders import needed
from households_service.members.graph import NewMemberInput
from households_service.registry import domain, service
from households_service.registry.graph import Household


@strawberry.input
class RegisterHouseholdInput:
    code: str
    area_path: AreaPath
    members: list[NewMemberInput]
    registration_history: domain.RegistrationHistory = domain.RegistrationHistory.NEVER_REGISTERED
    monitoring_category: domain.MonitoringCategory = domain.MonitoringCategory.NONE
    safe_housing: bool = True
    safe_water: bool = True
    registered_on: date | None = strawberry.field(default=None, description="Today by default.")
    idempotency_key: str


@strawberry.input(description="What is not given stays.")
class AssessHouseholdInput:
    household_id: strawberry.ID
    expected_version: int
    monitoring_category: domain.MonitoringCategory | None = None
    registration_history: domain.RegistrationHistory | None = None
    safe_housing: bool | None = None
    safe_water: bool | None = None


@strawberry.input
class RemoveHouseholdInput:
    household_id: strawberry.ID
    expected_version: int


RegisterHouseholdResult = Annotated[Household | Refused, strawberry.union("RegisterHouseholdResult")]
AssessHouseholdResult = Annotated[Household | Refused, strawberry.union("AssessHouseholdResult")]
RemoveHouseholdResult = Annotated[Household | Refused, strawberry.union("RemoveHouseholdResult")]


@strawberry.type
class HouseholdMutation:
    @strawberry.mutation
    @refusals
    async def register_household(
        self, info: Info[HouseholdsContext, None], input: RegisterHouseholdInput
    ) -> RegisterHouseholdResult:
        new = service.NewHousehold(
            code=input.code,
            area_path=input.area_path,
            members=tuple(member.asked() for member in input.members),
            registration_history=input.registration_history,
            monitoring_category=input.monitoring_category,
            safe_housing=input.safe_housing,
            safe_water=input.safe_water,
            registered_on=input.registered_on,
        )
        async with info.context.begin() as uow:

            async def make() -> UUID:
                return (await service.register_household(uow, info.context.actor, new)).id

            household_id = await once(uow, "registerHousehold", input.idempotency_key, input, make)
        return Household.of(await needed(info.context.loaders.households, household_id))

    @strawberry.mutation(description="Monitoring category, registration history, housing and water.")
    @refusals
    async def assess_household(
        self, info: Info[HouseholdsContext, None], input: AssessHouseholdInput
    ) -> AssessHouseholdResult:
        async with info.context.begin() as uow:
            household = await service.assess_household(
                uow,
                info.context.actor,
                household_id=parse_id(input.household_id, field="householdId"),
                expected_version=input.expected_version,
                monitoring_category=input.monitoring_category,
                registration_history=input.registration_history,
                safe_housing=input.safe_housing,
                safe_water=input.safe_water,
            )
        return Household.of(household)

    @strawberry.mutation(description="The household leaves the registry; what was recorded of it stays.")
    @refusals
    async def remove_household(
        self, info: Info[HouseholdsContext, None], input: RemoveHouseholdInput
    ) -> RemoveHouseholdResult:
        async with info.context.begin() as uow:
            household = await service.remove_household(
                uow,
                info.context.actor,
                household_id=parse_id(input.household_id, field="householdId"),
                expected_version=input.expected_version,
            )
        return Household.of(household)
