"""What staying counts for, after people have moved: nothing where they left, the usual where they came."""

from __future__ import annotations

import numpy as np

from employment_service.matching.assignment.domain import UNPLACED, Int32s
from employment_service.matching.living.editing import edge_to, rescore
from employment_service.matching.living.laying import Laid


def count_for_staying(laid: Laid, before: Int32s, usual: int) -> None:
    seats = laid.state.seats
    now = np.where(laid.frozen, laid.place, seats.at)
    for who in np.flatnonzero((now != before) | ((seats.at != UNPLACED) & (laid.added == 0))).tolist():
        leave_behind(laid, who, int(before[who]))
        if seats.at[who] == UNPLACED:
            continue
        edge = edge_to(laid.state.lists, who, int(seats.at[who]))
        rescore(laid.state.lists, laid.callers, who, edge, int(laid.edges.score[edge]) + usual)
        seats.gain[who] = int(laid.edges.score[edge]) + usual
        laid.added[who] = usual


def leave_behind(laid: Laid, who: int, vacancy: int) -> None:
    """No longer counts for anything that they were there."""
    laid.added[who] = 0
    edge = edge_to(laid.state.lists, who, vacancy) if vacancy != UNPLACED else -1
    if edge >= 0 and not laid.frozen[who]:
        rescore(laid.state.lists, laid.callers, who, edge, int(laid.edges.score[edge]))
