"""Why somebody is where they are, in figures: score, price of the place, and what is gained over being left out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.assignment.domain import UNPLACED, Assignment, Edges, Int32s, Int64s

NOWHERE = UNPLACED
CHUNK = 2**18


class Why(StrEnum):
    BEST = "BEST"
    """No pair of theirs has a higher score."""
    BEST_AFTER_PRICE = "BEST_AFTER_PRICE"
    """A higher score lies elsewhere, where a place is worth more to others."""
    OUTBID = "OUTBID"
    """Every place that they could take is worth more to others."""
    NOTHING_GAINED = "NOTHING_GAINED"
    """No pair of theirs is worth more than none."""
    NO_PAIR = "NO_PAIR"


WHY = tuple(Why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Of shape (workers,). `score`, `price`, `surplus`: 0 for the unplaced. `why`: number in `WHY`.

    `next_best`: the best by score less price for whoever is outbid (-1 for others), `short_by` how much its score falls
    short of its price, and one more.
    """

    score: Int64s
    price: Int64s
    surplus: Int64s
    why: NDArray[np.int8]
    next_best: Int32s
    short_by: Int64s


def placed_rows(edges: Edges, made: Assignment) -> Placed:
    """In chunks, since millions of edges are wanted in memory no second time."""
    count = edges.workers
    score, top = np.zeros(count, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    worth, best = np.zeros(count, dtype=np.int64), np.full(count, NOWHERE, dtype=np.int32)
    first = 0
    while first < count:
        last = max(int(np.searchsorted(edges.starts, edges.starts[first] + CHUNK, side="right")) - 1, first + 1)
        lengths = np.diff(edges.starts[first : last + 1])
        some = first + np.flatnonzero(lengths)
        if len(some):
            part = slice(int(edges.starts[first]), int(edges.starts[last]))
            vacancy, given = edges.vacancy[part], edges.score[part].astype(np.int64)
            begin = edges.starts[some] - part.start
            row = np.repeat(np.arange(len(some)), lengths[lengths > 0])
            top[some] = np.maximum.reduceat(given, begin)
            used = vacancy == made.vacancy[some][row]
            score[some[row[used]]] = given[used]
            left = given - made.prices[vacancy]
            most = np.maximum.reduceat(left, begin)
            at = np.flatnonzero(left == most[row])[::-1]
            worth[some], best[some[row[at]]] = most, vacancy[at]
        first = last
    placed = made.vacancy != UNPLACED
    price = np.where(placed, np.append(made.prices, 0)[made.vacancy], 0)
    outbid = ~placed & (top > 0)
    why = np.select(
        [placed & (score == top), placed, outbid, top == 0],
        [WHY.index(each) for each in (Why.BEST, Why.BEST_AFTER_PRICE, Why.OUTBID, Why.NOTHING_GAINED)],
        WHY.index(Why.NO_PAIR),
    ).astype(np.int8)
    return Placed(
        score=score,
        price=price,
        surplus=score - price,
        why=why,
        next_best=np.where(outbid, best, NOWHERE).astype(np.int32),
        short_by=np.where(outbid, 1 - worth, 0),
    )
