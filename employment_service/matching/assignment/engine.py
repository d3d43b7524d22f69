"""`assign`: the best assignment under capacities, certified.

Auction with shrinking steps until it is right within an eighth of a point for each worker, then an exact finish by
shortest chains of moves. The finish alone is exact from any start and always ends; the auction makes it short.
"""

from __future__ import annotations

from typing import cast

import numpy as np

from employment_service.matching.assignment.auction import FRACTION, forward, profits, release, reverse
from employment_service.matching.assignment.domain import (
    Assignment,
    Edges,
    Int32s,
    Int64s,
    Scores,
    refuse_unless_fitting,
    refuse_unless_sound,
)
from employment_service.matching.assignment.filling import fill_open
from employment_service.matching.assignment.placing import place_waiting, release_inexact
from employment_service.matching.assignment.program import solve_program
from employment_service.matching.assignment.state import (
    Callers,
    State,
    callers_of,
    empty_state,
    highest_calls,
    lists_of,
    seat_held,
    to_points,
    weigh,
)

FIRST_STEP = 6
"""The largest score through this: larger leaves more to mend, smaller makes prices creep."""
STEP_RATIO = 12
LAST_STEP = 1
"""The finest fraction: with half a point, as many again are left to the finish where scores are equal or few."""
WARM_STEPS = 500
"""From kept prices the first step is this much smaller than the largest score."""
BIDS_A_WORKER = 100
"""Where bids go on for longer (prices that creep up on each other), the finish takes over."""
MANY = 20
"""From kept prices and a kept assignment the finish alone is quicker as long as not one in so many has to move."""


def assign(edges: Edges, capacities: Int64s, *, prices: Int64s | None = None, held: Int32s | None = None) -> Assignment:
    """The exact optimum, worth as much as its bound.

    `prices` (vacancies,), `held` (workers,): where to start from; they change the time, and which of several optima
    is found, never the value.
    """
    refuse_unless_sound(edges, capacities)
    refuse_unless_fitting(edges, capacities, prices, held)
    return solve(edges, capacities, prices=prices, held=held)


def solve(edges: Edges, capacities: Int64s, *, prices: Int64s | None = None, held: Int32s | None = None) -> Assignment:
    """As `assign`, of arrays that are known to fit; here an edge with a score below 0 is one that must not be used."""
    state = empty_state(lists_of(edges), capacities)
    callers = callers_of(state.lists, len(capacities))
    top = max(0, int(edges.score.max())) if len(edges.score) else 0
    queue = np.empty(edges.workers + 1, dtype=np.int32)
    if held is not None:
        seat_held(state, held)
    if prices is not None:
        state.places.price[:] = np.minimum(prices, top)
    state.places.price[capacities == 0] = top
    waiting = release_inexact(state, queue) if prices is not None and held is not None else edges.workers
    if waiting * MANY > edges.workers:
        waiting = _auction(state, callers, queue, top, warm=prices is not None)
    return finished(state, callers, queue, waiting)


def compile_loops(*, wide: bool = False) -> None:
    """So that a clock that starts after it measures no compiler: once per installation, read from the cache later.

    `wide`: those for scores of 64 bits.
    """
    score = cast("Scores", np.ones(1, dtype=np.int64)) if wide else np.ones(1, dtype=np.int32)
    edges = Edges(starts=np.array([0, 1], dtype=np.int64), vacancy=np.zeros(1, dtype=np.int32), score=score)
    places = np.ones(1, dtype=np.int64)
    made = assign(edges, places)
    assign(edges, places, prices=made.prices, held=made.vacancy)


def finished(state: State, callers: Callers, queue: Int32s, waiting: int) -> Assignment:
    """The optimum from a state in which everybody placed is at their best, and the first `waiting` of queue wait."""
    places, seats = state.places, state.seats
    place_waiting(state, queue, waiting)
    fill_open(state, callers)
    highest_calls(state, callers)
    value, bound = weigh(state.lists, places.capacity, seats.at, places.price)
    if value == bound:
        return Assignment(vacancy=seats.at, value=value, prices=places.price, bound=bound)
    edges = Edges(starts=state.lists.starts, vacancy=state.lists.vacancy, score=state.lists.score)
    vacancy, found = solve_program(edges, places.capacity)
    value, bound = weigh(state.lists, places.capacity, vacancy, found)
    return Assignment(vacancy=vacancy, value=value, prices=found, bound=bound)


def _auction(state: State, callers: Callers, queue: Int32s, top: int, *, warm: bool) -> int:
    places, seats = state.places, state.seats
    places.price[:] *= FRACTION
    seats.gain[:] *= FRACTION
    step = max(LAST_STEP, top * FRACTION // (WARM_STEPS if warm else FIRST_STEP))
    bids = BIDS_A_WORKER * len(seats.at) + 1
    turns = BIDS_A_WORKER * len(places.price) + 1
    while bids > 0 and turns > 0:
        waiting = release(state, step, queue)
        bids = forward(state, step, queue, waiting, bids)
        if bids > 0:
            turns = reverse(state, callers, step, profits(places, seats), turns)
        if step == LAST_STEP:
            break
        step = max(LAST_STEP, step // STEP_RATIO)
    to_points(state, FRACTION)
    return release_inexact(state, queue)
