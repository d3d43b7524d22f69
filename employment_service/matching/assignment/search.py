"""Nearest vacancies first: a heap of vacancies by distance whose entries can come nearer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from employment_service.compiled import inner
from employment_service.matching.assignment.domain import Int32s, Int64s

FAR = 2**62


class Frontier(NamedTuple):
    """`counts`: how many wait, and how many were reached. `reached`: those whose `distance` is not `FAR`."""

    distance: Int64s
    heap: Int32s
    spot: Int32s
    reached: Int32s
    counts: Int64s


def new_frontier(vacancies: int) -> Frontier:
    return Frontier(
        np.full(vacancies, FAR, dtype=np.int64),
        np.empty(vacancies, dtype=np.int32),
        np.full(vacancies, -1, dtype=np.int32),
        np.empty(vacancies, dtype=np.int32),
        np.zeros(2, dtype=np.int64),
    )


@inner
def clear(frontier: Frontier) -> None:
    for number in range(frontier.counts[1]):
        frontier.distance[frontier.reached[number]] = FAR
        frontier.spot[frontier.reached[number]] = -1
    frontier.counts[0] = 0
    frontier.counts[1] = 0


@inner
def nearer(frontier: Frontier, vacancy: int, distance: int) -> None:
    """Takes the vacancy in, or moves it up: the distance must be less than what it has."""
    if frontier.distance[vacancy] == FAR:
        frontier.reached[frontier.counts[1]] = vacancy
        frontier.counts[1] += 1
    frontier.distance[vacancy] = distance
    spot = frontier.spot[vacancy]
    if spot < 0:
        spot = frontier.counts[0]
        frontier.counts[0] += 1
    while spot > 0:
        above = frontier.heap[(spot - 1) >> 1]
        if frontier.distance[above] <= distance:
            break
        frontier.heap[spot] = above
        frontier.spot[above] = spot
        spot = (spot - 1) >> 1
    frontier.heap[spot] = vacancy
    frontier.spot[vacancy] = spot


@inner
def nearest(frontier: Frontier) -> int:
    """Takes the nearest out."""
    first: int = frontier.heap[0]
    frontier.counts[0] -= 1
    size = frontier.counts[0]
    frontier.spot[first] = -1
    if size > 0:
        last = frontier.heap[size]
        spot = 0
        while True:
            below = 2 * spot + 1
            if below >= size:
                break
            if (
                below + 1 < size
                and frontier.distance[frontier.heap[below + 1]] < frontier.distance[frontier.heap[below]]
            ):
                below += 1
            if frontier.distance[frontier.heap[below]] >= frontier.distance[last]:
                break
            frontier.heap[spot] = frontier.heap[below]
            frontier.spot[frontier.heap[spot]] = spot
            spot = below
        frontier.heap[spot] = last
        frontier.spot[last] = spot
    return first
