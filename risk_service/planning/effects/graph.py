"""Assumed and measured effects side by side, as GraphQL."""

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath
from risk_service.context import RiskContext
from risk_service.planning.effects import domain, service
from risk_service.planning.plans.words import EffectBasis

HORIZON_MONTHS = 12


@strawberry.type(
    description="Households that got a measure beside like ones of the same plans that got nothing: as likely, as red,"
    " as fit for it. No trial: they may differ in what no record tells."
)
class MeasuredEffect:
    effect: float = strawberry.field(description="What was seen, drawn toward the assumed one; below 0: it did harm.")
    low: float = strawberry.field(description="In 19 of 20 cases it is not below.")
    high: float = strawberry.field(description="In 19 of 20 cases it is not above.")
    seen: float = strawberry.field(description="As seen, drawn toward nothing.")
    helped: int
    helped_fell_back: int = strawberry.field(
        description="A warning became red and no visit refuted it, or a monitoring case was opened or reopened."
    )
    compared: int
    compared_fell_back: int


@strawberry.type
class MeasureEffect:
    code: str
    label: str
    assumed: float = strawberry.field(description="Share of the likelihood it was thought to take away.")
    basis: EffectBasis
    measured: MeasuredEffect | None = strawberry.field(
        description="Null: fewer than 10 households on a side, or nobody to compare with fell back."
    )

    @staticmethod
    def of(one: domain.MeasureEffect) -> "MeasureEffect":
        found = one.measured
        return MeasureEffect(
            code=one.code,
            label=one.label,
            assumed=one.assumed,
            basis=EffectBasis.ASSUMED if found is None else EffectBasis.MEASURED,
            measured=None
            if found is None
            else MeasuredEffect(
                effect=found.effect,
                low=found.low,
                high=found.high,
                seen=found.seen,
                helped=found.helped,
                helped_fell_back=found.helped_fell,
                compared=found.compared,
                compared_fell_back=found.compared_fell,
            ),
        )


@strawberry.type
class EffectQuery:
    @strawberry.field(
        description="Of the measures of approved plans at or below an area whose months are over. Used in a plan only"
        " through a list of measures that a second person approved."
    )
    async def measure_effects(
        self, info: Info[RiskContext, None], area: AreaPath, months: int = HORIZON_MONTHS
    ) -> list[MeasureEffect]:
        async with info.context.begin() as uow:
            found = await service.measure_effects(uow, info.context.actor, area_path=area, months=months)
        return [MeasureEffect.of(one) for one in found.values()]
