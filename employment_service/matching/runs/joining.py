"""Couples and batches of a run, as arrays; and the market of those who decide alone. Loading it loads numba."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.living.batches import too_few
from employment_service.matching.living.grouping import Joint, solve_joint
from employment_service.matching.market.arrays import Ints, Market
from employment_service.matching.market.keeping import held_scores
from employment_service.matching.market.kernel import Feasible
from employment_service.matching.market.solving import Solution, solve
from employment_service.matching.runs.gathered import Gathered
from employment_service.matching.runs.stability import stable_plan

Int32s = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """`groups` (workers,): a number for both of a couple, -1 otherwise. `waiting` (workers,): who names somebody that
    is not in the run. `least` (vacancies,).
    """

    groups: Int32s
    waiting: NDArray[np.bool_]
    least: Ints

    @property
    def any(self) -> bool:
        return bool((self.groups >= 0).any() or (self.least > 1).any())

    @property
    def couples(self) -> int:
        return int((self.groups >= 0).sum()) // 2


def joined_of(gathered: Gathered) -> Joined:
    rows = {UUID(person.key): row for row, person in enumerate(gathered.people)}
    groups = np.full(len(rows), -1, dtype=np.int32)
    waiting = np.zeros(len(rows), dtype=np.bool_)
    for number, (worker, companion) in enumerate(sorted(gathered.companions.items())):
        if companion not in rows:
            waiting[rows[worker]] = True
        elif worker < companion:
            groups[[rows[worker], rows[companion]]] = number
    least = np.array(gathered.least or [0] * len(gathered.places), dtype=np.int64)
    return Joined(groups=groups, waiting=waiting, least=least)


def best_plan(found: Feasible, capacities: Ints, joined: Joined, *, prices: Ints | None = None) -> Joint:
    if not joined.any:
        none = np.zeros(0, dtype=np.int64)
        return Joint(solution=solve(found, capacities, prices=prices), closed=none)
    return solve_joint(found, capacities, groups=joined.groups, least=joined.least, prices=prices)


def stable_alone(market: Market, kept: Feasible, capacities: Ints, joined: Joined, best: Joint) -> Joint:
    """Deferred acceptance among those who decide alone. Couples stay where the best plan has them: with them a plan
    that no pair would leave need not exist. A batch that comes to be too few is closed, and it is tried again.
    """
    closed = best.closed
    while True:
        alone = market_alone(kept, capacities, best.solution.vacancy, joined, closed)
        vacancy = np.where(joined.groups >= 0, best.solution.vacancy, stable_plan(market, alone.pairs, alone.places))
        vacancy = vacancy.astype(np.int32)
        short = too_few(vacancy, joined.least)
        couples = np.isin(vacancy, short) & (joined.groups >= 0)
        if not len(short):
            return replace(best, solution=replace(best.solution, vacancy=vacancy), closed=closed)
        closed = np.union1d(closed, short)
        best = replace(
            best, solution=replace(best.solution, vacancy=np.where(couples, -1, best.solution.vacancy).astype(np.int32))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """`places` without those that couples hold; `vacancy` and `pairs` of whoever has a companion are empty."""

    pairs: Feasible
    places: Ints
    vacancy: Int32s


def market_alone(found: Feasible, capacities: Ints, vacancy: Int32s, joined: Joined, closed: Ints) -> Alone:
    coupled = joined.groups >= 0
    held = vacancy[coupled & (vacancy >= 0)]
    places = capacities - np.bincount(held, minlength=len(capacities))
    places[closed] = 0
    return Alone(
        pairs=replace(found, last=np.where(coupled, found.first, found.last)),
        places=places,
        vacancy=np.where(coupled, -1, vacancy).astype(np.int32),
    )


def value_of_couples(found: Feasible, solution: Solution, joined: Joined) -> int:
    coupled = np.where(joined.groups >= 0, solution.vacancy, -1).astype(np.int32)
    return int(held_scores(found, coupled).sum())
