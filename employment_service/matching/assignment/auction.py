"""Forward and reverse auction with shrinking steps (Bertsekas and Castanon 1989, 1992), places of a vacancy in a heap.

Forward: whoever is unplaced bids for the best, up to where the second best is as good, and a step more; the lowest
bid of a full vacancy makes way and is its price. Reverse: a vacancy with places left over and a price lowers it until
somebody comes. After both, everybody is within a step of their best, and what is left over costs nothing.
"""

from __future__ import annotations

import numpy as np

from employment_service.compiled import compiled, inner, wide
from employment_service.matching.assignment.domain import Int32s, Int64s
from employment_service.matching.assignment.state import FREE, Callers, Places, Seats, State

FRACTION = 8
"""Steps and prices are in eighths of a point."""
TAKEN = 2**62


@inner
def sift_up(places: Places, seats: Seats, start: int, spot: int) -> None:
    bid, who = places.bid[start + spot], places.member[start + spot]
    while spot > 0:
        above = (spot - 1) >> 1
        if places.bid[start + above] <= bid:
            break
        places.bid[start + spot] = places.bid[start + above]
        places.member[start + spot] = places.member[start + above]
        seats.slot[places.member[start + spot]] = spot
        spot = above
    places.bid[start + spot], places.member[start + spot] = bid, who
    seats.slot[who] = spot


@inner
def sift_down(places: Places, seats: Seats, start: int, spot: int, size: int) -> None:
    bid, who = places.bid[start + spot], places.member[start + spot]
    while True:
        below = 2 * spot + 1
        if below >= size:
            break
        if below + 1 < size and places.bid[start + below + 1] < places.bid[start + below]:
            below += 1
        if places.bid[start + below] >= bid:
            break
        places.bid[start + spot] = places.bid[start + below]
        places.member[start + spot] = places.member[start + below]
        seats.slot[places.member[start + spot]] = spot
        spot = below
    places.bid[start + spot], places.member[start + spot] = bid, who
    seats.slot[who] = spot


@inner
def leave(places: Places, seats: Seats, who: int) -> None:
    """Frees a place and keeps the heap a heap."""
    vacancy, spot = seats.at[who], wide(seats.slot[who])
    start = places.offset[vacancy]
    places.size[vacancy] -= 1
    last = places.size[vacancy]
    seats.at[who] = FREE
    if spot == last:
        return
    places.bid[start + spot] = places.bid[start + last]
    places.member[start + spot] = places.member[start + last]
    seats.slot[places.member[start + spot]] = spot
    if spot > 0 and places.bid[start + spot] < places.bid[start + ((spot - 1) >> 1)]:
        sift_up(places, seats, start, spot)
    else:
        sift_down(places, seats, start, spot, last)


@inner
def enter(places: Places, seats: Seats, who: int, vacancy: int, bid: int) -> int:
    """Takes a place of the vacancy; who made way for it, or -1."""
    start, size = places.offset[vacancy], places.size[vacancy]
    seats.at[who] = vacancy
    if size < places.capacity[vacancy]:
        places.bid[start + size], places.member[start + size] = bid, who
        places.size[vacancy] = size + 1
        sift_up(places, seats, start, size)
        if size + 1 == places.capacity[vacancy]:
            places.price[vacancy] = max(places.price[vacancy], places.bid[start])
        return -1
    out: int = places.member[start]
    seats.at[out] = FREE
    places.bid[start], places.member[start] = bid, who
    sift_down(places, seats, start, wide(0), size)
    places.price[vacancy] = places.bid[start]
    return out


@compiled
def forward(state: State, step: int, queue: Int32s, waiting: int, bids: int) -> int:
    """Until nobody waits, or so many bids were made; how many of them are left."""
    (starts, vacancies, scores), places, seats = state
    price = places.price
    while waiting > 0 and bids > 0:
        bids -= 1
        waiting -= 1
        who = queue[waiting]
        best, second, chosen = 0, 0, -1
        for edge in range(starts[who], starts[who + 1]):
            profit = scores[edge] * FRACTION - price[vacancies[edge]]
            second = max(second, min(best, profit))
            chosen = edge if profit > best else chosen
            best = max(best, profit)
        if chosen < 0:
            continue
        seats.gain[who] = scores[chosen] * FRACTION
        out = enter(places, seats, who, vacancies[chosen], seats.gain[who] - second + step)
        if out >= 0:
            queue[waiting] = out
            waiting += 1
    return bids


@inner
def keep_largest(level: Int64s, edge: Int32s, size: int, new: int, caller: int) -> None:
    """Into a full heap with the smallest on top, instead of that."""
    spot = 0
    while True:
        below = 2 * spot + 1
        if below >= size:
            break
        if below + 1 < size and level[below + 1] < level[below]:
            below += 1
        if level[below] >= new:
            break
        level[spot], edge[spot] = level[below], edge[below]
        spot = below
    level[spot], edge[spot] = new, caller


@inner
def best_callers(  # noqa: PLR0917 - one search, with its arrays
    callers: Callers, vacancy: int, profit: Int64s, level: Int64s, edge: Int32s, size: int
) -> int:
    """The `size` who would come at the highest price, the lowest of them first; how many there are."""
    found = 0
    for caller in range(callers.starts[vacancy], callers.starts[vacancy + 1]):
        new = callers.score[caller] * FRACTION - profit[callers.worker[caller]]
        if new <= 0:
            continue
        if found < size:
            spot = found
            found += 1
            while spot > 0 and level[(spot - 1) >> 1] > new:
                level[spot], edge[spot] = level[(spot - 1) >> 1], edge[(spot - 1) >> 1]
                spot = (spot - 1) >> 1
            level[spot], edge[spot] = new, caller
        elif new > level[0]:
            keep_largest(level, edge, size, new, caller)
    return found


@compiled
def reverse(state: State, callers: Callers, step: int, profit: Int64s, turns: int) -> int:  # noqa: C901, PLR0912 - one loop over vacancies, whose parts share its arrays
    """Until no vacancy has both a price and a place left over; `profit` (workers,) is kept up to date."""
    _, places, seats = state
    vacancies = len(places.capacity)
    most = 1
    for vacancy in range(vacancies):
        most = max(most, callers.starts[vacancy + 1] - callers.starts[vacancy])
    level, edge = np.empty(most + 1, np.int64), np.empty(most + 1, np.int32)
    queue, queued, waiting = np.empty(vacancies + 1, np.int32), np.zeros(vacancies, np.bool_), 0
    for vacancy in range(vacancies):
        if places.price[vacancy] > 0 and places.size[vacancy] < places.capacity[vacancy]:
            queue[waiting], queued[vacancy] = vacancy, True
            waiting += 1
    while waiting > 0 and turns > 0:
        waiting -= 1
        turns -= 1
        vacancy = queue[waiting]
        queued[vacancy] = False
        start, free = places.offset[vacancy], places.capacity[vacancy] - places.size[vacancy]
        if free <= 0 or places.price[vacancy] <= 0:
            continue
        for spot in range(places.size[vacancy]):
            profit[places.member[start + spot]] = TAKEN
        size = min(free + 1, most + 1)
        found = best_callers(callers, vacancy, profit, level, edge, size)
        price, first = 0, 0
        if found > free:
            price, first = min(places.price[vacancy], max(0, level[0] - step)), 1
        places.price[vacancy] = price
        for spot in range(places.size[vacancy]):
            who = places.member[start + spot]
            profit[who] = max(0, seats.gain[who] - price)
        for taken in range(first, found):
            if level[taken] <= price:
                continue
            who = wide(callers.worker[edge[taken]])
            left = seats.at[who]
            if left >= 0:
                leave(places, seats, who)
                if places.price[left] > 0 and not queued[left]:
                    queue[waiting], queued[left] = left, True
                    waiting += 1
            seats.gain[who] = callers.score[edge[taken]] * FRACTION
            enter(places, seats, who, vacancy, price)
            profit[who] = max(0, seats.gain[who] - price)
        if places.size[vacancy] < places.capacity[vacancy] and price > 0 and not queued[vacancy]:
            queue[waiting], queued[vacancy] = vacancy, True
            waiting += 1
    return turns


@compiled
def release(state: State, step: int, queue: Int32s) -> int:
    """Whoever is more than a step from their best waits anew; how many do."""
    (starts, vacancies, scores), places, seats = state
    waiting = 0
    for who in range(len(starts) - 1):
        best = 0
        for edge in range(starts[who], starts[who + 1]):
            best = max(best, scores[edge] * FRACTION - places.price[vacancies[edge]])
        if seats.at[who] >= 0:
            if seats.gain[who] - places.price[seats.at[who]] >= best - step:
                continue
            leave(places, seats, who)
        if best > 0:
            queue[waiting] = who
            waiting += 1
    return waiting


@compiled
def profits(places: Places, seats: Seats) -> Int64s:
    profit = np.zeros(len(seats.at), np.int64)
    for who in range(len(seats.at)):
        if seats.at[who] >= 0:
            profit[who] = max(0, seats.gain[who] - places.price[seats.at[who]])
    return profit
