"""The likelihood and its reasons as GraphQL. Nothing can be filtered, ordered, cut or granted by it."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Money, Refused, refusals
from chassis.idempotency import once
from chassis.ids import parse_id
from chassis.jobs import JobRecord, JobState
from risk_service.amounts import shown
from risk_service.assessments import domain, labels, service
from risk_service.context import RiskContext
from risk_service.policy.words import AlertLevel, LikelihoodBand, MeasureType, RiskFactor
from risk_service.scoring.likelihood import Contribution, top

strawberry.enum(JobState, name="ScoringJobState")


@strawberry.type(description="What one input adds to the model's index, against a typical household.")
class AssessmentReason:
    name: str
    label: str = strawberry.field(description="In the reader's language.")
    value: float
    typical_value: float
    contribution: float = strawberry.field(description="On the probit scale; positive raises the likelihood.")

    @staticmethod
    def of(contribution: Contribution, locale: str) -> "AssessmentReason":
        return AssessmentReason(
            name=contribution.name,
            label=labels.label_of(contribution.name, locale),
            value=contribution.value,
            typical_value=contribution.typical,
            contribution=contribution.amount,
        )


@strawberry.type(description="The model's reasons, not the cause.")
class AssessmentReasons:
    raising: list[AssessmentReason] = strawberry.field(description="The strongest, at most three.")
    lowering: list[AssessmentReason] = strawberry.field(description="The strongest, at most two.")
    all: list[AssessmentReason] = strawberry.field(description="With typicalIndex they add up to index.")
    index: float
    typical_index: float
    note: str


@strawberry.type(description="The chance of being at or below the monitoring line when the horizon ends.")
class Assessment:
    likelihood: float
    band: LikelihoodBand
    horizon_months: int
    line: Money = strawberry.field(description="The monitoring line it is held against.")
    model: str = strawberry.field(description="Version of the model.")
    policy_version: str
    as_of: date = strawberry.field(description="The day whose facts were used.")
    scored_at: datetime
    found: strawberry.Private[domain.Assessment]

    @strawberry.field(description="Of the open alerts, the highest; a rule's, not the model's.")
    async def level(self, info: Info[RiskContext, None]) -> AlertLevel:
        open_alerts = await info.context.loaders.open_alerts.load(self.found.household_id)
        return max((alert.level for alert in open_alerts), default=AlertLevel.NONE)

    @strawberry.field
    def reasons(self, info: Info[RiskContext, None]) -> AssessmentReasons:
        locale = info.context.locale
        raising, lowering = top(self.found.scored)
        return AssessmentReasons(
            raising=[AssessmentReason.of(one, locale) for one in raising],
            lowering=[AssessmentReason.of(one, locale) for one in lowering],
            all=[AssessmentReason.of(one, locale) for one in self.found.contributions],
            index=self.found.scored.index,
            typical_index=self.found.scored.typical_index,
            note=labels.note(locale),
        )

    @staticmethod
    def of(found: domain.Assessment, currency: str) -> "Assessment":
        return Assessment(
            likelihood=found.scored.likelihood,
            band=found.band,
            horizon_months=found.horizon_months,
            line=shown(found.line, currency),
            model=found.model_version,
            policy_version=found.policy_version,
            as_of=found.as_of,
            scored_at=found.scored_at,
            found=found,
        )


@strawberry.type(description="Help that the policy lists for the household's level and likelihood; an offer, no duty.")
class RecommendedMeasure:
    type: MeasureType
    reason: str
    factor: RiskFactor | None
    band: LikelihoodBand | None

    @staticmethod
    def of(measure: domain.RecommendedMeasure) -> "RecommendedMeasure":
        reason = (
            f"An open {measure.level.name} alert for {measure.factor.value}."
            if measure.factor is not None
            else f"The likelihood is in the band {measure.band.value if measure.band else ''}."
        )
        return RecommendedMeasure(type=measure.type, reason=reason, factor=measure.factor, band=measure.band)


@strawberry.type(description="Fits the model anew and assesses the households of an area.")
class ScoringJob:
    id: strawberry.ID
    state: JobState
    done: int = strawberry.field(description="Households assessed.")
    code: str | None = strawberry.field(description="Why it failed.")
    message: str | None

    @staticmethod
    def of(record: JobRecord) -> "ScoringJob":
        return ScoringJob(
            id=strawberry.ID(str(record.id)),
            state=record.state,
            done=record.done,
            code=record.code,
            message=record.message,
        )


@strawberry.input
class AssessHouseholdsInput:
    idempotency_key: str
    area: AreaPath


AssessHouseholdsResult = Annotated[ScoringJob | Refused, strawberry.union("AssessHouseholdsResult")]


@strawberry.type
class AssessmentQuery:
    @strawberry.field
    async def scoring_job(self, info: Info[RiskContext, None], id: strawberry.ID) -> ScoringJob | None:
        async with info.context.begin() as uow:
            found = await service.read_job(uow, info.context.actor, job_id=parse_id(id))
        return None if found is None else ScoringJob.of(found)


@strawberry.type
class AssessmentMutation:
    @strawberry.mutation(description="As a job: the model is fitted over all households, those of the area assessed.")
    @refusals
    async def assess_households(
        self, info: Info[RiskContext, None], input: AssessHouseholdsInput
    ) -> AssessHouseholdsResult:
        actor = info.context.actor
        async with info.context.begin() as uow:

            async def make() -> UUID:
                return await service.start_scoring(uow, actor, area_path=input.area)

            job_id = await once(uow, "assessHouseholds", input.idempotency_key, input.area.encode(), make)
            return ScoringJob.of(await service.own_job(uow, job_id))
