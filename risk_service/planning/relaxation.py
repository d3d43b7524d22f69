"""A plan's relaxation by sifting: few rows couple the households, so most choices are clear at nearly right prices.

A sample gives prices; only households that are nearly indifferent at them go into the linear problem, the others are
settled; its prices are laid before everybody, and whoever would choose otherwise joins. When nobody would, the
solution is the optimum of the whole problem (Bixby, Gregory, Lustig, Marsten and Shanno 1992, "Very large-scale
linear programming: a case study in combining interior point and simplex methods").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chassis.errors import Breakdown
from risk_service.planning.domain import Flags, Floats, Floor, FloorUnit, Ints, PlanningProblem, Prices, Targets
from risk_service.planning.master import Overdrawn, Penalties, Solved, solve
from risk_service.planning.worth import bound_at, margins, near_best, worth

WHOLE = 3_000
"""Households that are solved at once, without sifting."""
SAMPLE = 2_500
UNDECIDED = 0.12
"""Share of the households that go into the first restricted problem."""
MOST_ROUNDS = 60


class SiftingStalled(Breakdown):
    code = "PLAN_RELAXATION_FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """`rows`, `columns`, `shares`: the pairs with a share above 0; `left` (n, m) their worth at the prices."""

    rows: Ints
    columns: Ints
    shares: Floats
    bound: float
    prices: Prices
    over: Overdrawn
    left: Floats


def relax(problem: PlanningProblem, targets: Targets) -> Relaxed:
    most = _most(problem)
    if problem.households <= WHOLE:
        candidates = np.column_stack([problem.eligible, np.ones(problem.households, dtype=np.bool_)])
        return _sifted(problem, targets, candidates, most, most)
    prices = _sampled_prices(problem, targets)
    best, margin = margins(worth(problem, prices))
    within = float(np.quantile(margin[problem.eligible.any(axis=1)], UNDECIDED))
    candidates = near_best(worth(problem, prices), best, within)
    return _sifted(problem, targets, candidates, _near(prices, most), most)


def _sifted(
    problem: PlanningProblem, targets: Targets, candidates: Flags, penalties: Penalties, most: Penalties
) -> Relaxed:
    for _ in range(MOST_ROUNDS):
        open_ = candidates.sum(axis=1) > 1
        settled = np.where(open_, -1, candidates.argmax(axis=1))
        settled[settled == len(problem.measures)] = -1
        rows, columns = np.nonzero(candidates[:, :-1] & open_[:, None])
        pairs = rows.astype(np.int64), columns.astype(np.int64)
        found = solve(problem, targets, penalties, pairs, settled)
        left = worth(problem, found.prices)
        scale = 1e-9 * float(max(1e-12, problem.values.max(initial=0.0)))
        best = np.maximum(left.max(axis=1, initial=-np.inf), 0.0)
        options = np.column_stack([left, np.zeros(len(left))])
        kept = np.where(candidates, options, -np.inf).max(axis=1)
        behind = best > kept + scale
        raised = penalties.raised(found.over, 8.0, most)
        if not behind.any() and not (found.over.by_choice and _differ(raised, penalties)):
            bound = bound_at(problem, targets, found.prices, left)
            return _told(found, pairs, settled, bound, left)
        penalties = raised
        candidates[behind] |= options[behind] > (kept[behind] + scale)[:, None]
    raise SiftingStalled("The relaxation of the plan did not come to rest.")


def _differ(one: Penalties, other: Penalties) -> bool:
    return one.budget != other.budget or bool((one.capacities != other.capacities).any())


def _told(found: Solved, pairs: tuple[Ints, Ints], settled: Ints, bound: float, left: Floats) -> Relaxed:
    taken = found.shares > 1e-9
    done = np.flatnonzero(settled >= 0)
    return Relaxed(
        rows=np.concatenate([done, pairs[0][taken]]),
        columns=np.concatenate([settled[done], pairs[1][taken]]),
        shares=np.concatenate([np.ones(len(done)), found.shares[taken]]),
        bound=bound,
        prices=found.prices,
        over=found.over,
        left=left,
    )


def _most(problem: PlanningProblem) -> Penalties:
    """Beyond these nothing is worth overdrawing; floors yield before those who come first."""
    value = float(problem.values.max(initial=0.0)) or 1.0
    paid = problem.eligible & (problem.costs > 0)
    cheapest = float(problem.costs[paid].min()) if paid.any() else 1.0
    floors = [100 * value / (1.0 if floor.unit is FloorUnit.HOUSEHOLDS else cheapest) for floor in problem.floors]
    return Penalties(
        budget=1e6 * value / cheapest,
        capacities=np.full(len(problem.measures), 1e6 * value),
        floors=np.array(floors),
        first=1e4 * value,
    )


def _near(prices: Prices, most: Penalties) -> Penalties:
    """Prices a sample found are nearly right: paying several times as much to overdraw is already too dear."""
    return Penalties(
        budget=min(most.budget, 4 * prices.budget + 1e-6 * most.budget / 1e4),
        capacities=np.minimum(most.capacities, 4 * prices.capacities + 1e-8 * most.capacities),
        floors=most.floors,
        first=most.first,
    )


def _sampled_prices(problem: PlanningProblem, targets: Targets) -> Prices:
    """Prices of every k-th household with as much of everything as is its share."""
    step = -(-problem.households // SAMPLE)
    some = np.arange(problem.households) % step == 0
    share = int(some.sum()) / problem.households
    floors = tuple(
        Floor(name=floor.name, rows=floor.rows[some], unit=floor.unit, least=int(least * share))
        for floor, least in zip(problem.floors, targets.floors, strict=True)
    )
    sample = PlanningProblem(
        measures=problem.measures,
        values=problem.values[some],
        costs=problem.costs[some],
        eligible=problem.eligible[some],
        likelihood=problem.likelihood[some],
        first=problem.first[some],
        budget=int(problem.budget * share),
        capacities=tuple(None if capacity is None else round(capacity * share) for capacity in problem.capacities),
        floors=floors,
        objective=problem.objective,
    )
    return relax(sample, sample.asked).prices
