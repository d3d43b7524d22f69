"""The compiled loops behind `kernel`: one pass over homes, over the work near each, over the people who live there.

Only sums, products, square roots and look-ups, in the order in which `rules` does them. Importing this loads numba.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from employment_service.compiled import compiled, inner, wide
from employment_service.matching.market.arrays import Flags, Floats, Ints, Words
from employment_service.matching.market.rules import EARTH_RADIUS_KM, FAR_CHORD, MOST_POINTS
from employment_service.matching.market.stability import HIGHEST, LOWEST

Scores = NDArray[np.int16]
Columns = NDArray[np.uint16] | NDArray[np.int32]


class Homes(NamedTuple):
    """Places where workers live; those of place i are `order[firsts[i]:firsts[i + 1]]`."""

    place: Floats
    firsts: Ints
    order: Ints


class People(NamedTuple):
    """By worker."""

    has: Words
    minor: Flags
    age: Ints
    floor_cents: Ints
    income_cents: Ints
    max_km: Floats
    max_minutes: Floats
    daily_km: Floats
    free_from: Ints
    weight: Floats
    care_starts: Ints
    care: Floats
    past: Ints


class Work(NamedTuple):
    """By vacancy: those lived at behind the others, each kind from south to north."""

    ids: Ints
    place: Floats
    need: Words
    least_age: Ints
    wage_cents: Ints
    housed: Flags
    away: Flags
    starts: Ints
    points: Ints
    kind: Ints


class Figures(NamedTuple):
    """Rates in cents, distances in km."""

    experience: NDArray[np.int16]
    chances: Floats
    per_km: int
    far_km: float
    near_care: int
    near_care_km: float
    daily_rate: float
    housed_rate: float
    care_rate: float
    point: float
    care_radius: float
    minor_radius: float
    detour: float
    speed: float


class Room(NamedTuple):
    """What is filled."""

    columns: Columns
    scores: Scores
    first: Ints
    last: Ints


class Near(NamedTuple):
    """Vacancies within reach of one home; `at`: which. Minutes 0 and no points by distance where one lives at work."""

    at: Ints
    km: Floats
    minutes: Floats
    points: Ints
    way: Floats
    need: Words
    wage: Ints
    starts: Ints


@inner
def _arc(square: float) -> float:
    chord: float = np.sqrt(square)
    if chord > FAR_CHORD:
        angle: float = 2.0 * np.arcsin(min(chord / 2.0, 1.0))
        return EARTH_RADIUS_KM * angle
    return EARTH_RADIUS_KM * (
        chord
        * (
            1.0
            + square
            * (
                1.0 / 24.0
                + square
                * (3.0 / 640.0 + square * (5.0 / 7168.0 + square * (35.0 / 294912.0 + square * (63.0 / 2883584.0))))
            )
        )
    )


@inner
def _window(latitudes: Floats, parted: tuple[int, int], latitude: float, reach_km: float) -> tuple[int, int]:
    """Positions of `latitudes[first:last]` (radians, ascending) that may lie within reach."""
    first, last = parted
    slack = reach_km / EARTH_RADIUS_KM * 1.0000001 + 1e-9
    low = np.searchsorted(latitudes[first:last], latitude - slack)
    high = np.searchsorted(latitudes[first:last], latitude + slack, side="right")
    return first + int(low), first + int(high)


@inner
def _reaches(start: int, end: int, order: Ints, max_km: Floats, daily_km: Floats) -> tuple[float, float]:
    daily, housed = 0.0, 0.0
    for at in range(start, end):
        daily = max(daily, daily_km[order[at]])
        housed = max(housed, max_km[order[at]])
    return daily, housed


@compiled
def room_for(homes: Homes, people: People, work: Work) -> int:
    """An upper bound of the number of pairs: all within the window of latitude."""
    latitudes = np.arcsin(work.place[:, 2])
    split = len(work.housed) - work.housed.sum()
    total = 0
    for at in range(len(homes.place)):
        daily, far = _reaches(homes.firsts[at], homes.firsts[at + 1], homes.order, people.max_km, people.daily_km)
        latitude = np.arcsin(homes.place[at, 2])
        low, high = _window(latitudes, (wide(0), split), latitude, daily)
        total += (high - low) * (homes.firsts[at + 1] - homes.firsts[at])
        low, high = _window(latitudes, (split, len(work.housed)), latitude, far)
        total += (high - low) * (homes.firsts[at + 1] - homes.firsts[at])
    return total


@compiled
def scan(homes: Homes, people: People, work: Work, figures: Figures, room: Room) -> int:
    """Fills `room`; the number of pairs."""
    most = len(work.ids)
    near = Near(
        np.empty(most, np.int64),
        np.empty(most),
        np.empty(most),
        np.empty(most, np.int64),
        np.empty(most),
        np.empty(most, np.uint64),
        np.empty(most, np.int64),
        np.empty(most, np.int64),
    )
    latitudes = np.arcsin(work.place[:, 2])
    split = most - work.housed.sum()
    used = wide(0)
    for at in range(len(homes.place)):
        first, last = homes.firsts[at], homes.firsts[at + 1]
        daily, far = _reaches(first, last, homes.order, people.max_km, people.daily_km)
        latitude = np.arcsin(homes.place[at, 2])
        low, high = _window(latitudes, (wide(0), split), latitude, daily)
        found = _nearby(homes.place[at], (low, high, wide(0)), (daily, figures.daily_rate), work, figures, near)
        low, high = _window(latitudes, (split, most), latitude, far)
        found = _nearby(homes.place[at], (low, high, found), (far, figures.housed_rate), work, figures, near)
        for place_at in range(first, last):
            w = homes.order[place_at]
            room.first[w] = used
            used = _listed(w, (found, used), people, work, figures, near, room)
            room.last[w] = used
    return used


@inner
def _nearby(  # noqa: PLR0917 - compiled loops take arrays one by one
    home: Floats, span: tuple[int, int, int], within: tuple[float, float], work: Work, figures: Figures, near: Near
) -> int:
    """Adds vacancies `span[0]` to `span[1]` within reach of a home to the `span[2]` found; how many are found."""
    low, high, found = span
    reach, rate = within
    widest = 2.0 * np.sin(min(reach / EARTH_RADIUS_KM / 2.0, np.pi / 2.0)) * 1.0000001 + 1e-9
    widest *= widest
    for v in range(low, high):
        dx, dy, dz = home[0] - work.place[v, 0], home[1] - work.place[v, 1], home[2] - work.place[v, 2]
        square = dx * dx + dy * dy + dz * dz
        if square > widest:
            continue
        km = _arc(square)
        near.at[found] = v
        near.km[found] = km
        near.way[found] = km * rate
        near.points[found] = work.points[v]
        near.minutes[found] = 0.0
        if not work.housed[v]:
            near.minutes[found] = km * figures.detour / figures.speed * 60.0
            near.points[found] += np.int64(figures.per_km) * np.int64(min(km, figures.far_km))
        near.need[found] = work.need[v, 0]
        near.wage[found] = work.wage_cents[v]
        near.starts[found] = work.starts[v]
        found += 1
    return found


@inner
def _listed(  # noqa: PLR0917 - compiled loops take arrays one by one
    w: int, counts: tuple[int, int], people: People, work: Work, figures: Figures, near: Near, room: Room
) -> int:
    """What one worker could take of the `counts[0]` vacancies nearby, written behind `counts[1]` pairs."""
    found, used = counts
    lacks = ~people.has[w, 0]
    floor, income, ready, years = people.floor_cents[w], people.income_cents[w], people.free_from[w], people.age[w]
    longest, patience, share, before = people.max_km[w], people.max_minutes[w], people.weight[w], people.past[w]
    young, caring = people.minor[w], people.care_starts[w] < people.care_starts[w + 1]
    many = work.need.shape[1] > 1
    for t in range(found):
        if (near.need[t] & lacks) != 0 or near.wage[t] < floor or near.starts[t] < ready:
            continue
        km, v = near.km[t], near.at[t]
        if km > longest or near.minutes[t] > patience or years < work.least_age[v]:
            continue
        if young and (work.away[v] or not km <= figures.minor_radius):
            continue
        if many and _lacks_more(w, v, people, work):
            continue
        points = near.points[t] + figures.experience[before, work.kind[v]]
        care_cost = 0.0
        if caring:
            care_km = _care_km(w, v, people, work)
            if not care_km <= figures.care_radius:
                continue
            if care_km <= figures.near_care_km:
                points += np.int64(figures.near_care)
            care_cost = care_km * figures.care_rate
        chance = figures.chances[min(max(points, LOWEST), HIGHEST) - LOWEST]
        surplus = chance * (near.wage[t] - income) * share - near.way[t] - care_cost
        room.columns[used] = work.ids[v]
        room.scores[used] = min(max(np.floor(surplus / figures.point), 1.0), MOST_POINTS)
        used += 1
    return used


@inner
def _lacks_more(w: int, v: int, people: People, work: Work) -> bool:
    """In the words behind the first."""
    missing = False
    for word in range(1, work.need.shape[1]):
        missing |= (work.need[v, word] & ~people.has[w, word]) != 0
    return missing


@inner
def _care_km(w: int, v: int, people: People, work: Work) -> float:
    farthest = 0.0
    for c in range(people.care_starts[w], people.care_starts[w + 1]):
        dx = people.care[c, 0] - work.place[v, 0]
        dy = people.care[c, 1] - work.place[v, 1]
        dz = people.care[c, 2] - work.place[v, 2]
        farthest = max(farthest, _arc(dx * dx + dy * dy + dz * dz))
    return farthest
