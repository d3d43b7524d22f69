"""`assign`: the best assignment under capacities, certified."""

from __future__ import annotations

import numpy as np

from employment_service.matching.assignment.domain import (
    Assignment,
    Edges,
    Int32s,
    Int64s,
    refuse_unless_fitting,
    refuse_unless_sound,
)
from employment_service.matching.assignment.program import solve_program


def assign(edges: Edges, capacities: Int64s, *, prices: Int64s | None = None, held: Int32s | None = None) -> Assignment:
    """The exact optimum. `prices`, `held` (workers,): where to start from; they change the time, never the value."""
    refuse_unless_sound(edges, capacities)
    refuse_unless_fitting(edges, capacities, prices, held)
    vacancy, found = solve_program(edges, capacities)
    return weighed(edges, capacities, vacancy, found)


def weighed(edges: Edges, capacities: Int64s, vacancy: Int32s, prices: Int64s) -> Assignment:
    """An assignment with its value and the bound that prices prove, both added up anew."""
    worker = np.repeat(np.arange(edges.workers), np.diff(edges.starts))
    used = edges.vacancy == vacancy[worker]
    best = np.zeros(edges.workers, dtype=np.int64)
    np.maximum.at(best, worker[used], edges.score[used].astype(np.int64))
    surplus = np.zeros(edges.workers, dtype=np.int64)
    np.maximum.at(surplus, worker, edges.score - prices[edges.vacancy])
    return Assignment(
        vacancy=vacancy, value=int(best.sum()), prices=prices, bound=int(surplus.sum() + (capacities * prices).sum())
    )
