"""From shares to whole packages: every constraint exact, and hardly any value lost.

A corner of the relaxation divides at most as many households as there are rows that couple them. Those, and the
households nearest to indifference, are decided anew by a small integer program within what the others leave.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, vstack

from risk_service.planning.domain import (
    NOBODY,
    Floats,
    FloorUnit,
    Ints,
    PlanningProblem,
    Targets,
    cost_of,
    reached,
    value_of,
)
from risk_service.planning.highs import Program, integral
from risk_service.planning.relaxation import Relaxed
from risk_service.planning.worth import margins

POOL = 40
NODES = 500
GOOD_GAP = 2e-5
"""A pool is not widened for less than this share of the value."""
WHOLE = 1e-6


def whole(problem: PlanningProblem, targets: Targets, relaxed: Relaxed) -> Ints | None:
    """(n,) a measure's number or NOBODY; None when no whole plan meets the targets in any pool that was tried."""
    certain = relaxed.shares > 1 - WHOLE
    chosen = np.full(problem.households, NOBODY, dtype=np.int64)
    chosen[relaxed.rows[certain]] = relaxed.columns[certain]
    divided = np.zeros(problem.households, dtype=np.bool_)
    divided[relaxed.rows[~certain]] = True
    _, margin = margins(relaxed.left)
    margin[divided] = -1.0
    margin[~problem.eligible.any(axis=1)] = np.inf
    order = np.argsort(margin, kind="stable")
    best: Ints | None = None
    pool = POOL + 3 * int(divided.sum())
    while True:
        found = _decided(problem, targets, chosen, order[:pool], relaxed)
        if found is not None and (best is None or value_of(problem, found) > value_of(problem, best)):
            best = found
        if pool >= problem.households or pool > 16 * POOL:
            return best
        if best is not None and relaxed.bound - value_of(problem, best) <= GOOD_GAP * relaxed.bound:
            return best
        pool *= 4


def _decided(problem: PlanningProblem, targets: Targets, chosen: Ints, pool: Ints, relaxed: Relaxed) -> Ints | None:
    """The best whole choice for the households of the pool, all others staying as they are."""
    fixed = chosen.copy()
    fixed[pool] = NOBODY
    within, measures = np.nonzero(problem.eligible[pool])
    if len(within) == 0:
        return fixed if meets(problem, targets, fixed) else None
    rows = pool[within]
    costs = problem.costs[rows, measures].astype(np.float64)
    used = np.bincount(fixed[fixed != NOBODY], minlength=len(problem.measures))
    parts: list[tuple[Floats, float, float]] = [(costs, -np.inf, float(problem.budget - cost_of(problem, fixed)))]
    for measure, capacity in enumerate(problem.capacities):
        if capacity is not None:
            parts.append(((measures == measure).astype(np.float64), -np.inf, float(capacity - int(used[measure]))))
    for floor, least in zip(problem.floors, targets.floors, strict=True):
        inside = floor.rows[rows].astype(np.float64)
        amounts = inside if floor.unit is FloorUnit.HOUSEHOLDS else inside * costs
        parts.append((amounts, float(least - reached(problem, floor, fixed)), np.inf))
    had = int((problem.first & (fixed != NOBODY)).sum())
    parts.append((problem.first[rows].astype(np.float64), float(targets.first - had), np.inf))
    scales = np.array([max(1.0, float(np.abs(amounts).max(initial=0.0))) for amounts, _, _ in parts])
    coupling = np.vstack([amounts for amounts, _, _ in parts]) / scales[:, None]
    once = coo_array((np.ones(len(within)), (within, np.arange(len(within)))), shape=(len(pool), len(within)))
    values = problem.values[rows, measures]
    found = integral(
        Program(
            gains=values,
            most=np.ones(len(within)),
            matrix=vstack([coupling, once], format="csc"),
            least_rows=np.concatenate([[least for _, least, _ in parts] / scales, np.full(len(pool), -np.inf)]),
            most_rows=np.concatenate([[most for _, _, most in parts] / scales, np.ones(len(pool))]),
        ),
        nodes=NODES,
        gap=min(0.01, GOOD_GAP / 2 * relaxed.bound / max(1e-12, float(values.sum()))),
    )
    if found is None:
        return None
    taken = found.x > 0.5
    fixed[rows[taken]] = measures[taken]
    return _exact(problem, targets, fixed, pool, relaxed.left)


def _exact(problem: PlanningProblem, targets: Targets, chosen: Ints, pool: Ints, left: Floats) -> Ints | None:
    """The solver allows a millionth too much; a cent too much is given back by whoever is least sure of it."""
    ordered = sorted(pool[chosen[pool] != NOBODY].tolist(), key=lambda row: float(left[row, chosen[row]]))
    for row in ordered:
        if cost_of(problem, chosen) <= problem.budget:
            break
        if not problem.first[row]:
            chosen[row] = NOBODY
    return chosen if meets(problem, targets, chosen) else None


def meets(problem: PlanningProblem, targets: Targets, chosen: Ints) -> bool:
    """Whether every constraint holds, counted in whole cents and households."""
    helped = np.flatnonzero(chosen != NOBODY)
    used = np.bincount(chosen[helped], minlength=len(problem.measures)).tolist()
    return (
        bool(problem.eligible[helped, chosen[helped]].all())
        and cost_of(problem, chosen) <= problem.budget
        and all(limit is None or taken <= limit for taken, limit in zip(used, problem.capacities, strict=True))
        and all(
            reached(problem, floor, chosen) >= least
            for floor, least in zip(problem.floors, targets.floors, strict=True)
        )
        and int((problem.first & (chosen != NOBODY)).sum()) >= targets.first
    )
