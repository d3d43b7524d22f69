"""The plans' enums as the graph knows them."""

from enum import StrEnum

import strawberry

from chassis.graph import described_enum
from risk_service.planning.domain import Objective
from risk_service.planning.plans.declaration import EffectBasis, HouseholdFact
from risk_service.planning.plans.domain import Way
from risk_service.planning.reasons import Reason

__all__ = ["EffectBasis", "HouseholdFact", "Objective", "PlanningJobState", "Reason", "Way"]


@strawberry.enum
class PlanningJobState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


described_enum(
    Objective,
    name="PlanObjective",
    values={
        "PEOPLE": "Expected people kept from falling back.",
        "DEPTH": "Expected yuan a year of shortfall averted: deeper poverty counts for more.",
    },
)
described_enum(
    Reason,
    name="AllocationReason",
    description="Why a plan proposes what it does, in its own prices.",
    values={
        "RED_FIRST": "Proposed because of a red warning, though the money would avert more elsewhere.",
        "FLOOR": "Proposed because a floor is kept for its township or for heads of 65 and over.",
        "WORTH_IT": "Proposed: it averts more than the money and the place would elsewhere.",
        "NO_MEASURE": "Nothing: no measure of the plan fits the household.",
        "MONEY": "Nothing: the money averts more elsewhere.",
        "PLACES": "Nothing: the places avert more elsewhere.",
        "INDIVISIBLE": "Nothing: what is left is too little for a whole package.",
    },
)
described_enum(
    Way,
    name="PlanWay",
    description="How the same money could be spent on the same households.",
    values={
        "THIS_PLAN": "As proposed.",
        "HIGHEST_RISK_FIRST": "The likeliest first, each the measure that does most for it.",
        "THRESHOLD_ONLY": "Red warnings only, each the cheapest measure there is for it.",
    },
)
described_enum(
    EffectBasis,
    description="What an effect rests on.",
    values={
        "ASSUMED": "Somebody's judgement; nobody measured it.",
        "MEASURED": "What was seen in households that got it, beside like ones that did not.",
    },
)
described_enum(
    HouseholdFact,
    description="What a measure may ask of a household.",
    values={
        "ABLE_TO_WORK": "Somebody is fully able to work.",
        "PARTLY_ABLE_TO_WORK": "Somebody is partly able to work.",
        "CHILDREN": "Somebody is under 16.",
        "ELDERS": "Somebody is 65 or over.",
        "HEAD_65": "Its head is 65 or over.",
        "ELDER_HEAD": "Its head is as old as those for whom the policy keeps a floor.",
        "DISABLED_MEMBER": "Somebody has a disability.",
        "CARE_DUTY": "Somebody cares for another.",
        "STUDENT": "Somebody from 16 on is in school.",
        "UNSAFE_HOUSING": "The house is not safe.",
        "UNSAFE_WATER": "The drinking water is not safe.",
        "REGISTERED_BEFORE": "It was registered as poor before.",
    },
)
