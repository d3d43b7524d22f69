"""What each pair of household and measure is still worth once money, places and floors are paid for at given prices."""

from __future__ import annotations

import numpy as np

from risk_service.planning.domain import Flags, Floats, FloorUnit, PlanningProblem, Prices, Targets


def worth(problem: PlanningProblem, prices: Prices) -> Floats:
    """(n, m): value less what it takes at these prices; minus infinity where a household is not eligible."""
    extra = np.where(problem.first, prices.first, 0.0)
    cent = np.full(problem.households, prices.budget)
    for floor, price in zip(problem.floors, prices.floors.tolist(), strict=True):
        if floor.unit is FloorUnit.HOUSEHOLDS:
            extra[floor.rows] += price
        else:
            cent[floor.rows] -= price
    left = problem.values - cent[:, None] * problem.costs
    left -= prices.capacities[None, :]
    left += extra[:, None]
    left[~problem.eligible] = -np.inf
    return left


def bound_at(problem: PlanningProblem, targets: Targets, prices: Prices, left: Floats) -> float:
    """No plan is worth more than this, whatever the prices (weak duality), so long as none is below zero."""
    paid = prices.budget * problem.budget
    paid += sum(
        price * capacity
        for price, capacity in zip(prices.capacities.tolist(), problem.capacities, strict=True)
        if capacity is not None
    )
    paid -= sum(price * least for price, least in zip(prices.floors.tolist(), targets.floors, strict=True))
    paid -= prices.first * targets.first
    return float(paid) + float(np.maximum(left.max(axis=1, initial=0.0), 0.0).sum())


def margins(left: Floats) -> tuple[Floats, Floats]:
    """(n,) best worth, offering nothing being worth 0, and how far the second best lies below it."""
    options = np.column_stack([np.zeros(len(left)), left])
    ordered = np.partition(options, -2, axis=1)
    best = ordered[:, -1]
    second = np.where(np.isfinite(ordered[:, -2]), ordered[:, -2], best - 1e300)
    return best, best - second


def near_best(left: Floats, best: Floats, within: Floats | float) -> Flags:
    """(n, m + 1) options within reach of a household's best; the last column is offering nothing."""
    options = np.column_stack([left, np.zeros(len(left))])
    return options >= (best - within)[:, None]
