"""What a county would reach without an optimum: first come, first served; and the best pair left, again and again.

Importing this loads numba.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from employment_service.compiled import compiled
from employment_service.matching.market.kernel import Feasible
from employment_service.matching.market.scan import Columns, Scores

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    vacancy: NDArray[np.int32]
    value: int

    @property
    def placed(self) -> int:
        return int((self.vacancy >= 0).sum())


def first_come(pairs: Feasible, capacities: Ints) -> Practice:
    """Each worker in the order given takes the best of what is left."""
    vacancy = np.full(len(pairs.first), -1, dtype=np.int32)
    value = _first_come(pairs.first, pairs.last, pairs.vacancy, pairs.score, capacities.copy(), vacancy)
    return Practice(vacancy=vacancy, value=int(value))


def greedy(pairs: Feasible, capacities: Ints) -> Practice:
    """The pair with the best score of all takes its place, then the next; among equals the worker given first."""
    vacancy = np.full(len(pairs.first), -1, dtype=np.int32)
    value = _greedy(pairs.first, pairs.last, pairs.vacancy, pairs.score, capacities.copy(), vacancy)
    return Practice(vacancy=vacancy, value=int(value))


@compiled
def _first_come(  # noqa: PLR0917 - compiled loops take arrays one by one
    first: Ints, last: Ints, columns: Columns, scores: Scores, left: Ints, vacancy: NDArray[np.int32]
) -> int:
    value = np.int64(0)
    for w in range(len(first)):
        best, chosen = -1, -1
        for at in range(first[w], last[w]):
            if scores[at] > best and left[columns[at]] > 0:
                best, chosen = scores[at], columns[at]
        if chosen >= 0:
            left[chosen] -= 1
            vacancy[w] = chosen
            value += best
    return int(value)


@compiled
def _greedy(  # noqa: PLR0917 - compiled loops take arrays one by one
    first: Ints, last: Ints, columns: Columns, scores: Scores, left: Ints, vacancy: NDArray[np.int32]
) -> int:
    """Each worker waits in the bucket of the best pair still open to them; a pair that closed moves them down."""
    highest = 0
    for at in range(len(scores)):
        highest = max(highest, scores[at])
    head = np.full(highest + 1, -1, np.int64)
    behind = np.full(len(first), -1, np.int64)
    wish = np.full(len(first), -1, np.int64)
    for back in range(len(first)):
        w = len(first) - 1 - back
        chosen = -1
        for at in range(first[w], last[w]):
            if left[columns[at]] > 0 and (chosen < 0 or scores[at] > scores[chosen]):
                chosen = at
        wish[w] = chosen
        if chosen >= 0:
            behind[w] = head[scores[chosen]]
            head[scores[chosen]] = w
    value = np.int64(0)
    for level in range(highest, -1, -1):
        while head[level] >= 0:
            w = head[level]
            head[level] = behind[w]
            column = columns[wish[w]]
            if left[column] > 0:
                left[column] -= 1
                vacancy[w] = column
                value += level
                continue
            chosen = -1
            for at in range(first[w], last[w]):
                if left[columns[at]] > 0 and (chosen < 0 or scores[at] > scores[chosen]):
                    chosen = at
            if chosen >= 0:
                wish[w] = chosen
                behind[w] = head[scores[chosen]]
                head[scores[chosen]] = w
    return int(value)
