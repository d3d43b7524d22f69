"""Weighted lists of possible work, places, and an assignment that carries its own proof.

Weak duality: with any prices p >= 0 of places, no assignment is worth more than the sum over workers of
max(0, score - price of their best) plus the sum over vacancies of capacity x price. Scores, prices and sums are whole
numbers, so an assignment whose value equals that bound is optimal, and anybody can add it up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from chassis.errors import InvalidInput

Int32s: TypeAlias = NDArray[np.int32]
Int64s: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Scores: TypeAlias = Int32s
"""Whole points. Those of a bare problem with more digits than 32 bits hold have 64 instead: the loops are compiled for
either, and code outside of this package meets the first alone.
"""
Numbers: TypeAlias = NDArray[np.int32 | np.int64 | np.float64]
Flags: TypeAlias = NDArray[np.bool_]

UNPLACED = -1
LARGEST_SCORE = 2**31 - 1


class EdgesOutOfOrder(InvalidInput):
    code = "ASSIGNMENT_EDGES_OUT_OF_ORDER"


class NegativeScore(InvalidInput):
    code = "ASSIGNMENT_NEGATIVE_SCORE"


class NegativePlaces(InvalidInput):
    code = "ASSIGNMENT_NEGATIVE_PLACES"


class StartDoesNotFit(InvalidInput):
    """Kept prices or a kept assignment that belong to another problem."""

    code = "ASSIGNMENT_START_DOES_NOT_FIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """What is possible, by worker: those of worker i lie from starts[i] to starts[i + 1]. Scores: whole points >= 0.

    An edge with score 0 may be used or not: it is worth as much as staying unplaced.
    """

    starts: Int64s
    vacancy: Int32s
    score: Scores

    @property
    def workers(self) -> int:
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """`vacancy` (workers,): -1 where unplaced. `prices` (vacancies,): what one place more would be worth, at most.

    `bound`: no assignment is worth more; `value == bound` proves this one optimal.
    """

    vacancy: Int32s
    value: int
    prices: Int64s
    bound: int

    @property
    def placed(self) -> int:
        return int((self.vacancy != UNPLACED).sum())

    @property
    def certified(self) -> bool:
        return self.value == self.bound


def refuse_unless_sound(edges: Edges, capacities: Int64s) -> None:
    starts, lists = edges.starts, len(edges.vacancy)
    if len(starts) < 1 or starts[0] != 0 or starts[-1] != lists or len(edges.score) != lists:
        raise EdgesOutOfOrder("`starts` must begin with 0 and end with the number of edges, one score for each edge.")
    if np.any(starts[1:] < starts[:-1]):
        raise EdgesOutOfOrder(f"`starts` falls at worker {int(np.argmax(starts[1:] < starts[:-1]))}.")
    if lists and (int(edges.vacancy.min()) < 0 or int(edges.vacancy.max()) >= len(capacities)):
        wrong = int(np.argmax((edges.vacancy < 0) | (edges.vacancy >= len(capacities))))
        raise EdgesOutOfOrder(f"Edge {wrong} names vacancy {edges.vacancy[wrong]} of {len(capacities)}.")
    if lists and int(edges.score.min()) < 0:
        wrong = int(np.argmax(edges.score < 0))
        raise NegativeScore(f"Edge {wrong} has score {edges.score[wrong]}; leave out what must not be.")
    if len(capacities) and int(capacities.min()) < 0:
        wrong = int(np.argmax(capacities < 0))
        raise NegativePlaces(f"Vacancy {wrong} has {capacities[wrong]} places.")


def refuse_unless_fitting(edges: Edges, capacities: Int64s, prices: Int64s | None, held: Int32s | None) -> None:
    if prices is not None and (len(prices) != len(capacities) or (len(prices) and int(prices.min()) < 0)):
        raise StartDoesNotFit(f"{len(capacities)} prices of at least 0 are needed to start from.")
    if held is not None and (
        len(held) != edges.workers or (len(held) and not -1 <= int(held.min()) <= int(held.max()) < len(capacities))
    ):
        raise StartDoesNotFit(f"A vacancy's number or -1 for each of {edges.workers} workers is needed to start from.")
