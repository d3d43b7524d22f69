"""What is asked of plans, as GraphQL. A likelihood is not among it."""

from decimal import Decimal

import strawberry

from chassis.graph import AreaPath
from chassis.ids import parse_id
from risk_service.planning.plans.declaration import AssistancePlanInvalid, Declared, DeclaredMeasure, whole_cents
from risk_service.planning.plans.domain import Change
from risk_service.planning.plans.repository import AllocationFilter
from risk_service.planning.plans.weights import OwnWeights
from risk_service.planning.plans.words import HouseholdFact, Objective, Reason
from risk_service.policy.words import MeasureType, RiskFactor


@strawberry.input(description="A package of help.")
class PlanMeasureInput:
    type: MeasureType
    unit_cost: Decimal
    assumed_effect: float = strawberry.field(
        description="Share of the likelihood it is assumed to take away, above 0 to 1."
    )
    code: str | None = strawberry.field(default=None, description="Its own in the plan; the type if left out.")
    label: str = ""
    capacity: int | None = strawberry.field(default=None, description="Null: as many as are paid for.")
    needs: list[HouseholdFact] = strawberry.field(default_factory=list, description="All must hold.")
    factors: list[RiskFactor] = strawberry.field(
        default_factory=list, description="If given, an alert about one of them must be open."
    )

    def declared(self, number: int) -> DeclaredMeasure:
        code = self.type.value if self.code is None else self.code
        return DeclaredMeasure(
            code=code,
            type=self.type,
            label=self.label.strip() or code,
            unit_cost=whole_cents(self.unit_cost, field=f"measures.{number}.unitCost"),
            capacity=self.capacity,
            effect=self.assumed_effect,
            needs=tuple(dict.fromkeys(self.needs)),
            factors=tuple(dict.fromkeys(self.factors)),
        )


@strawberry.input(
    description="A share, 0 to 1, of the budget that would be the group's if money went by the number of households."
    " What is left out is the policy's."
)
class PlanFloorsInput:
    townships: float | None = strawberry.field(default=None, description="For each township.")
    heads_of_65: float | None = strawberry.field(
        default=None,
        name="headsOf65",
        description="For households whose head is old: 65 or over, unless the policy says another age.",
    )


@strawberry.input
class PlanAssistanceInput:
    idempotency_key: str
    area: AreaPath
    budget: Decimal
    measures: list[PlanMeasureInput] = strawberry.field(
        default_factory=list, description="With assumed effects; none where a catalogue is given."
    )
    catalogue: strawberry.ID | None = strawberry.field(
        default=None, description="An approved list to take the measures from, instead."
    )
    floors: PlanFloorsInput | None = None
    objective: Objective | None = strawberry.field(default=None, description="The policy's, if left out.")
    red_first: bool | None = strawberry.field(
        default=None, description="Whether red warnings come before all else; as the policy says, if left out."
    )

    def declared(self) -> Declared:
        """Without weights, which are the policy's but for `own_weights`. Raises AssistancePlanInvalid."""
        if self.catalogue is not None and self.measures:
            raise AssistancePlanInvalid("Either measures or a catalogue, not both.", field="measures")
        return Declared(
            area_path=self.area,
            objective=Objective.PEOPLE,
            budget=whole_cents(self.budget, field="budget"),
            measures=tuple(measure.declared(number) for number, measure in enumerate(self.measures)),
            catalogue_id=None if self.catalogue is None else parse_id(self.catalogue, field="catalogue"),
        )

    def own_weights(self) -> OwnWeights:
        floors = self.floors or PlanFloorsInput()
        return OwnWeights(
            objective=self.objective,
            red_first=self.red_first,
            townships_share=floors.townships,
            heads_of_65_share=floors.heads_of_65,
        )


@strawberry.input(description="What is left out does not restrict.")
class AllocationFilterInput:
    proposed: bool | None = strawberry.field(default=None, description="Whether anything is proposed.")
    measure: str | None = strawberry.field(default=None, description="Its code in the plan.")
    reason: Reason | None = None

    def wanted(self) -> AllocationFilter:
        return AllocationFilter(proposed=self.proposed, measure=self.measure, reason=self.reason)


@strawberry.input
class PlacesChangeInput:
    measure: str
    by: int


@strawberry.input
class EffectChangeInput:
    measure: str
    times: float


@strawberry.input(description="What is left out stays as it is.")
class PlanWhatIfInput:
    plan_id: strawberry.ID
    budget_by: Decimal = Decimal(0)
    places: list[PlacesChangeInput] = strawberry.field(default_factory=list)
    effects: list[EffectChangeInput] = strawberry.field(default_factory=list)

    def change(self) -> Change:
        return Change(
            budget=whole_cents(self.budget_by, field="budgetBy"),
            places=tuple((one.measure, one.by) for one in self.places),
            effects=tuple((one.measure, one.times) for one in self.effects),
        )
