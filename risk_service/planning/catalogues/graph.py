"""Lists of measures as GraphQL."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, Money, PageRequest, Refused, refusals
from chassis.ids import parse_id
from risk_service.amounts import shown
from risk_service.context import RiskContext
from risk_service.planning.catalogues import domain, service
from risk_service.planning.effects.graph import HORIZON_MONTHS
from risk_service.planning.plans.declaration import DeclaredMeasure
from risk_service.planning.plans.inputs import PlanMeasureInput
from risk_service.planning.plans.words import EffectBasis, HouseholdFact
from risk_service.policy.words import MeasureType, RiskFactor


@strawberry.type(description="A package of help that plans may be made with.")
class CatalogueMeasure:
    code: str
    type: MeasureType
    label: str
    unit_cost: Money
    capacity: int | None
    effect: float = strawberry.field(description="Share of the likelihood it takes away, by effectBasis.")
    effect_basis: EffectBasis
    assumed_effect: float
    needs: list[HouseholdFact]
    factors: list[RiskFactor]

    @staticmethod
    def of(one: DeclaredMeasure, currency: str) -> "CatalogueMeasure":
        return CatalogueMeasure(
            code=one.code,
            type=one.type,
            label=one.label,
            unit_cost=shown(Decimal(one.unit_cost) / 100, currency),
            capacity=one.capacity,
            effect=one.effect,
            effect_basis=one.effect_basis,
            assumed_effect=one.assumed,
            needs=list(one.needs),
            factors=list(one.factors),
        )


@strawberry.type
class MeasureCatalogueApproval:
    by: str
    at: datetime
    reason: str


@strawberry.type(description="A version of the measures of an area; plans use it once a second person approved it.")
class MeasureCatalogue:
    id: strawberry.ID
    area_path: AreaPath
    measures: list[CatalogueMeasure]
    proposed_by: str
    proposed_at: datetime
    content_hash: str
    approval: MeasureCatalogueApproval | None

    @staticmethod
    def of(one: domain.MeasureCatalogue) -> "MeasureCatalogue":
        approval = one.approval
        return MeasureCatalogue(
            id=strawberry.ID(str(one.id)),
            area_path=AreaPath(one.area_path),
            measures=[CatalogueMeasure.of(measure, one.currency) for measure in one.measures],
            proposed_by=one.proposed_by,
            proposed_at=one.proposed_at,
            content_hash=one.content_hash,
            approval=None
            if approval is None
            else MeasureCatalogueApproval(by=approval.by, at=approval.at, reason=approval.reason),
        )


@strawberry.input
class ProposeMeasuresInput:
    area: AreaPath
    measures: list[PlanMeasureInput]
    use_measured: list[str] = strawberry.field(
        default_factory=list, description="Codes whose measured effect takes the place of the assumed one."
    )
    months: int = strawberry.field(default=HORIZON_MONTHS, description="That the effects were measured over.")


@strawberry.input
class ApproveMeasuresInput:
    catalogue_id: strawberry.ID
    content_hash: str = strawberry.field(description="Of the list that was read: it, and nothing else, is approved.")
    reason: str


ProposeMeasuresResult = Annotated[MeasureCatalogue | Refused, strawberry.union("ProposeMeasuresResult")]
ApproveMeasuresResult = Annotated[MeasureCatalogue | Refused, strawberry.union("ApproveMeasuresResult")]


@strawberry.type
class CatalogueQuery:
    @strawberry.field(description="That hold in an area: its own and those of the areas above it, newest first.")
    async def measure_catalogues(
        self, info: Info[RiskContext, None], area: AreaPath, first: int | None = None, after: str | None = None
    ) -> Connection[MeasureCatalogue]:
        request = PageRequest.of(first, after)
        async with info.context.begin() as uow:
            page = await service.list_catalogues(uow, info.context.actor, area_path=area, request=request)
        return Connection.of(page, MeasureCatalogue.of, after=after)


@strawberry.type
class CatalogueMutation:
    @strawberry.mutation(description="A new version of the measures of an area, with assumed or measured effects.")
    @refusals
    async def propose_measures(
        self, info: Info[RiskContext, None], input: ProposeMeasuresInput
    ) -> ProposeMeasuresResult:
        measures = [measure.declared(number) for number, measure in enumerate(input.measures)]
        async with info.context.begin() as uow:
            made = await service.propose_measures(
                uow,
                info.context.actor,
                area_path=input.area,
                measures=measures,
                use_measured=input.use_measured,
                months=input.months,
            )
        return MeasureCatalogue.of(made)

    @strawberry.mutation(description="By a second person, never who proposed it.")
    @refusals
    async def approve_measures(
        self, info: Info[RiskContext, None], input: ApproveMeasuresInput
    ) -> ApproveMeasuresResult:
        catalogue_id = parse_id(input.catalogue_id, field="catalogueId")
        async with info.context.begin() as uow:
            approved = await service.approve_measures(
                uow,
                info.context.actor,
                catalogue_id=catalogue_id,
                content_hash=input.content_hash,
                reason=input.reason,
            )
        return MeasureCatalogue.of(approved)
