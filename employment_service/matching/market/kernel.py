"""Every feasible pair of a market with its score, in compiled loops. Says what `rules.pairs` says, for all pairs.

Workers of one home place share one scan of the vacancies sorted by latitude, so that a county of villages measures
each village against each vacancy once. Importing this loads numba.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from employment_service.matching.market.arrays import Ints, Market
from employment_service.matching.market.scan import (
    Columns,
    Figures,
    Homes,
    People,
    Room,
    Scores,
    Work,
    room_for,
    scan,
)


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
    homes, people, work = _homes(market), _people(market), _work(market)
    room = room_for(homes, people, work)
    small = market.vacancies.count <= np.iinfo(np.uint16).max
    columns: Columns = np.empty(room, dtype=np.uint16) if small else np.empty(room, dtype=np.int32)
    scores = np.empty(room, dtype=np.int16)
    count = market.workers.count
    first, last = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    used = scan(homes, people, work, _figures(market), Room(columns, scores, first, last))
    return Feasible(first=first, last=last, vacancy=columns[:used], score=scores[:used])


def _homes(market: Market) -> Homes:
    """Of those workers whom nothing of their own rules out everywhere."""
    possible = np.flatnonzero(market.workers.own == 0)
    homes, place_of = np.unique(market.workers.home[possible], axis=0, return_inverse=True)
    place_of = place_of.reshape(-1)
    order = possible[np.argsort(place_of, kind="stable")]
    firsts = np.concatenate(([0], np.cumsum(np.bincount(place_of, minlength=len(homes))))).astype(np.int64)
    return Homes(homes, firsts, order)


def _people(market: Market) -> People:
    workers, limits = market.workers, market.limits
    a_minute_km = limits.commute_km_per_hour / 60.0 / limits.road_detour
    return People(
        workers.has,
        workers.minor,
        workers.age,
        workers.floor_cents,
        workers.income_cents,
        workers.max_km,
        workers.max_minutes,
        np.minimum(workers.max_km, workers.max_minutes * a_minute_km),
        workers.free_from,
        workers.weight,
        workers.care_starts,
        workers.care,
        workers.past,
    )


def _work(market: Market) -> Work:
    vacancies = market.vacancies
    offered = np.flatnonzero(vacancies.own == 0)
    offered = offered[np.lexsort((vacancies.place[offered, 2], vacancies.housed[offered]))]
    return Work(
        offered,
        vacancies.place[offered],
        vacancies.need[offered],
        vacancies.least_age[offered],
        vacancies.wage_cents[offered],
        vacancies.housed[offered],
        vacancies.away[offered],
        vacancies.starts[offered],
        vacancies.points[offered] + market.worth.stability.start,
        vacancies.work[offered],
    )


def _figures(market: Market) -> Figures:
    worth, limits, points = market.worth, market.limits, market.worth.stability
    a_km = worth.way_cents_per_km * limits.road_detour
    return Figures(
        market.experience,
        worth.calibration.table(),
        points.per_km,
        float(points.far_km),
        points.near_care,
        points.near_care_km,
        a_km * worth.ways_a_month,
        a_km * worth.ways_housed,
        float(worth.care_cents_per_km),
        float(worth.point_cents),
        limits.care_radius_km,
        limits.minor_radius_km,
        limits.road_detour,
        limits.commute_km_per_hour,
    )
