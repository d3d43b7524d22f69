"""Exact finish, second half: a vacancy with places left over must cost nothing, so it is filled or its price falls.

The mirror of `placing`: distances from all such vacancies over who would come, the prices of what lies nearer than the
first end of a chain (somebody unplaced, or a place that costs nothing) fall by the difference, then chains are moved.
"""

from __future__ import annotations

import numpy as np

from employment_service.compiled import compiled, inner, wide
from employment_service.matching.assignment.domain import Flags, Int32s, Int64s
from employment_service.matching.assignment.placing import sit
from employment_service.matching.assignment.search import FAR, Frontier, clear, nearer, nearest, new_frontier
from employment_service.matching.assignment.state import Callers, Places, Seats, State, unseat


@inner
def is_open(places: Places, vacancy: int) -> bool:
    """Has a price and a place left over."""
    return bool(places.price[vacancy] > 0 and places.size[vacancy] < places.capacity[vacancy])


@inner
def profit_of(places: Places, seats: Seats, who: int) -> int:
    """0 for the unplaced: whoever could gain has a place by now."""
    profit: int = seats.gain[who] - places.price[seats.at[who]] if seats.at[who] >= 0 else 0
    return profit


@inner
def lower_prices(state: State, callers: Callers, frontier: Frontier) -> None:
    _, places, seats = state
    limit = FAR
    for vacancy in range(len(places.price)):
        if is_open(places, vacancy):
            limit = min(limit, places.price[vacancy])
            nearer(frontier, vacancy, wide(0))
    while frontier.counts[0] > 0:
        vacancy = nearest(frontier)
        base = frontier.distance[vacancy]
        if base >= limit:
            break
        for caller in range(callers.starts[vacancy], callers.starts[vacancy + 1]):
            worth = callers.score[caller] - places.price[vacancy]
            if base - worth >= limit:
                continue
            who = callers.worker[caller]
            distance = base + profit_of(places, seats, who) - worth
            left = seats.at[who]
            if left == vacancy or distance >= limit:
                continue
            if left < 0:
                limit = distance
            elif distance < frontier.distance[left]:
                limit = min(limit, distance + places.price[left])
                nearer(frontier, wide(left), distance)
    for number in range(frontier.counts[1]):
        vacancy = frontier.reached[number]
        if frontier.distance[vacancy] < limit:
            places.price[vacancy] -= limit - frontier.distance[vacancy]
    clear(frontier)


@inner
def next_caller(  # noqa: PLR0917 - a step of one loop, with its arrays
    state: State, callers: Callers, vacancy: int, cursor: Int64s, seen: Flags, on_chain: Flags
) -> int:
    """-1: nobody. -2: whoever is at the cursor comes, and no place that costs anything is left over; otherwise the
    vacancy that they would leave.
    """
    _, places, seats = state
    while cursor[vacancy] < callers.starts[vacancy + 1]:
        caller = cursor[vacancy]
        who = callers.worker[caller]
        left: int = seats.at[who]
        if (
            not seen[who]
            and left != vacancy
            and callers.score[caller] - places.price[vacancy] == profit_of(places, seats, who)
        ):
            seen[who] = True
            if left < 0 or places.price[left] == 0:
                return -2
            if not on_chain[left]:
                return left
        cursor[vacancy] += 1
    return -1


@inner
def move_along(state: State, callers: Callers, chain: Int32s, depth: int, cursor: Int64s) -> None:
    """Everybody at a cursor comes; each takes the very place that the one before leaves."""
    _, places, seats = state
    last = wide(callers.worker[cursor[chain[depth]]])
    if seats.at[last] >= 0:
        unseat(places, seats, last)
    spot = places.size[chain[0]]
    places.size[chain[0]] += 1
    for level in range(depth + 1):
        vacancy = chain[level]
        who = callers.worker[cursor[vacancy]]
        left = seats.slot[who]
        sit(places, seats, who, vacancy, spot, callers.score[cursor[vacancy]])
        spot = left


@inner
def find_chain(  # noqa: PLR0917 - one search, with its arrays
    state: State, callers: Callers, first: int, chain: Int32s, cursor: Int64s, seen: Flags, on_chain: Flags
) -> bool:
    depth = wide(0)
    chain[0] = first
    on_chain[first] = True
    found = -1
    while depth >= 0:
        found = next_caller(state, callers, chain[depth], cursor, seen, on_chain)
        if found == -2:
            move_along(state, callers, chain, depth, cursor)
            break
        if found == -1:
            on_chain[chain[depth]] = False
            depth -= 1
            if depth >= 0:
                cursor[chain[depth]] += 1
        else:
            depth += 1
            chain[depth] = found
            on_chain[found] = True
    for level in range(depth + 1):
        on_chain[chain[level]] = False
    return found == -2


def fill_open(state: State, callers: Callers) -> int:
    """Until whatever is left over costs nothing; how many rounds it took."""
    vacancies = len(state.places.price)
    return _rounds(
        state,
        callers,
        new_frontier(vacancies),
        np.empty(vacancies + 1, dtype=np.int32),
        np.empty(vacancies, dtype=np.int64),
        np.zeros(len(state.seats.at), dtype=np.bool_),
        np.zeros(vacancies, dtype=np.bool_),
    )


@inner
def _any_open(places: Places) -> bool:
    for vacancy in range(len(places.price)):  # noqa: SIM110 - a generator is slow to compile
        if is_open(places, vacancy):
            return True
    return False


@compiled
def _rounds(  # noqa: PLR0917 - one loop, with its arrays
    state: State,
    callers: Callers,
    frontier: Frontier,
    chain: Int32s,
    cursor: Int64s,
    seen: Flags,
    on_chain: Flags,
) -> int:
    rounds = 0
    while _any_open(state.places):
        rounds += 1
        lower_prices(state, callers, frontier)
        for who in range(len(seen)):
            seen[who] = False
        for vacancy in range(len(cursor)):
            cursor[vacancy] = callers.starts[vacancy]
        for vacancy in range(len(cursor)):
            while is_open(state.places, vacancy) and find_chain(state, callers, vacancy, chain, cursor, seen, on_chain):
                pass
    return rounds
