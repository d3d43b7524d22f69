"""The watch over the likelihood as GraphQL, and persons who disagree with it."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Refused, refusals
from chassis.ids import parse_id
from risk_service.context import RiskContext
from risk_service.monitoring import domain, service

strawberry.enum(
    domain.Concern, description="UNTOLD: too few households stand behind it, or nothing to hold it against."
)
strawberry.enum(domain.OverrideDirection, description="What the person thinks, against what the model tells.")
strawberry.enum(domain.OverrideReason)


@strawberry.type(description="A named person disagrees. It stands beside the likelihood and changes nothing.")
class AssessmentOverride:
    id: strawberry.ID
    direction: domain.OverrideDirection
    reason: domain.OverrideReason
    note: str
    model: str
    likelihood: float = strawberry.field(description="As it was told then.")
    noted_by: str
    noted_at: datetime

    @staticmethod
    def of(found: domain.Override) -> "AssessmentOverride":
        return AssessmentOverride(
            id=strawberry.ID(str(found.id)),
            direction=found.direction,
            reason=found.reason,
            note=found.note,
            model=found.model_version,
            likelihood=found.likelihood,
            noted_by=found.noted_by,
            noted_at=found.noted_at,
        )


@strawberry.type(description="How differently households spread over a feature's bins than when the table began.")
class FeatureDrift:
    feature: str
    label: str
    index: float | None = strawberry.field(description="Population stability index; from 0.25 on an alarm.")
    missing: float = strawberry.field(description="Share of households of whom it is not known.")
    missing_then: float | None
    concern: domain.Concern

    @staticmethod
    def of(found: domain.Drift, locale: str) -> "FeatureDrift":
        return FeatureDrift(
            feature=found.feature,
            label=found.label_zh if locale == "zh-CN" else found.label,
            index=found.index,
            missing=found.missing,
            missing_then=found.missing_then,
            concern=found.concern,
        )


@strawberry.type(description="Days from an event until its record was here, of 90 days; at least ten records.")
class FeedLateness:
    department: str
    records: int
    median_days: float
    slowest_tenth_days: float
    newest_on: date

    @staticmethod
    def of(found: domain.Lateness) -> "FeedLateness":
        return FeedLateness(
            department=found.department,
            records=found.records,
            median_days=found.median_days,
            slowest_tenth_days=found.slowest_tenth_days,
            newest_on=found.newest_on,
        )


@strawberry.type(description="Figures are null where fewer than ten households stand behind them.")
class ToldAndSeen:
    group: str = strawberry.field(description="all, a declared group, or an area path.")
    households: int | None
    expected: float | None = strawberry.field(description="Events as they were told.")
    observed: int | None = strawberry.field(description="Events that were seen.")
    ratio: float | None = strawberry.field(description="Observed over expected; an alarm outside 0.8 to 1.25.")
    concern: domain.Concern

    @staticmethod
    def of(found: domain.ToldAndSeen) -> "ToldAndSeen":
        return ToldAndSeen(
            group=found.group,
            households=found.households,
            expected=found.expected,
            observed=found.observed,
            ratio=found.ratio,
            concern=found.concern,
        )


@strawberry.type
class OverrideCount:
    direction: domain.OverrideDirection
    reason: domain.OverrideReason
    households: int | None = strawberry.field(description="Null below ten.")


@strawberry.type(description="The table on trial beside the one that serves, on the same households.")
class ModelChallenge:
    model: str
    households: int
    mean_served: float
    mean_shadow: float
    correlation: float | None
    shared_visits: float = strawberry.field(description="Share of the first fifth of visits that both would make.")


@strawberry.type
class ModelMonitoring:
    model: str
    households: int = strawberry.field(description="Of whom drift is told.")
    taken_at: datetime | None
    alarms: list[str]
    drift: list[FeatureDrift] = strawberry.field(description="Over all households, strongest first.")
    feeds: list[FeedLateness]
    since: date | None = strawberry.field(description="The day whose likelihoods are held against what was seen.")
    horizon_months: int | None
    told_and_seen: list[ToldAndSeen]
    overrides: list[OverrideCount]
    challenger: ModelChallenge | None

    @staticmethod
    def of(found: domain.Watch, locale: str) -> "ModelMonitoring":
        shadow = found.challenger
        return ModelMonitoring(
            model=found.model_version,
            households=found.households,
            taken_at=found.taken_at,
            alarms=list(found.alarms),
            drift=[FeatureDrift.of(one, locale) for one in found.drift],
            feeds=[FeedLateness.of(one) for one in found.feeds],
            since=found.since,
            horizon_months=found.horizon_months,
            told_and_seen=[ToldAndSeen.of(one) for one in found.told_and_seen],
            overrides=[
                OverrideCount(direction=one.direction, reason=one.reason, households=one.households)
                for one in found.overrides
            ],
            challenger=None
            if shadow is None
            else ModelChallenge(
                model=shadow.version,
                households=shadow.households,
                mean_served=shadow.mean_served,
                mean_shadow=shadow.mean_shadow,
                correlation=shadow.correlation,
                shared_visits=shadow.shared_visits,
            ),
        )


@strawberry.input
class OverrideAssessmentInput:
    household_id: strawberry.ID
    direction: domain.OverrideDirection
    reason: domain.OverrideReason
    note: str


OverrideAssessmentResult = Annotated[AssessmentOverride | Refused, strawberry.union("OverrideAssessmentResult")]


@strawberry.type
class MonitoringQuery:
    @strawberry.field(description="How far the likelihood can be trusted now, at or below an area.")
    async def model_monitoring(self, info: Info[RiskContext, None], area: AreaPath) -> ModelMonitoring:
        async with info.context.begin() as uow:
            found = await service.read_monitoring(uow, info.context.actor, area_path=area)
        return ModelMonitoring.of(found, info.context.locale)


@strawberry.type
class MonitoringMutation:
    @strawberry.mutation(description="Writes down that you disagree with the model, and why. Nothing else changes.")
    @refusals
    async def override_assessment(
        self, info: Info[RiskContext, None], input: OverrideAssessmentInput
    ) -> OverrideAssessmentResult:
        async with info.context.begin() as uow:
            found = await service.override(
                uow,
                info.context.actor,
                household_id=parse_id(input.household_id, field="householdId"),
                direction=input.direction,
                reason=input.reason,
                note=input.note,
            )
        return AssessmentOverride.of(found)
