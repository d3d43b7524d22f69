"""From shares to whole packages: every constraint exact, and hardly any value lost.

A corner of the relaxation divides at most as many households as there are rows that couple them. Those, and the
households nearest to indifference, are decided anew by a small integer program within what the others leave.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array, vstack

from risk_service.planning.domain import (
    NOBODY,
    Flags,
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
WIDEST = 600
ENTIRE = 1 - 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """`chosen` (n,) a measure's number or NOBODY; no whole plan is worth more than `bound`."""

    chosen: Ints
    value: float
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long whole packages are sought: a pool is not widened for less than `good_gap`, a share of the value; no
    integer program looks at more than `nodes`; `dives` says whether it searches around what it has found, which takes
    most of its time and gains some 0.03 %.
    """

    nodes: int
    good_gap: float
    dives: bool


THOROUGH = Effort(nodes=500, good_gap=5e-5, dives=True)
WHILE_YOU_WAIT = Effort(nodes=30, good_gap=1e-4, dives=False)


def whole(
    problem: PlanningProblem,
    targets: Targets,
    relaxed: Relaxed,
    *,
    effort: Effort = THOROUGH,
    known: Ints | None = None,
) -> Whole | None:
    """None when no whole plan meets the targets in any pool that was tried. No worse than `known` (n,), a plan that may
    or may not meet them.
    """
    certain = relaxed.shares > ENTIRE
    chosen = np.full(problem.households, NOBODY, dtype=np.int64)
    chosen[relaxed.rows[certain]] = relaxed.columns[certain]
    _, margin = margins(relaxed.left)
    divided = np.unique(relaxed.rows[~certain])
    margin[divided] = -1.0
    able = np.flatnonzero(problem.eligible.any(axis=1))
    order = able[np.argsort(margin[able], kind="stable")]
    best: Whole | None = None
    if known is not None and meets(problem, targets, known):
        best = Whole(chosen=known, value=value_of(problem, known), bound=relaxed.bound)
    size, widened = POOL + 3 * len(divided), False
    while True:
        found = _decided(problem, targets, chosen, order[:size], relaxed, best=best, effort=effort)
        in_vain = widened and best is not None and (found is None or found.value <= best.value)
        if found is not None and best is not None:
            better = found if found.value > best.value else best
            best = replace(better, bound=min(found.bound, best.bound))
        else:
            best = found or best
        if in_vain or size >= len(order) or size > WIDEST:
            return best
        if best is not None and relaxed.bound - best.value <= effort.good_gap * relaxed.bound:
            return best
        size, widened = size * 4, True


def _decided(
    problem: PlanningProblem,
    targets: Targets,
    chosen: Ints,
    pool: Ints,
    relaxed: Relaxed,
    *,
    best: Whole | None,
    effort: Effort,
) -> Whole | None:
    """The best whole choice for the households of the pool, all others staying as they are."""
    plan = chosen.copy()
    plan[pool] = NOBODY
    open_ = problem.eligible[pool]
    if best is not None:
        open_ = open_ & _within_reach(relaxed, best, pool)
    within, measures = np.nonzero(open_)
    bound = relaxed.bound
    if len(within):
        program = _program(problem, targets, plan, pool, (within.astype(np.int64), measures.astype(np.int64)))
        everybody = int((plan != NOBODY).sum()) == 0 and len(pool) == int(problem.eligible.any(axis=1).sum())
        at_stake = max(1e-9 * relaxed.bound, relaxed.bound - value_of(problem, plan))
        gap = min(0.01, effort.good_gap / 2 * relaxed.bound / at_stake) if at_stake > 0 else 0.01
        nodes = 10 * effort.nodes if everybody else effort.nodes
        found = integral(program, nodes=nodes, gap=gap, dives=effort.dives)
        if found is None:
            return None
        taken = found.x > 0.5
        if everybody:
            bound = min(bound, found.bound if best is None else max(found.bound, best.value))
        plan[pool[within[taken]]] = measures[taken]
        _give_back(problem, plan, pool, relaxed.left)
    if not meets(problem, targets, plan):
        return None
    return Whole(chosen=plan, value=value_of(problem, plan), bound=bound)


def _within_reach(relaxed: Relaxed, best: Whole, pool: Ints) -> Flags:
    """(pool, m): a plan with any other pair is worth less than `best`: at the prices of the relaxation the pair loses
    more than lies between the two (fixing by reduced costs).
    """
    left = relaxed.left[pool]
    most = np.maximum(left.max(axis=1, initial=0.0), 0.0)
    return np.asarray(left >= (most - (relaxed.bound - best.value) * (1 + 1e-6))[:, None])


def _program(problem: PlanningProblem, targets: Targets, plan: Ints, pool: Ints, pairs: tuple[Ints, Ints]) -> Program:
    """What `plan` leaves of money and places, and what it still owes the floors, for the pairs of the pool."""
    within, measures = pairs
    rows = pool[within]
    costs = problem.costs[rows, measures].astype(np.float64)
    used = np.bincount(plan[plan != NOBODY], minlength=len(problem.measures))
    parts: list[tuple[Floats, float, float]] = [(costs, -np.inf, float(problem.budget - cost_of(problem, plan)))]
    for measure, capacity in enumerate(problem.capacities):
        if capacity is not None:
            parts.append(((measures == measure).astype(np.float64), -np.inf, float(capacity - int(used[measure]))))
    for floor, least in zip(problem.floors, targets.floors, strict=True):
        inside = floor.rows[rows].astype(np.float64)
        amounts = inside if floor.unit is FloorUnit.HOUSEHOLDS else inside * costs
        parts.append((amounts, float(least - reached(problem, floor, plan)), np.inf))
    had = int((problem.first & (plan != NOBODY)).sum())
    parts.append((problem.first[rows].astype(np.float64), float(targets.first - had), np.inf))
    scales = np.array([max(1.0, float(np.abs(amounts).max(initial=0.0))) for amounts, _, _ in parts])
    coupling = np.vstack([amounts for amounts, _, _ in parts]) / scales[:, None]
    once = coo_array((np.ones(len(within)), (within, np.arange(len(within)))), shape=(len(pool), len(within)))
    return Program(
        gains=problem.values[rows, measures],
        most=np.ones(len(within)),
        matrix=vstack([coo_array(coupling), once], format="csc"),
        least_rows=np.concatenate([np.array([least for _, least, _ in parts]) / scales, np.full(len(pool), -np.inf)]),
        most_rows=np.concatenate([np.array([most for _, _, most in parts]) / scales, np.ones(len(pool))]),
    )


def _give_back(problem: PlanningProblem, plan: Ints, pool: Ints, left: Floats) -> None:
    """The solver allows a millionth too much: a cent too much is given back by whoever is least sure of it."""
    helped = [row for row in pool[plan[pool] != NOBODY].tolist() if not problem.first[row]]
    for row in sorted(helped, key=lambda row: float(left[row, plan[row]])):
        if cost_of(problem, plan) <= problem.budget:
            return
        plan[row] = NOBODY


def meets(problem: PlanningProblem, targets: Targets, plan: Ints) -> bool:
    """Whether every constraint holds, counted in whole cents and households."""
    helped = np.flatnonzero(plan != NOBODY)
    used = np.bincount(plan[helped], minlength=len(problem.measures)).tolist()
    return (
        bool(problem.eligible[helped, plan[helped]].all())
        and cost_of(problem, plan) <= problem.budget
        and all(limit is None or taken <= limit for taken, limit in zip(used, problem.capacities, strict=True))
        and all(
            reached(problem, floor, plan) >= least for floor, least in zip(problem.floors, targets.floors, strict=True)
        )
        and int((problem.first & (plan != NOBODY)).sum()) >= targets.first
    )
