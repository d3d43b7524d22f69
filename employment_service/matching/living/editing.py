"""Changes to the lists of a plan where they lie, by worker and by vacancy at once, without sorting anything anew."""

from __future__ import annotations

import numpy as np

from employment_service.compiled import compiled
from employment_service.matching.assignment.domain import Flags, Int32s, Int64s
from employment_service.matching.assignment.state import FREE, Callers, Lists, Seats, State

BARRED = -1
"""Instead of a score: this edge must not be used."""


@compiled
def edge_to(lists: Lists, who: int, vacancy: int) -> int:
    """-1 where there is none."""
    for edge in range(lists.starts[who], lists.starts[who + 1]):
        if lists.vacancy[edge] == vacancy:
            return edge
    return -1


@compiled
def rescore(lists: Lists, callers: Callers, who: int, edge: int, score: int) -> None:
    """`callers` of a vacancy lie in the order of the workers."""
    lists.score[edge] = score
    low, high = callers.starts[lists.vacancy[edge]], callers.starts[lists.vacancy[edge] + 1]
    while low < high:
        middle = (low + high) >> 1
        if callers.worker[middle] < who:
            low = middle + 1
        else:
            high = middle
    callers.score[low] = score


@compiled
def rescore_row(lists: Lists, callers: Callers, who: int, scores: Int32s) -> None:
    for number in range(len(scores)):
        rescore(lists, callers, who, lists.starts[who] + number, scores[number])


@compiled
def add_for_staying(state: State, callers: Callers, who: Int32s, points: int) -> None:
    """So many points more for where each of them is."""
    lists, _, seats = state
    for number in range(len(who)):
        at = seats.at[who[number]]
        if at >= 0:
            edge = edge_to(lists, who[number], at)
            rescore(lists, callers, who[number], edge, lists.score[edge] + points)
            seats.gain[who[number]] += points


@compiled
def lacking(state: State, who: int) -> int:
    """By how many points somebody's best other option is ahead of where they are, at the prices; below 0: behind."""
    lists, places, seats = state
    other = 0
    for edge in range(lists.starts[who], lists.starts[who + 1]):
        if lists.vacancy[edge] != seats.at[who]:
            other = max(other, lists.score[edge] - places.price[lists.vacancy[edge]])
    ahead: int = other - (seats.gain[who] - places.price[seats.at[who]])
    return ahead


@compiled
def settle_staying(state: State, callers: Callers, stays: Flags, added: Int32s, usual: int) -> None:
    """What staying counts for goes back to the usual, or to the least with which each is still at their best."""
    lists, _, seats = state
    for who in range(len(added)):
        if not stays[who] or seats.at[who] < 0 or added[who] <= usual:
            continue
        less = min(added[who] - usual, -lacking(state, who))
        if less > 0:
            edge = edge_to(lists, who, seats.at[who])
            rescore(lists, callers, who, edge, lists.score[edge] - less)
            seats.gain[who] -= less
            added[who] -= less


@compiled
def value_of(starts: Int64s, vacancy: Int32s, score: Int32s, at: Int32s) -> int:
    value = 0
    for who in range(len(at)):
        for edge in range(starts[who], starts[who + 1]):
            if vacancy[edge] == at[who]:
                value += score[edge]
    return value


def seated(seats: Seats) -> Int32s:
    return np.flatnonzero(seats.at != FREE).astype(np.int32)
