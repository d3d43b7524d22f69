"""What simpler ways would reach on the same edges and places, to be laid beside an assignment."""

from __future__ import annotations

import numpy as np

from employment_service.matching.assignment.compiled import compiled
from employment_service.matching.assignment.domain import UNPLACED, Edges, Int32s, Int64s
from employment_service.matching.assignment.state import Lists, lists_of


def greedy(edges: Edges, capacities: Int64s) -> tuple[Int32s, int]:
    """Highest score first, whoever's it is; ties in the order of the edges. Vacancy by worker, and the value."""
    order = np.argsort(-edges.score.astype(np.int64), kind="stable")
    worker = np.repeat(np.arange(edges.workers, dtype=np.int32), np.diff(edges.starts))
    return _in_order(lists_of(edges), worker[order], order, capacities.copy())


def first_come(edges: Edges, capacities: Int64s) -> tuple[Int32s, int]:
    """One worker after the other, each to their best that still has a place."""
    return _one_by_one(lists_of(edges), capacities.copy())


@compiled
def _in_order(lists: Lists, worker: Int32s, order: Int64s, left: Int64s) -> tuple[Int32s, int]:
    at = np.full(len(lists.starts) - 1, UNPLACED, np.int32)
    value = 0
    for number in range(len(order)):
        vacancy = lists.vacancy[order[number]]
        if at[worker[number]] < 0 and left[vacancy] > 0:
            at[worker[number]] = vacancy
            left[vacancy] -= 1
            value += lists.score[order[number]]
    return at, value


@compiled
def _one_by_one(lists: Lists, left: Int64s) -> tuple[Int32s, int]:
    at = np.full(len(lists.starts) - 1, UNPLACED, np.int32)
    value = 0
    for who in range(len(at)):
        best = -1
        for edge in range(lists.starts[who], lists.starts[who + 1]):
            if left[lists.vacancy[edge]] > 0 and (best < 0 or lists.score[edge] > lists.score[best]):
                best = edge
        if best >= 0:
            at[who] = lists.vacancy[best]
            left[at[who]] -= 1
            value += lists.score[best]
    return at, value
