"""The best plan within a budget: which household is offered what, and what everything that is scarce is worth."""

from __future__ import annotations

import math

from chassis.errors import Breakdown
from risk_service.planning.domain import FloorUnit, Ints, Plan, PlanningProblem, Targets, cost_of
from risk_service.planning.relaxation import Relaxed, relax
from risk_service.planning.rounding import THOROUGH, Effort, whole

MOST_LOWERINGS = 40


class PlanNotFound(Breakdown):
    code = "PLAN_NOT_FOUND"


def plan(problem: PlanningProblem, *, effort: Effort = THOROUGH, known: Ints | None = None) -> Plan:
    """Maximises the value under money, places, floors and whoever comes first; at most one package a household.

    Where they cannot all be met, those who come first go before floors, and both are lowered to what can be met and
    said to be. The same problem always gives the same plan. The value lies within `Plan.gap` of the best there is.
    `known` (n,): a plan that is one already, if it meets them; this one is worth no less.
    """
    asked = problem.asked
    targets = asked
    relaxed = relax(problem, targets)
    for _ in range(MOST_LOWERINGS):
        lowered = _lowered(targets, relaxed)
        if lowered != targets:
            targets, relaxed = lowered, relax(problem, lowered)
            continue
        found = whole(problem, targets, relaxed, effort=effort, known=known)
        if found is not None:
            return Plan(
                problem=problem,
                chosen=found.chosen,
                value=found.value,
                cost=cost_of(problem, found.chosen),
                bound=found.bound,
                prices=relaxed.prices,
                short_of_floors=tuple(
                    max(0, wanted - got) for wanted, got in zip(asked.floors, targets.floors, strict=True)
                ),
                first_left_out=asked.first - targets.first,
            )
        # Shares would meet the targets, whole packages do not: yield a little, floors before those who come first.
        targets = _yielding(problem, targets)
        relaxed = relax(problem, targets)
    raise PlanNotFound("No whole plan was found.")


def _lowered(targets: Targets, relaxed: Relaxed) -> Targets:
    return Targets(
        floors=tuple(
            max(0, least - math.ceil(over - 1e-6)) if over > 1e-6 else least
            for least, over in zip(targets.floors, relaxed.over.floors.tolist(), strict=True)
        ),
        first=max(0, targets.first - math.ceil(relaxed.over.first - 1e-6)),
    )


def _yielding(problem: PlanningProblem, targets: Targets) -> Targets:
    dearest = int(problem.costs.max(initial=0))
    floors = tuple(
        max(0, least - (1 if floor.unit is FloorUnit.HOUSEHOLDS else dearest))
        for floor, least in zip(problem.floors, targets.floors, strict=True)
    )
    return Targets(floors=floors, first=targets.first if floors != targets.floors else max(0, targets.first - 1))
