"""What a plan keeps of the one before: its prices, people where they were, and pairs that are not proposed again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.market.kernel import Feasible

Int32s = NDArray[np.int32]


def without(pairs: Feasible, left_out: Iterable[tuple[int, int]]) -> Feasible:
    """Without these (worker, vacancy) pairs."""
    last, vacancy, score = pairs.last.copy(), pairs.vacancy.copy(), pairs.score.copy()
    for worker, column in left_out:
        first = pairs.first[worker]
        for at in first + np.flatnonzero(vacancy[first : last[worker]] == column):
            end = last[worker] - 1
            vacancy[at], score[at] = vacancy[end], score[end]
            last[worker] = end
    return replace(pairs, last=last, vacancy=vacancy, score=score)


def with_bonus(pairs: Feasible, kept: Int32s, bonus: int) -> Feasible:
    """`kept` (workers,): where each was to go, -1 nowhere; that pair counts `bonus` points more, so that nobody is
    moved for less.
    """
    score = pairs.score.copy()
    for worker in np.flatnonzero(kept >= 0):
        first, last = pairs.first[worker], pairs.last[worker]
        score[first + np.flatnonzero(pairs.vacancy[first:last] == kept[worker])] += np.int16(bonus)
    return replace(pairs, score=score)


def held_scores(pairs: Feasible, vacancy: Int32s) -> Int32s:
    """By worker the score of the pair with this vacancy, 0 where there is none."""
    found = np.zeros(len(vacancy), dtype=np.int32)
    for worker in np.flatnonzero(vacancy >= 0):
        first, last = pairs.first[worker], pairs.last[worker]
        found[worker] = pairs.score[first:last][pairs.vacancy[first:last] == vacancy[worker]].max(initial=0)
    return found
