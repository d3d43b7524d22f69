"""A declaration and what was found, as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast
from uuid import UUID

from risk_service.planning.domain import Objective
from risk_service.planning.plans.declaration import (
    ELDER_FROM,
    Declared,
    DeclaredMeasure,
    EffectBasis,
    HouseholdFact,
    TakenWeights,
)
from risk_service.planning.plans.domain import Compared, FloorResult, Found, MeasureResult, Way
from risk_service.policy.domain import MeasureType, RiskFactor

Json: TypeAlias = dict[str, object]


def declared_json(declared: Declared) -> Json:
    return {
        "area_path": declared.area_path,
        "objective": declared.objective.value,
        "budget": declared.budget,
        "townships_share": declared.townships_share,
        "heads_of_65_share": declared.heads_of_65_share,
        "red_first": declared.red_first,
        "elders_from_age": declared.elders_from_age,
        "taken": None
        if declared.taken is None
        else {
            "policy_version": declared.taken.policy_version,
            "policy_hash": declared.taken.policy_hash,
            "names": list(declared.taken.names),
        },
        "catalogue_id": None if declared.catalogue_id is None else str(declared.catalogue_id),
        "measures": [
            {
                "code": one.code,
                "type": one.type.value,
                "label": one.label,
                "unit_cost": one.unit_cost,
                "capacity": one.capacity,
                "effect": one.effect,
                "effect_basis": one.effect_basis.value,
                "assumed_effect": one.assumed_effect,
                "needs": [need.value for need in one.needs],
                "factors": [factor.value for factor in one.factors],
            }
            for one in declared.measures
        ],
    }


def declared_of(stored: Mapping[str, object]) -> Declared:
    """What `declared_json` wrote."""
    return Declared(
        area_path=_text(stored["area_path"]),
        objective=Objective(_text(stored["objective"])),
        budget=_whole(stored["budget"]),
        townships_share=_number(stored["townships_share"]),
        heads_of_65_share=_number(stored["heads_of_65_share"]),
        # Plans made before policies had a say hold none of these three.
        red_first=bool(stored.get("red_first", True)),
        elders_from_age=_whole(stored.get("elders_from_age", ELDER_FROM)),
        taken=_taken(stored.get("taken")),
        catalogue_id=None if stored["catalogue_id"] is None else UUID(_text(stored["catalogue_id"])),
        measures=tuple(
            DeclaredMeasure(
                code=_text(one["code"]),
                type=MeasureType(_text(one["type"])),
                label=_text(one["label"]),
                unit_cost=_whole(one["unit_cost"]),
                capacity=None if one["capacity"] is None else _whole(one["capacity"]),
                effect=_number(one["effect"]),
                effect_basis=EffectBasis(_text(one["effect_basis"])),
                assumed_effect=None if one["assumed_effect"] is None else _number(one["assumed_effect"]),
                needs=tuple(HouseholdFact(need) for need in _texts(one["needs"])),
                factors=tuple(RiskFactor(factor) for factor in _texts(one["factors"])),
            )
            for one in _objects(stored["measures"])
        ),
    )


def found_json(found: Found) -> Json:
    return {
        "value": found.value,
        "bound": found.bound,
        "cost": found.cost,
        "helped": found.helped,
        "cent_more": found.cent_more,
        "red_left_out": found.red_left_out,
        "measures": [{"code": one.code, "offered": one.offered, "one_more": one.one_more} for one in found.measures],
        "floors": [
            {"name": one.name, "least": one.least, "lacking": one.lacking, "cent_less": one.cent_less}
            for one in found.floors
        ],
        "compared": [
            {"way": one.way.value, "value": one.value, "helped": one.helped, "cost": one.cost} for one in found.compared
        ],
    }


def found_of(stored: Mapping[str, object]) -> Found:
    """What `found_json` wrote."""
    return Found(
        value=_number(stored["value"]),
        bound=_number(stored["bound"]),
        cost=_whole(stored["cost"]),
        helped=_whole(stored["helped"]),
        cent_more=_number(stored["cent_more"]),
        red_left_out=_whole(stored["red_left_out"]),
        measures=tuple(
            MeasureResult(code=_text(one["code"]), offered=_whole(one["offered"]), one_more=_number(one["one_more"]))
            for one in _objects(stored["measures"])
        ),
        floors=tuple(
            FloorResult(
                name=_text(one["name"]),
                least=_whole(one["least"]),
                lacking=_whole(one["lacking"]),
                cent_less=_number(one["cent_less"]),
            )
            for one in _objects(stored["floors"])
        ),
        compared=tuple(
            Compared(
                way=Way(_text(one["way"])),
                value=_number(one["value"]),
                helped=_whole(one["helped"]),
                cost=_whole(one["cost"]),
            )
            for one in _objects(stored["compared"])
        ),
    )


def _taken(stored: object) -> TakenWeights | None:
    if stored is None:
        return None
    taken = as_object(stored)
    return TakenWeights(
        policy_version=_text(taken["policy_version"]),
        policy_hash=_text(taken["policy_hash"]),
        names=tuple(_texts(taken["names"])),
    )


def _text(value: object) -> str:
    return str(value)


def _whole(value: object) -> int:
    return int(cast("int", value))


def _number(value: object) -> float:
    return float(cast("float", value))


def _texts(value: object) -> Sequence[str]:
    return cast("Sequence[str]", value)


def _objects(value: object) -> Sequence[Mapping[str, object]]:
    return cast("Sequence[Mapping[str, object]]", value)


def as_object(value: object) -> Mapping[str, object]:
    """A part of a stored object that is one itself."""
    return cast("Mapping[str, object]", value)
