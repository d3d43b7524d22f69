"""How a plan weighs: by the policy in force, but for what somebody asks for instead. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

from risk_service.planning.domain import Objective
from risk_service.planning.plans.declaration import Declared, TakenWeights
from risk_service.policy.domain import PlanValue, PolicyPack

OBJECTIVES = {PlanValue.HEADCOUNT: Objective.PEOPLE, PlanValue.DEPTH: Objective.DEPTH}
Weight = TypeVar("Weight", bool, float)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWeights:
    """None is left to the policy."""

    objective: Objective | None = None
    red_first: bool | None = None
    townships_share: float | None = None
    heads_of_65_share: float | None = None


def weighed(declared: Declared, own: OwnWeights, pack: PolicyPack) -> Declared:
    """`declared` with every weight, and which of them are the pack's. A pack that says nothing of plans (schema 1)
    leaves the plain ones: people, red first, no floors.
    """
    said = pack.plan_weights
    found = replace(
        declared,
        objective=own.objective or (declared.objective if said is None else OBJECTIVES[said.value]),
        red_first=_or(own.red_first, declared.red_first if said is None else said.red_first),
        townships_share=_or(own.townships_share, 0.0 if said is None else said.township_floor_percent / 100),
        heads_of_65_share=_or(own.heads_of_65_share, 0.0 if said is None else said.elders_floor_percent / 100),
    )
    return found if said is None else replace(found, elders_from_age=said.elders_from_age, taken=_taken(own, pack))


def _taken(own: OwnWeights, pack: PolicyPack) -> TakenWeights:
    names = [
        *(["objective"] if own.objective is None else []),
        *(["redFirst"] if own.red_first is None else []),
        *(["floors.townships"] if own.townships_share is None else []),
        *(["floors.headsOf65"] if own.heads_of_65_share is None else []),
        "eldersFromAge",
    ]
    return TakenWeights(policy_version=pack.label, policy_hash=pack.content_hash, names=tuple(names))


def _or(own: Weight | None, otherwise: Weight) -> Weight:
    return otherwise if own is None else own
