"""The likelihood and its reasons as GraphQL. It can order visits and offers; nothing can be cut or granted by it."""

from datetime import date, datetime

import strawberry
from strawberry.types import Info

from chassis.graph import Money
from risk_service.amounts import shown
from risk_service.assessments import domain, labels
from risk_service.context import RiskContext
from risk_service.monitoring.graph import AssessmentOverride
from risk_service.policy.words import AlertLevel, LikelihoodBand, MeasureType, RiskFactor
from risk_service.publishing.domain import ModelUnknown
from risk_service.publishing.service import engine_of
from risk_service.scoring import reasons as telling
from risk_service.scoring.readable import MoneyLine

strawberry.enum(
    domain.LikelihoodAgreement,
    description="Side by side: no warning and LOW or MEDIUM, yellow and at least MEDIUM, red and HIGH agree.",
)


@strawberry.type(description="What one input adds to the logit, against its typical value.")
class AssessmentReason:
    name: str
    label: str = strawberry.field(description="In the reader's language.")
    unit: str = strawberry.field(description="Of value and typicalValue, in the reader's language.")
    value: float | None = strawberry.field(description="None: not known.")
    typical_value: float | None
    contribution: float = strawberry.field(description="On the logit scale; positive raises the likelihood.")

    @staticmethod
    def of(reason: telling.Reason, locale: str) -> "AssessmentReason":
        return AssessmentReason(
            name=reason.name,
            label=labels.named(reason, locale),
            unit=labels.chosen(reason.unit, reason.unit_zh, locale),
            value=reason.value,
            typical_value=reason.typical,
            contribution=reason.logit,
        )


@strawberry.type(description="The model's reasons, not the cause.")
class AssessmentReasons:
    raising: list[AssessmentReason] = strawberry.field(
        description="The strongest, at most three; none whose value reads as the typical one."
    )
    lowering: list[AssessmentReason] = strawberry.field(description="The strongest, at most two.")
    all: list[AssessmentReason] = strawberry.field(
        description="With base, a typical household's, they add up to logit."
    )
    logit: float
    base: float
    note: str


@strawberry.type(description="The likelihood if this one input, which help can move, were as in a typical household.")
class AssessmentChange:
    name: str
    label: str
    unit: str = strawberry.field(description="Of value and to, in the reader's language.")
    value: float
    to: float
    likelihood: float

    @staticmethod
    def of(change: telling.Change, locale: str) -> "AssessmentChange":
        return AssessmentChange(
            name=change.name,
            label=labels.named(change, locale),
            unit=labels.chosen(change.unit, change.unit_zh, locale),
            value=change.value,
            to=change.to,
            likelihood=change.likelihood,
        )


@strawberry.type(description="Cumulative: by the end of so many months.")
class HorizonLikelihood:
    months: int
    likelihood: float


@strawberry.type(description="Somebody looked at the likelihood on a day.")
class AssessmentReading:
    reader: str = strawberry.field(description="Login of the account.")
    roles: list[str]
    read_on: date

    @staticmethod
    def of(found: domain.Reading) -> "AssessmentReading":
        return AssessmentReading(reader=found.reader, roles=list(found.roles), read_on=found.read_on)


@strawberry.type(description="The chance of being at or below the monitoring line when the horizon ends.")
class Assessment:
    likelihood: float
    low: float = strawberry.field(description="In a year as good as the best of the last ones.")
    high: float = strawberry.field(description="In a year as bad as the worst of the last ones.")
    without_support: float = strawberry.field(
        description="p0: if present support were gone, never lower. A low likelihood with support never ends support."
    )
    band: LikelihoodBand
    horizon_months: int
    line: Money = strawberry.field(description="The monitoring line it is held against.")
    model: str = strawberry.field(description="Version of the points table; its card: modelCard.")
    policy_version: str
    as_of: date = strawberry.field(description="The day whose facts were used.")
    known_at: datetime = strawberry.field(description="Since when exactly this is told.")
    scored_at: datetime = strawberry.field(description="When it was last found so.")
    found: strawberry.Private[domain.Assessment]
    is_present: strawberry.Private[bool]

    @strawberry.field(
        description="Of the open alerts, the highest; a rule's, not the model's. None for an earlier day."
    )
    async def level(self, info: Info[RiskContext, None]) -> AlertLevel | None:
        if not self.is_present:
            return None
        open_alerts = await info.context.loaders.open_alerts.load(self.found.household_id)
        return max((alert.level for alert in open_alerts), default=AlertLevel.NONE)

    @strawberry.field(description="Whether level and likelihood say the same. None for an earlier day.")
    async def agreement(self, info: Info[RiskContext, None]) -> domain.LikelihoodAgreement | None:
        level = await self.level(info)
        return None if level is None else domain.agreement(level, self.found.band)

    @strawberry.field(description="The same in words, in the reader's language.")
    async def agreement_note(self, info: Info[RiskContext, None]) -> str | None:
        found = await self.agreement(info)
        return None if found is None else labels.told(found, info.context.locale)

    @strawberry.field(description="Shortest first; the last is likelihood itself.")
    async def by_horizon(self, info: Info[RiskContext, None]) -> list[HorizonLikelihood]:
        return [HorizonLikelihood(months=month, likelihood=one) for month, one in (await self._told(info)).by_month]

    @strawberry.field
    async def reasons(self, info: Info[RiskContext, None]) -> AssessmentReasons:
        told, locale = await self._told(info), info.context.locale
        return AssessmentReasons(
            raising=[AssessmentReason.of(one, locale) for one in told.raising],
            lowering=[AssessmentReason.of(one, locale) for one in told.lowering],
            all=[AssessmentReason.of(one, locale) for one in told.reasons],
            logit=told.logit,
            base=told.base,
            note=labels.note(locale),
        )

    @strawberry.field(description="What would change the likelihood most, of what help can move.")
    async def changes(self, info: Info[RiskContext, None]) -> list[AssessmentChange]:
        return [AssessmentChange.of(one, info.context.locale) for one in (await self._told(info)).changes]

    @strawberry.field(description="Persons who disagree, newest first. The likelihood stays as it is.")
    async def overrides(self, info: Info[RiskContext, None]) -> list[AssessmentOverride]:
        found = await info.context.loaders.overrides.load(self.found.household_id)
        return [AssessmentOverride.of(one) for one in found]

    async def _told(self, info: Info[RiskContext, None]) -> telling.Told:
        """By the table that told it, from the inputs it was told by."""
        model = await info.context.loaders.models.load(self.found.model_version)
        if model is None:
            raise ModelUnknown("The table of this assessment is not there.")
        line = MoneyLine(amount=float(self.found.line), currency=self.found.currency)
        return telling.tell(engine_of(model.table), self.found.inputs, line=line)

    @staticmethod
    def of(found: domain.Assessment, *, is_present: bool = True) -> "Assessment":
        return Assessment(
            likelihood=found.likelihood,
            low=found.low,
            high=found.high,
            without_support=found.without_support,
            band=found.band,
            horizon_months=found.horizon_months,
            line=shown(found.line, found.currency),
            model=found.model_version,
            policy_version=found.policy_version,
            as_of=found.as_of,
            known_at=found.known_at,
            scored_at=found.scored_at,
            found=found,
            is_present=is_present,
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
