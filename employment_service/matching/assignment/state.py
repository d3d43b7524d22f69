"""What the loops work on. Named tuples of arrays, since compiled code takes those as they are.

Prices and gains of the auction are in fractions of a point (scores x `FRACTION`), those of the finish in points.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from employment_service.compiled import compiled
from employment_service.matching.assignment.domain import UNPLACED, Edges, Int32s, Int64s, Scores

FREE = UNPLACED


class Lists(NamedTuple):
    """Edges by worker."""

    starts: Int64s
    vacancy: Int32s
    score: Scores


class Callers(NamedTuple):
    """Edges by vacancy."""

    starts: Int64s
    worker: Int32s
    score: Scores


class Places(NamedTuple):
    """By vacancy: those who hold its places lie in `member` from `offset` on, `size` of them, as a heap by `bid`."""

    capacity: Int64s
    offset: Int64s
    size: Int64s
    price: Int64s
    member: Int32s
    bid: Int64s


class Seats(NamedTuple):
    """By worker: vacancy or -1, number among its members, and score of the edge that is used."""

    at: Int32s
    slot: Int32s
    gain: Int64s


class State(NamedTuple):
    lists: Lists
    places: Places
    seats: Seats


def lists_of(edges: Edges) -> Lists:
    return Lists(
        starts=np.ascontiguousarray(edges.starts, dtype=np.int64),
        vacancy=np.ascontiguousarray(edges.vacancy, dtype=np.int32),
        score=np.ascontiguousarray(edges.score),
    )


def empty_state(lists: Lists, capacities: Int64s) -> State:
    """Nobody placed, every price 0."""
    workers, vacancies = len(lists.starts) - 1, len(capacities)
    wanted = np.bincount(lists.vacancy, minlength=vacancies)
    room = np.minimum(capacities, wanted)
    offset = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(room)]).astype(np.int64)
    return State(
        lists=lists,
        places=Places(
            capacity=np.ascontiguousarray(capacities, dtype=np.int64),
            offset=offset,
            size=np.zeros(vacancies, dtype=np.int64),
            price=np.zeros(vacancies, dtype=np.int64),
            member=np.zeros(offset[-1], dtype=np.int32),
            bid=np.zeros(offset[-1], dtype=np.int64),
        ),
        seats=Seats(
            at=np.full(workers, FREE, dtype=np.int32),
            slot=np.zeros(workers, dtype=np.int32),
            gain=np.zeros(workers, dtype=np.int64),
        ),
    )


@compiled
def callers_of(lists: Lists, vacancies: int) -> Callers:
    """The same edges sorted by vacancy, by counting."""
    starts = np.zeros(vacancies + 1, np.int64)
    for vacancy in lists.vacancy:
        starts[vacancy + 1] += 1
    for vacancy in range(vacancies):
        starts[vacancy + 1] += starts[vacancy]
    free = starts[:-1].copy()
    worker = np.empty(len(lists.vacancy), np.int32)
    score = np.empty(len(lists.vacancy), lists.score.dtype)
    for who in range(len(lists.starts) - 1):
        for edge in range(lists.starts[who], lists.starts[who + 1]):
            vacancy = lists.vacancy[edge]
            worker[free[vacancy]] = who
            score[free[vacancy]] = lists.score[edge]
            free[vacancy] += 1
    return Callers(starts, worker, score)


@compiled
def seat_held(state: State, held: Int32s) -> None:
    """Everybody to where they are held, as far as that is still on their list and has a place."""
    lists, places, seats = state
    for who in range(len(held)):
        vacancy = held[who]
        if vacancy < 0 or places.size[vacancy] >= places.capacity[vacancy]:
            continue
        for edge in range(lists.starts[who], lists.starts[who + 1]):
            if lists.vacancy[edge] == vacancy and lists.score[edge] >= 0:
                spot = places.size[vacancy]
                places.member[places.offset[vacancy] + spot] = who
                places.size[vacancy] += 1
                seats.at[who] = vacancy
                seats.slot[who] = spot
                seats.gain[who] = lists.score[edge]
                break


@compiled
def unseat(places: Places, seats: Seats, who: int) -> None:
    """Frees a place; the last member takes the number, in no order of bids."""
    vacancy = seats.at[who]
    places.size[vacancy] -= 1
    last = places.member[places.offset[vacancy] + places.size[vacancy]]
    places.member[places.offset[vacancy] + seats.slot[who]] = last
    seats.slot[last] = seats.slot[who]
    seats.at[who] = FREE


@compiled
def weigh(lists: Lists, capacities: Int64s, at: Int32s, prices: Int64s) -> tuple[int, int]:
    """Value of an assignment and the bound that prices prove, each added up anew from the edges."""
    value, bound = 0, 0
    for who in range(len(lists.starts) - 1):
        most = 0
        for edge in range(lists.starts[who], lists.starts[who + 1]):
            most = max(most, lists.score[edge] - prices[lists.vacancy[edge]])
            if lists.vacancy[edge] == at[who]:
                value += lists.score[edge]
        bound += most
    for vacancy in range(len(capacities)):
        bound += capacities[vacancy] * prices[vacancy]
    return value, bound


@compiled
def to_points(state: State, fraction: int) -> None:
    """Whole points: prices rounded, as near as they come to what is exact."""
    for vacancy in range(len(state.places.price)):
        state.places.price[vacancy] = (state.places.price[vacancy] + fraction // 2) // fraction
    for who in range(len(state.seats.gain)):
        state.seats.gain[who] //= fraction


@compiled
def highest_calls(state: State, callers: Callers) -> None:
    """A vacancy without any place has the price at which the first would come: what a place would be worth."""
    _, places, seats = state
    for vacancy in range(len(places.price)):
        if places.capacity[vacancy] == 0:
            price = 0
            for caller in range(callers.starts[vacancy], callers.starts[vacancy + 1]):
                who = callers.worker[caller]
                at = seats.at[who]
                profit = seats.gain[who] - places.price[at] if at >= 0 else 0
                price = max(price, callers.score[caller] - profit)
            places.price[vacancy] = price
