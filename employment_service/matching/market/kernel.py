"""Every feasible pair of a market with its score, in compiled loops. Says what `rules.pairs` says, for all pairs.

Workers of one home place share one scan of the vacancies sorted by latitude, so that a county of villages measures
each village against each vacancy once. Importing this loads numba.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from employment_service.matching.market.arrays import Floats, Ints, Market
from employment_service.matching.market.rules import EARTH_RADIUS_KM, FAR_CHORD, MOST_POINTS
from employment_service.matching.market.stability import HIGHEST, LOWEST

NEAR_CARE_UNKNOWN = -1.0
Scores = NDArray[np.int16]
Columns = NDArray[np.uint16] | NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feasible:
    """Those of worker i are `vacancy[first[i]:last[i]]`, with `score` beside; rows lie in no particular order."""

    first: Ints
    last: Ints
    vacancy: Columns
    score: Scores

    @property
    def count(self) -> int:
        return int((self.last - self.first).sum())

    @property
    def options(self) -> Ints:
        """How many vacancies each worker could take."""
        counts: Ints = self.last - self.first
        return counts


def feasible_pairs(market: Market) -> Feasible:
    workers, vacancies, worth, limits = market.workers, market.vacancies, market.worth, market.limits
    points = worth.stability
    possible = np.flatnonzero(workers.own == 0)
    homes, place_of = np.unique(workers.home[possible], axis=0, return_inverse=True)
    order = possible[np.argsort(place_of, kind="stable")]
    firsts = np.concatenate(([0], np.cumsum(np.bincount(place_of, minlength=len(homes))))).astype(np.int64)
    daily_km = np.minimum(workers.max_km, workers.max_minutes / 60.0 * limits.commute_km_per_hour / limits.road_detour)
    offered = np.flatnonzero(vacancies.own == 0)
    offered = offered[np.lexsort((vacancies.place[offered, 2], vacancies.housed[offered]))]
    small = vacancies.count <= np.iinfo(np.uint16).max
    a_km = worth.way_cents_per_km * limits.road_detour
    room = _room(homes, firsts, order, workers.max_km, daily_km, vacancies.place[offered], vacancies.housed[offered])
    columns = np.empty(room, dtype=np.uint16 if small else np.int32)
    scores = np.empty(room, dtype=np.int16)
    first, last = np.zeros(workers.count, dtype=np.int64), np.zeros(workers.count, dtype=np.int64)
    used = _scan(
        homes,
        firsts,
        order,
        workers.has,
        workers.minor,
        workers.age,
        workers.floor_cents,
        workers.income_cents,
        workers.max_km,
        workers.max_minutes,
        daily_km,
        workers.free_from,
        workers.weight,
        workers.care_starts,
        workers.care,
        workers.past,
        offered,
        vacancies.place[offered],
        vacancies.need[offered],
        vacancies.least_age[offered],
        vacancies.wage_cents[offered],
        vacancies.housed[offered],
        vacancies.away[offered],
        vacancies.starts[offered],
        vacancies.points[offered] + points.start,
        vacancies.work[offered],
        market.experience,
        worth.calibration.table(),
        (
            float(points.per_km),
            float(points.far_km),
            float(points.near_care),
            points.near_care_km,
            a_km * worth.ways_a_month,
            a_km * worth.ways_housed,
            float(worth.care_cents_per_km),
            float(worth.point_cents),
            limits.care_radius_km,
            limits.minor_radius_km,
            limits.road_detour,
            limits.commute_km_per_hour,
        ),
        columns,
        scores,
        first,
        last,
    )
    return Feasible(first=first, last=last, vacancy=columns[:used], score=scores[:used])


@njit(cache=True, inline="always")
def _arc(square):  # type: ignore[no-untyped-def]
    chord = np.sqrt(square)
    if chord > FAR_CHORD:
        return EARTH_RADIUS_KM * (2.0 * np.arcsin(min(chord / 2.0, 1.0)))
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


@njit(cache=True)
def _window(latitudes, first, last, latitude, reach_km):  # type: ignore[no-untyped-def]
    """Positions of `latitudes[first:last]` (radians, ascending) that may lie within reach."""
    slack = reach_km / EARTH_RADIUS_KM * 1.0000001 + 1e-9
    low = first + np.searchsorted(latitudes[first:last], latitude - slack)
    high = first + np.searchsorted(latitudes[first:last], latitude + slack, side="right")
    return low, high


@njit(cache=True)
def _reaches(start: int, end: int, order: Ints, max_km: Floats, daily_km: Floats) -> tuple[float, float]:
    daily, housed = 0.0, 0.0
    for at in range(start, end):
        daily = max(daily, daily_km[order[at]])
        housed = max(housed, max_km[order[at]])
    return daily, housed


@njit(cache=True)
def _room(homes, firsts, order, max_km, daily_km, place, housed):  # type: ignore[no-untyped-def]
    """An upper bound of the number of pairs: all within the window of latitude."""
    latitudes = np.arcsin(place[:, 2])
    split = len(housed) - housed.sum()
    total = 0
    for at in range(len(homes)):
        daily, far = _reaches(firsts[at], firsts[at + 1], order, max_km, daily_km)
        latitude = np.arcsin(homes[at, 2])
        low, high = _window(latitudes, 0, split, latitude, daily)
        total += (high - low) * (firsts[at + 1] - firsts[at])
        low, high = _window(latitudes, split, len(housed), latitude, far)
        total += (high - low) * (firsts[at + 1] - firsts[at])
    return total


@njit(cache=True)
def _scan(  # type: ignore[no-untyped-def]
    homes, firsts, order, has, minor, age, floor_cents, income_cents, max_km, max_minutes, daily_km, free_from, weight,
    care_starts, care, past,
    ids, place, need, least_age, wage_cents, housed, away, starts, base_points, work,
    experience, chances, rates, columns, scores, first, last,
):  # fmt: skip
    (
        per_km, far_km, near_care, near_care_km, daily_rate, housed_rate, care_rate, point, care_radius, minor_radius,
        detour, speed,
    ) = rates  # fmt: skip
    words = need.shape[1]
    latitudes = np.arcsin(place[:, 2])
    split = len(housed) - housed.sum()
    most = len(ids)
    near, near_km, near_minutes = np.empty(most, np.int64), np.empty(most), np.empty(most)
    near_points, near_way = np.empty(most, np.int64), np.empty(most)
    near_need, near_wage, near_starts = np.empty(most, np.uint64), np.empty(most, np.int64), np.empty(most, np.int64)
    used = 0
    for at in range(len(homes)):
        daily, far = _reaches(firsts[at], firsts[at + 1], order, max_km, daily_km)
        hx, hy, hz = homes[at, 0], homes[at, 1], homes[at, 2]
        latitude = np.arcsin(hz)
        found = 0
        for part in range(2):
            if part == 0:
                low, high = _window(latitudes, 0, split, latitude, daily)
                reach = daily
            else:
                low, high = _window(latitudes, split, most, latitude, far)
                reach = far
            widest = 2.0 * np.sin(min(reach / EARTH_RADIUS_KM / 2.0, np.pi / 2.0)) * 1.0000001 + 1e-9
            widest *= widest
            for v in range(low, high):
                dx, dy, dz = hx - place[v, 0], hy - place[v, 1], hz - place[v, 2]
                square = dx * dx + dy * dy + dz * dz
                if square > widest:
                    continue
                km = _arc(square)
                near[found] = v
                near_km[found] = km
                if part == 0:
                    near_minutes[found] = km * detour / speed * 60.0
                    near_points[found] = base_points[v] + np.int64(per_km) * np.int64(min(km, far_km))
                    near_way[found] = km * daily_rate
                else:
                    near_minutes[found] = 0.0
                    near_points[found] = base_points[v]
                    near_way[found] = km * housed_rate
                near_need[found] = need[v, 0]
                near_wage[found] = wage_cents[v]
                near_starts[found] = starts[v]
                found += 1
        for place_at in range(firsts[at], firsts[at + 1]):
            w = order[place_at]
            lacks = ~has[w, 0]
            floor, income, ready, years = floor_cents[w], income_cents[w], free_from[w], age[w]
            longest, patience, share, before = max_km[w], max_minutes[w], weight[w], past[w]
            young = minor[w]
            care_first, care_last = care_starts[w], care_starts[w + 1]
            first[w] = used
            for t in range(found):
                if (near_need[t] & lacks) != 0 or near_wage[t] < floor or near_starts[t] < ready:
                    continue
                km = near_km[t]
                if km > longest or near_minutes[t] > patience:
                    continue
                v = near[t]
                if years < least_age[v]:
                    continue
                if young and (away[v] or not km <= minor_radius):
                    continue
                missing = False
                for word in range(1, words):
                    if (need[v, word] & ~has[w, word]) != 0:
                        missing = True
                        break
                if missing:
                    continue
                points = near_points[t] + experience[before, work[v]]
                cost = near_way[t]
                care_cost = 0.0
                if care_first < care_last:
                    care_km = 0.0
                    for c in range(care_first, care_last):
                        dx, dy, dz = care[c, 0] - place[v, 0], care[c, 1] - place[v, 1], care[c, 2] - place[v, 2]
                        care_km = max(care_km, _arc(dx * dx + dy * dy + dz * dz))
                    if not care_km <= care_radius:
                        continue
                    if care_km <= near_care_km:
                        points += np.int64(near_care)
                    care_cost = care_km * care_rate
                chance = chances[min(max(points, LOWEST), HIGHEST) - LOWEST]
                surplus = chance * (near_wage[t] - income) * share - cost - care_cost
                columns[used] = ids[v]
                scores[used] = min(max(np.floor(surplus / point), 1.0), MOST_POINTS)
                used += 1
            last[w] = used
    return used
