"""What simpler ways would reach on the same edges and places, to be laid beside an assignment."""

from __future__ import annotations

import numpy as np

from employment_service.compiled import compiled
from employment_service.matching.assignment.domain import UNPLACED, Edges, Int32s, Int64s, Scores
from employment_service.matching.assignment.state import Lists, lists_of

CHUNK = 2**18


def greedy(edges: Edges, capacities: Int64s) -> tuple[Int32s, int]:
    """Highest score first, whoever's it is; ties in the order of the edges. Vacancy by worker, and the value."""
    return _in_order(lists_of(edges), _ascending(edges.score), capacities.copy())


def _ascending(score: Scores) -> Int64s:
    """From the lowest score to the highest, in the lower 32 bits of each: how many edges lie behind this one."""
    count = len(score)
    if score.dtype == np.int64:
        return np.argsort(score[::-1], kind="stable")
    keys = np.empty(count, dtype=np.int64)
    for first in range(0, count, CHUNK):
        part = slice(first, min(first + CHUNK, count))
        keys[part] = score[part].astype(np.int64) << 32 | np.arange(count - 1 - part.start, count - 1 - part.stop, -1)
    keys.sort()
    return keys


def first_come(edges: Edges, capacities: Int64s) -> tuple[Int32s, int]:
    """One worker after the other, each to their best that still has a place."""
    return _one_by_one(lists_of(edges), capacities.copy())


@compiled
def _in_order(lists: Lists, ascending: Int64s, left: Int64s) -> tuple[Int32s, int]:
    at = np.full(len(lists.starts) - 1, UNPLACED, np.int32)
    value = 0
    last = len(ascending) - 1
    for number in range(last, -1, -1):
        edge = last - (ascending[number] & 0xFFFFFFFF)
        vacancy = lists.vacancy[edge]
        if left[vacancy] > 0:
            who = np.searchsorted(lists.starts, edge, side="right") - 1
            if at[who] < 0:
                at[who] = vacancy
                left[vacancy] -= 1
                value += lists.score[edge]
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
