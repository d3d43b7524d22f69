"""Why somebody is where they are, in figures: score, price of the place, and what is gained over being left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from employment_service.matching.assignment.compiled import compiled
from employment_service.matching.assignment.domain import UNPLACED, Assignment, Edges, Int32s, Int64s
from employment_service.matching.assignment.state import Lists, lists_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Of shape (workers,); all 0 for the unplaced."""

    score: Int64s
    price: Int64s
    surplus: Int64s


def placed_rows(edges: Edges, made: Assignment) -> Placed:
    price = np.where(made.vacancy == UNPLACED, 0, np.append(made.prices, 0)[made.vacancy])
    score = _scores(lists_of(edges), made.vacancy)
    return Placed(score=score, price=price, surplus=score - price)


@compiled
def _scores(lists: Lists, at: Int32s) -> Int64s:
    score = np.zeros(len(at), np.int64)
    for who in range(len(at)):
        for edge in range(lists.starts[who], lists.starts[who + 1]):
            if lists.vacancy[edge] == at[who]:
                score[who] = lists.score[edge]
    return score
