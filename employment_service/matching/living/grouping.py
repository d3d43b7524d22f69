"""The best plan over all feasible pairs in which couples go together and batches come in number.

Relaxed first, by column generation over every pair: a couple is two workers with the same list and their mean score,
who may be parted, and a batch needs nobody. What that proves no plan with couples and batches exceeds. Then batches are
opened or closed and parted couples bound, over the pairs that its prices leave worth a look. Loading it loads numba.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from employment_service.matching.assignment.domain import Edges, Int32s, Int64s
from employment_service.matching.assignment.engine import solve as solve_edges
from employment_service.matching.living.batches import decide, too_few
from employment_service.matching.living.together import Groups, dive, grouped_of
from employment_service.matching.market.keeping import held_scores
from employment_service.matching.market.kernel import Feasible
from employment_service.matching.market.pricing import best_at
from employment_service.matching.market.solving import Solution, solve

COUPLE = 2
LISTED = 60
"""Of each worker so many of the best at the relaxed prices are looked at when couples are bound and batches closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """`closed`: batches with places enough that are proposed to nobody, because too few would come."""

    solution: Solution
    closed: Int64s


def solve_joint(
    pairs: Feasible, capacities: Int64s, *, groups: Int32s, least: Int64s, prices: Int64s | None = None
) -> Joint:
    """`groups` (workers,): a number for both of a couple, -1 for whoever is alone. `least` (vacancies,).

    Prices and bound are those of the relaxed problem.
    """
    grouped = grouped_of(groups)
    scale = COUPLE if len(grouped.sizes) else 1
    places = np.where(least > capacities, 0, capacities)
    relaxed = _relaxed(pairs, places, grouped, scale)
    began = solve(relaxed, places, prices=None if prices is None else prices * scale)
    edges = best_at(relaxed, began.prices, most=LISTED).edges
    vacancy = _settled(edges, places, grouped, least, began.prices)
    score = held_scores(pairs, vacancy)
    counts = np.bincount(vacancy[vacancy >= 0], minlength=len(capacities))
    solution = Solution(
        vacancy=vacancy,
        score=score,
        prices=-(-began.prices // scale),
        value=int(score.sum()),
        bound=began.bound // scale,
        rounds=began.rounds,
    )
    return Joint(solution=solution, closed=np.flatnonzero((least > 1) & (capacities > 0) & (counts == 0)))


def _settled(edges: Edges, places: Int64s, grouped: Groups, least: Int64s, prices: Int64s) -> Int32s:
    """Each turn closes a batch at least: binding couples may have drawn somebody away from one that was enough."""
    while True:
        made = solve_edges(edges, places, prices=prices)
        now, _ = decide(edges, places, least, made)
        made, _ = dive(replace(edges, score=now.score.copy()), now.capacities, grouped, now.made)
        short = too_few(made.vacancy, least)
        if not len(short):
            return made.vacancy
        places = places.copy()
        places[short] = 0


def _relaxed(pairs: Feasible, places: Int64s, grouped: Groups, scale: int) -> Feasible:
    """Scores times two; of a couple the vacancies that both could take and that have two places, at their sum."""
    if scale == 1:
        return pairs
    last, vacancy, score = pairs.last.copy(), pairs.vacancy.copy(), pairs.score * np.int16(scale)
    for one, other in grouped.members.reshape(-1, COUPLE):
        mine, theirs = slice(pairs.first[one], pairs.last[one]), slice(pairs.first[other], pairs.last[other])
        both, at, beside = np.intersect1d(pairs.vacancy[mine], pairs.vacancy[theirs], return_indices=True)
        roomy = places[both] >= COUPLE
        both, joint = both[roomy], (pairs.score[mine][at] + pairs.score[theirs][beside])[roomy]
        for who in (one, other):
            row = slice(pairs.first[who], pairs.first[who] + len(both))
            vacancy[row], score[row], last[who] = both, joint, row.stop
    return replace(pairs, last=last, vacancy=vacancy, score=score)
