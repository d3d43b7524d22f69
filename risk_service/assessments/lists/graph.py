"""Lists of likelihoods for visits and offers, and the job that tells them anew."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, PageRequest, Refused, refusals
from chassis.idempotency import once
from chassis.ids import parse_id
from chassis.jobs import JobRecord, JobState
from risk_service.assessments import batches, domain, service
from risk_service.assessments.graph import Assessment
from risk_service.context import RiskContext
from risk_service.copies.graph import Household
from risk_service.policy.words import LikelihoodBand

strawberry.enum(JobState, name="ScoringJobState")
strawberry.enum(domain.AssessmentOrder, description="VISITS_FIRST: as visits and offers go, with the policy's leads.")


@strawberry.type(description="Assesses the households of an area anew.")
class ScoringJob:
    id: strawberry.ID
    state: JobState
    done: int = strawberry.field(description="Households assessed.")
    total: int | None = strawberry.field(description="Households to assess; None until it is known.")
    code: str | None = strawberry.field(description="Why it failed.")
    message: str | None

    @staticmethod
    def of(record: JobRecord) -> "ScoringJob":
        return ScoringJob(
            id=strawberry.ID(str(record.id)),
            state=record.state,
            done=record.done,
            total=record.total,
            code=record.code,
            message=record.message,
        )


@strawberry.type
class AssessedHousehold:
    household: Household | None
    assessment: Assessment

    @staticmethod
    def of(found: domain.Assessment) -> "AssessedHousehold":
        return AssessedHousehold(
            household=Household(id=strawberry.ID(str(found.household_id))), assessment=Assessment.of(found)
        )


@strawberry.input
class AssessHouseholdsInput:
    idempotency_key: str
    area: AreaPath
    refit: bool = strawberry.field(default=False, description="Fit the label-free prior anew before.")


AssessHouseholdsResult = Annotated[ScoringJob | Refused, strawberry.union("AssessHouseholdsResult")]


@strawberry.type
class AssessmentQuery:
    @strawberry.field(
        description="For visits and offers in an area. Who looks is written down and told the households."
    )
    async def assessments(
        self,
        info: Info[RiskContext, None],
        *,
        area: AreaPath,
        band: LikelihoodBand | None = None,
        order_by: domain.AssessmentOrder = domain.AssessmentOrder.VISITS_FIRST,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[AssessedHousehold]:
        wanted = domain.AssessmentFilter(area_path=area, band=band, order=order_by)
        context, request = info.context, PageRequest.of(first, after)

        async def count() -> int:
            async with context.begin() as uow:
                return await service.count_assessments(uow, context.actor, wanted=wanted)

        async with context.begin() as uow:
            page = await service.list_assessments(uow, context.actor, wanted=wanted, request=request)
            places = {one.household_id: one.area_path for _, one in page.items}
            await service.note_readings(uow, context.actor, places)
        return Connection.of(page, AssessedHousehold.of, after=after, count=count)

    @strawberry.field
    async def scoring_job(self, info: Info[RiskContext, None], id: strawberry.ID) -> ScoringJob | None:
        async with info.context.begin() as uow:
            found = await batches.read_job(uow, info.context.actor, job_id=parse_id(id))
        return None if found is None else ScoringJob.of(found)


@strawberry.type
class AssessmentMutation:
    @strawberry.mutation(description="As a job, with progress.")
    @refusals
    async def assess_households(
        self, info: Info[RiskContext, None], input: AssessHouseholdsInput
    ) -> AssessHouseholdsResult:
        actor = info.context.actor
        async with info.context.begin() as uow:

            async def make() -> UUID:
                return await batches.start_scoring(uow, actor, area_path=input.area, refit=input.refit)

            request = f"{input.area}\0{input.refit}".encode()
            job_id = await once(uow, "assessHouseholds", input.idempotency_key, request, make)
            return ScoringJob.of(await batches.own_job(uow, job_id))
