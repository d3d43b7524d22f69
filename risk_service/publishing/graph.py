"""Points tables as GraphQL: their cards, publishing one, and the second person's decision."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import Refused, refusals
from risk_service.context import RiskContext
from risk_service.publishing import domain, service
from risk_service.scoring.points import UNIT, FeaturePoints
from risk_service.scoring.reasons import WORDS

strawberry.enum(domain.ModelState, description="SHADOW: told beside the active one and shown to nobody.")

LIMITS = (
    (
        "A likelihood can bring a visit or an offer; nothing reads it to stop, cut or order anything else.",
        "该可能性只能带来走访或帮扶建议,不用于停止、削减或其他排序。",
    ),
    (
        "Shocks that no record shows yet are not in it; rules stand beside it and never below it.",
        "尚无记录的突发情况不在其中;规则预警始终有效。",
    ),
)
ASSUMED = (
    "Made without any outcome: level, months and scenario band are assumed, the order is what to rely on.",
    "未使用任何结果数据:水平、期限和情景区间均为假设,主要参考先后次序。",
)


@strawberry.type
class ModelCardFeature:
    name: str
    label: str
    source: str
    unit: str
    sign: str = strawberry.field(description="More of it raises, lowers, or is free to do either.")
    helpable: bool
    typical_value: float | None
    weight: float = strawberry.field(description="Logit between its least and its greatest points.")

    @staticmethod
    def of(one: FeaturePoints, locale: str) -> "ModelCardFeature":
        return ModelCardFeature(
            name=one.name,
            label=one.label_zh if locale == "zh-CN" else one.label,
            source=one.source,
            unit=one.unit,
            sign={-1: "lowers", 0: "free", 1: "raises"}[int(one.effect)],
            helpable=one.helpable,
            typical_value=one.typical,
            weight=(max(one.points) - min(one.points)) * UNIT,
        )


@strawberry.type
class ModelHorizon:
    months: int
    share: float = strawberry.field(description="Of the hazard over the whole horizon.")


@strawberry.type(description="A points table: what it was made of, by whom, what it looks at and what it cannot.")
class ModelCard:
    version: str = strawberry.field(description="Hash of its content.")
    stage: str = strawberry.field(description="prior: without any outcome; ridge; additive.")
    state: domain.ModelState
    made_of: str
    households: int
    labels: int
    data_from: str
    data_to: str
    published_by: str
    published_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    why: str
    horizons: list[ModelHorizon]
    features: list[ModelCardFeature] = strawberry.field(description="What counts most first.")
    limits: list[str]
    words: str = strawberry.field(description="What stands beside every reason.")

    @staticmethod
    def of(found: domain.ModelVersion, locale: str) -> "ModelCard":
        table, chinese = found.table, locale == "zh-CN"
        features = [ModelCardFeature.of(one, locale) for one in table.features]
        limits = LIMITS if table.labels else (*LIMITS, ASSUMED)
        return ModelCard(
            version=found.version,
            stage=table.stage,
            state=found.state,
            made_of=table.declared,
            households=found.households,
            labels=table.labels,
            data_from=table.data_from,
            data_to=table.data_to,
            published_by=found.published_by,
            published_at=found.published_at,
            decided_by=found.decided_by,
            decided_at=found.decided_at,
            why=found.why,
            horizons=[ModelHorizon(months=one.months, share=one.share) for one in table.horizons],
            features=sorted(features, key=lambda one: -one.weight),
            limits=[one[chinese] for one in limits],
            words=WORDS[chinese],
        )


@strawberry.input
class PublishModelInput:
    table: str = strawberry.field(description="A points.json, whole.")
    note: str = ""


@strawberry.input
class DecideModelInput:
    version: str
    state: domain.ModelState
    reason: str


PublishModelResult = Annotated[ModelCard | Refused, strawberry.union("PublishModelResult")]
DecideModelResult = Annotated[ModelCard | Refused, strawberry.union("DecideModelResult")]


@strawberry.type
class ModelQuery:
    @strawberry.field(description="Of the table that serves, or of a named one.")
    async def model_card(self, info: Info[RiskContext, None], version: str | None = None) -> ModelCard | None:
        async with info.context.begin() as uow:
            found = await service.read_card(uow, info.context.actor, version=version)
        return None if found is None else ModelCard.of(found, info.context.locale)

    @strawberry.field(description="The newest fifty, newest first.")
    async def model_versions(self, info: Info[RiskContext, None]) -> list[ModelCard]:
        async with info.context.begin() as uow:
            found = await service.read_versions(uow, info.context.actor)
        return [ModelCard.of(one, info.context.locale) for one in found]


@strawberry.type
class ModelMutation:
    @strawberry.mutation(description="Stores a points table as a proposal; another person decides.")
    @refusals
    async def publish_model(self, info: Info[RiskContext, None], input: PublishModelInput) -> PublishModelResult:
        async with info.context.begin() as uow:
            found = await service.publish(uow, info.context.actor, body=input.table, why=input.note)
        return ModelCard.of(found, info.context.locale)

    @strawberry.mutation(
        description="PROPOSED to SHADOW, SHADOW to ACTIVE only if surely better; never by its publisher."
    )
    @refusals
    async def decide_model(self, info: Info[RiskContext, None], input: DecideModelInput) -> DecideModelResult:
        async with info.context.begin() as uow:
            found = await service.decide(
                uow, info.context.actor, version=input.version, to=input.state, reason=input.reason
            )
        return ModelCard.of(found, info.context.locale)
