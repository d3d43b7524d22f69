"""Recruiting a group: each decides alone, and only confirmations are counted."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Refused, refusals
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.recruitments import domain, service
from employment_service.vacancies.graph import Vacancy


@strawberry.type(description="The platform asks whoever this work suits. How many were asked is told to nobody.")
class GroupRecruitment:
    opened_at: datetime
    area_path: AreaPath
    confirmed: int = strawberry.field(description="Current placements of the area, of people who said yes.")
    record: strawberry.Private[domain.GroupRecruitment]

    @strawberry.field
    async def vacancy(self, info: Info[EmploymentContext, None]) -> Vacancy | None:
        return Vacancy.perhaps(await info.context.loaders.vacancies.load(self.record.vacancy_id))

    @staticmethod
    def of(recruitment: domain.GroupRecruitment, confirmed: int) -> "GroupRecruitment":
        return GroupRecruitment(
            opened_at=recruitment.opened_at,
            area_path=AreaPath(recruitment.area_path),
            confirmed=confirmed,
            record=recruitment,
        )


@strawberry.input
class OpenGroupRecruitmentInput:
    vacancy_id: strawberry.ID
    area: AreaPath = strawberry.field(description="Whose people are asked.")


OpenGroupRecruitmentResult = Annotated[GroupRecruitment | Refused, strawberry.union("OpenGroupRecruitmentResult")]


@strawberry.type
class RecruitmentQuery:
    @strawberry.field(description="For the staff; null before it was opened.")
    async def group_recruitment(
        self, info: Info[EmploymentContext, None], vacancy_id: strawberry.ID, area: AreaPath
    ) -> GroupRecruitment | None:
        async with info.context.begin() as uow:
            found = await service.group_recruitment(uow, parse_id(vacancy_id, field="vacancyId"), area)
        return None if found is None else GroupRecruitment.of(*found)


@strawberry.type
class RecruitmentMutation:
    @strawberry.mutation(description="Asks everybody of an area whom this work suits and who seeks work.")
    @refusals
    async def open_group_recruitment(
        self, info: Info[EmploymentContext, None], input: OpenGroupRecruitmentInput
    ) -> OpenGroupRecruitmentResult:
        async with info.context.begin() as uow:
            opened, confirmed = await service.open_group_recruitment(
                uow, vacancy_id=parse_id(input.vacancy_id, field="vacancyId"), area_path=input.area
            )
        return GroupRecruitment.of(opened, confirmed)
