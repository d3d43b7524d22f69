"""Exact finish, first half: whoever is left without work that would pay gets a place by a shortest chain of moves.

Many searches at once (Hopcroft and Karp 1973; Kuhn 1955 with Dijkstra's distances): distances from all who wait, the
prices of what lies nearer than the first place rise by the difference, then as many chains as there are without a
price to pay. Prices are whole points and everybody placed is at their best throughout, so nothing is approximate.
"""

from __future__ import annotations

import numpy as np

from employment_service.compiled import compiled, inner, wide
from employment_service.matching.assignment.domain import Int32s, Int64s
from employment_service.matching.assignment.search import FAR, Frontier, clear, nearer, nearest, new_frontier
from employment_service.matching.assignment.state import FREE, Lists, Places, Seats, State, unseat


@inner
def best_profit(lists: Lists, price: Int64s, who: int) -> int:
    best = 0
    for edge in range(lists.starts[who], lists.starts[who + 1]):
        best = max(best, lists.score[edge] - price[lists.vacancy[edge]])
    return best


@inner
def reach(  # noqa: PLR0917 - a step of one search
    state: State, frontier: Frontier, who: int, base: int, profit: int, limit: int
) -> int:
    """What one worker could move to; the nearest end of a chain so far."""
    lists, places, _ = state
    for edge in range(lists.starts[who], lists.starts[who + 1]):
        vacancy = lists.vacancy[edge]
        distance = base + profit - (lists.score[edge] - places.price[vacancy])
        if distance < limit and distance < frontier.distance[vacancy]:
            if places.size[vacancy] < places.capacity[vacancy]:
                limit = distance
            else:
                nearer(frontier, wide(vacancy), distance)
    return limit


@inner
def raise_prices(state: State, frontier: Frontier, waiting: Int32s, count: int) -> None:
    lists, places, seats = state
    limit = FAR
    for number in range(count):
        profit = best_profit(lists, places.price, wide(waiting[number]))
        limit = reach(state, frontier, waiting[number], wide(0), profit, min(limit, profit))
    while frontier.counts[0] > 0:
        vacancy = nearest(frontier)
        base = frontier.distance[vacancy]
        if base >= limit:
            break
        start = places.offset[vacancy]
        for spot in range(places.size[vacancy]):
            who = places.member[start + spot]
            profit = seats.gain[who] - places.price[vacancy]
            limit = min(limit, base + profit)
            limit = reach(state, frontier, who, base, profit, limit)
    for number in range(frontier.counts[1]):
        vacancy = frontier.reached[number]
        if frontier.distance[vacancy] < limit:
            places.price[vacancy] += limit - frontier.distance[vacancy]
    clear(frontier)


@inner
def sit(  # noqa: PLR0917 - one seat, whole
    places: Places, seats: Seats, who: int, vacancy: int, spot: int, gain: int
) -> None:
    places.member[places.offset[vacancy] + spot] = who
    seats.at[who] = vacancy
    seats.slot[who] = spot
    seats.gain[who] = gain


@inner
def next_step(  # noqa: PLR0917 - a step of one loop, with its arrays
    state: State, who: int, profit: int, cursor: Int64s, member: Int64s, seen: Int64s, turn: int
) -> int:
    """-1: no way on. -2: the vacancy at the cursor has a place, or a member who loses nothing by leaving; otherwise
    the member of that vacancy who is asked next.
    """
    lists, places, seats = state
    while cursor[who] < lists.starts[who + 1]:
        edge = cursor[who]
        vacancy = lists.vacancy[edge]
        if lists.score[edge] - places.price[vacancy] == profit and vacancy != seats.at[who]:
            if places.size[vacancy] < places.capacity[vacancy]:
                return -2
            while member[vacancy] < places.size[vacancy]:
                other: int = places.member[places.offset[vacancy] + member[vacancy]]
                if seats.gain[other] == places.price[vacancy]:
                    return -2
                member[vacancy] += 1
                if seen[other] != turn:
                    seen[other] = turn
                    return other
        cursor[who] += 1
    return -1


@inner
def move_along(state: State, chain: Int32s, depth: int, cursor: Int64s, member: Int64s) -> None:
    """Everybody of the chain to the vacancy at their cursor; each takes the very place that the next one leaves."""
    lists, places, seats = state
    last = chain[depth]
    vacancy = lists.vacancy[cursor[last]]
    if places.size[vacancy] < places.capacity[vacancy]:
        spot = places.size[vacancy]
        places.size[vacancy] += 1
    else:
        spot = member[vacancy]
        seats.at[places.member[places.offset[vacancy] + spot]] = FREE
    for level in range(depth, -1, -1):
        who = chain[level]
        left = seats.slot[who]
        sit(places, seats, who, lists.vacancy[cursor[who]], spot, lists.score[cursor[who]])
        spot = left


@inner
def find_chain(  # noqa: PLR0917 - one search, with its arrays
    state: State, first: int, profit: int, chain: Int32s, cursor: Int64s, member: Int64s, seen: Int64s, turn: int
) -> bool:
    """Looks deeper along edges at which nobody loses, and moves the people of the first chain that ends."""
    lists, places, seats = state
    depth = wide(0)
    chain[0] = first
    cursor[first] = lists.starts[first]
    while depth >= 0:
        who = chain[depth]
        own = profit if depth == 0 else seats.gain[who] - places.price[seats.at[who]]
        found = next_step(state, who, own, cursor, member, seen, turn)
        if found == -2:
            move_along(state, chain, depth, cursor, member)
            return True
        if found == -1:
            depth -= 1
        else:
            depth += 1
            chain[depth] = found
            cursor[found] = lists.starts[found]
    return False


def place_waiting(state: State, waiting: Int32s, count: int) -> int:
    """Until nobody of the first `count` who wait has anything to gain; how many rounds it took."""
    workers, vacancies = len(state.seats.at), len(state.places.price)
    return _rounds(
        state,
        new_frontier(vacancies),
        waiting,
        count,
        np.empty(workers + 1, dtype=np.int32),
        np.empty(workers, dtype=np.int64),
        np.empty(vacancies, dtype=np.int64),
        np.zeros(workers, dtype=np.int64),
    )


@compiled
def _rounds(  # noqa: PLR0917 - one loop, with its arrays
    state: State,
    frontier: Frontier,
    waiting: Int32s,
    count: int,
    chain: Int32s,
    cursor: Int64s,
    member: Int64s,
    seen: Int64s,
) -> int:
    rounds = 0
    while count > 0:
        rounds += 1
        raise_prices(state, frontier, waiting, count)
        for vacancy in range(len(member)):
            member[vacancy] = 0
        left = 0
        for number in range(count):
            who = wide(waiting[number])
            profit = best_profit(state.lists, state.places.price, who)
            if profit > 0 and not find_chain(state, who, profit, chain, cursor, member, seen, rounds):
                waiting[left] = who
                left += 1
        count = left
    return rounds


@compiled
def release_inexact(state: State, waiting: Int32s) -> int:
    """Whoever is not at their very best by the prices, or could gain and has no place, waits; how many do."""
    lists, places, seats = state
    count = 0
    for who in range(len(seats.at)):
        profit = best_profit(lists, places.price, who)
        if seats.at[who] >= 0:
            if seats.gain[who] - places.price[seats.at[who]] == profit:
                continue
            unseat(places, seats, who)
        if profit > 0:
            waiting[count] = who
            count += 1
    return count
