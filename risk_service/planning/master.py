"""The linear relaxation over some of the pairs: HiGHS by interior point with crossover, and its dual prices.

Money, places and floors may be overdrawn at a penalty, so that a restricted problem always has a solution; the caller
raises the penalties until nothing is overdrawn that need not be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.sparse import coo_array

from risk_service.planning.domain import Flags, Floats, FloorUnit, Ints, PlanningProblem, Prices, Targets
from risk_service.planning.highs import Program, relaxation

Rows: TypeAlias = tuple[Ints, Ints, Floats]

SMALL = 20_000
"""Pairs up to which the simplex method is the faster one."""
LEEWAY = 1e-6
"""Of one household. Without it a target that takes all there is would have no price of its own: any high one would do,
and money would seem to avert as much. Of one package, for money and places: where whole packages fill them exactly,
their price is what a little more would avert, not what a little less would lose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalties:
    """What overdrawing one unit of each row costs, in value."""

    budget: float
    capacities: Floats
    floors: Floats
    first: float

    def raised(self, over: Overdrawn, times: float, most: Penalties) -> Penalties:
        return Penalties(
            budget=min(most.budget, self.budget * (times if over.budget > 0 else 1)),
            capacities=np.minimum(most.capacities, self.capacities * np.where(over.capacities > 0, times, 1)),
            floors=most.floors,
            first=most.first,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdrawn:
    budget: float
    capacities: Floats
    floors: Floats
    first: float

    @property
    def by_choice(self) -> bool:
        """Money or places: those need never be overdrawn, since offering nothing is always possible."""
        return self.budget > 0 or bool((self.capacities > 0).any())


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """`shares` (p,) of the pairs asked for, in their order; `value` with what was settled beforehand."""

    shares: Floats
    value: float
    prices: Prices
    over: Overdrawn


def solve(
    problem: PlanningProblem, targets: Targets, penalties: Penalties, pairs: tuple[Ints, Ints], settled: Ints
) -> Solved:
    """`pairs` (rows, measures) may be chosen; households of `settled` (n,) have their measure already."""
    rows, columns = pairs
    done = np.flatnonzero(settled >= 0)
    gone = (done, settled[done])
    cents = float(max(1, problem.costs.max(initial=1)))

    coupling: list[Rows] = []
    limits: list[float] = []
    scales: list[float] = []
    costs = problem.costs[rows, columns]
    everything = np.arange(len(rows))

    def limit(where: Ints, amounts: Floats, least: float, scale: float) -> None:
        coupling.append((np.full(len(where), len(limits)), where, amounts / scale))
        limits.append(least / scale)
        scales.append(scale)

    left = float(problem.budget - int(problem.costs[gone].sum()))
    limit(everything, costs.astype(np.float64), left + LEEWAY * cents, cents)
    taken = np.bincount(gone[1], minlength=len(problem.measures))
    for measure, capacity in enumerate(problem.capacities):
        where = np.flatnonzero(columns == measure) if capacity is not None else everything[:0]
        free = 1.0 if capacity is None else float(capacity - int(taken[measure]))
        limit(where, np.ones(len(where)), free + LEEWAY, 1.0)
    for floor, least in zip(problem.floors, targets.floors, strict=True):
        where = np.flatnonzero(floor.rows[rows])
        if floor.unit is FloorUnit.HOUSEHOLDS:
            limit(where, -np.ones(len(where)), int(floor.rows[done].sum()) - least + LEEWAY, 1.0)
        else:
            had = int(problem.costs[gone][floor.rows[done]].sum())
            limit(where, -costs[where].astype(np.float64), had - least + LEEWAY * cents, cents)
    where = np.flatnonzero(problem.first[rows])
    limit(where, -np.ones(len(where)), int(problem.first[done].sum()) - targets.first + LEEWAY, 1.0)

    penalty = np.concatenate([[penalties.budget], penalties.capacities, penalties.floors, [penalties.first]])
    shares, over, duals = _highs(problem.values[rows, columns], rows, coupling, np.array(limits), penalty * scales)
    duals, over = duals / scales, over * scales
    kinds = 1 + len(problem.measures)
    return Solved(
        shares=shares,
        value=float(problem.values[rows, columns] @ shares) + float(problem.values[gone].sum()),
        prices=Prices(
            budget=float(duals[0]), capacities=duals[1:kinds], floors=duals[kinds:-1], first=float(duals[-1])
        ),
        over=Overdrawn(budget=float(over[0]), capacities=over[1:kinds], floors=over[kinds:-1], first=float(over[-1])),
    )


def _highs(
    values: Floats, rows: Ints, coupling: list[Rows], limits: Floats, penalty: Floats
) -> tuple[Floats, Floats, Floats]:
    """Shares of the pairs, what is overdrawn of each coupling row and its price."""
    width = len(values)
    _, household = np.unique(rows, return_inverse=True)
    several: Flags = np.bincount(household)[household] > 1
    _, numbers = np.unique(household[several], return_inverse=True)
    once = (len(limits) + numbers, np.flatnonzero(several), np.ones(int(several.sum())))
    slack = (np.arange(len(limits)), width + np.arange(len(limits)), -np.ones(len(limits)))
    parts = [*coupling, once, slack]
    at, across, amounts = (np.concatenate([part[number] for part in parts]) for number in range(3))
    height = len(limits) + (int(numbers.max()) + 1 if len(numbers) else 0)
    found = relaxation(
        Program(
            gains=np.concatenate([values, -penalty]),
            most=np.concatenate([np.ones(width), np.full(len(limits), np.inf)]),
            matrix=coo_array((amounts, (at, across)), shape=(height, width + len(limits))).tocsc(),
            least_rows=np.full(height, -np.inf),
            most_rows=np.concatenate([limits, np.ones(height - len(limits))]),
        ),
        interior=width > SMALL,
    )
    over = np.where(found.x[width:] > 1e-7, found.x[width:], 0.0)
    return found.x[:width], over, np.maximum(0.0, found.prices[: len(limits)])
