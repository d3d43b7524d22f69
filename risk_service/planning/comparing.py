"""What simpler ways of spending the same money would avert, on the same households: to be laid beside a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from risk_service.planning.domain import NOBODY, Floats, Ints, PlanningProblem, cost_of, value_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    value: float
    helped: int
    cost: int


def rank_by_risk(problem: PlanningProblem) -> Outcome:
    """Highest likelihood first, each the measure that does most for them while there is money and a place."""
    return _in_order(problem, np.argsort(-problem.likelihood, kind="stable"), problem.values)


def threshold_only(problem: PlanningProblem) -> Outcome:
    """Red warnings only, in the order of the table, each the cheapest measure there is for them."""
    return _in_order(problem, np.flatnonzero(problem.red), -problem.costs.astype(np.float64))


def _in_order(problem: PlanningProblem, order: Ints, liking: Floats) -> Outcome:
    money = problem.budget
    places = [problem.households if capacity is None else capacity for capacity in problem.capacities]
    chosen = np.full(problem.households, NOBODY, dtype=np.int64)
    wishes = np.argsort(-liking, axis=1, kind="stable")
    for row in order.tolist():
        for measure in wishes[row].tolist():
            cost = int(problem.costs[row, measure])
            if problem.eligible[row, measure] and places[measure] and cost <= money:
                chosen[row] = measure
                money -= cost
                places[measure] -= 1
                break
    return Outcome(value=value_of(problem, chosen), helped=int((chosen != NOBODY).sum()), cost=cost_of(problem, chosen))
