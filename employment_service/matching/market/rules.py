"""What a pair breaks and what it is worth, for one row or one column of the market (numpy).

`kernel` says the same for all pairs in compiled loops. Both use only sums, products, square roots and look-ups, which
IEEE 754 rounds alike everywhere, so that they agree to the last bit (a property test holds them to it).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.market.arrays import MASK_BITS, Bits, Flags, Floats, Ints, Market
from employment_service.matching.market.stability import HIGHEST, LOWEST
from employment_service.matching.why_not import WhyNot

EARTH_RADIUS_KM = 6371.0088
FAR_CHORD = 0.5
"""From here on the series below is replaced by the arc sine (3,200 km)."""
MOST_POINTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Arrays of shape (rows, columns). Kilometres NaN where unknown; `care_km`: to the farthest care place, NaN
    without a duty. Costs and gains in cents a month."""

    why_not: Bits
    km: Floats
    minutes: Floats
    care_km: Floats
    stable: Floats
    gain_cents: Ints
    way_cents: Floats
    care_cents: Floats
    score: NDArray[np.int32]


def arc_km(square: Floats) -> Floats:
    """Kilometres along the sphere from the squared chord of two unit vectors (asin as a series, 1e-9 below 3,200 km)."""
    chord = np.sqrt(square)
    series = chord * (
        1.0
        + square
        * (
            1.0 / 24.0
            + square * (3.0 / 640.0 + square * (5.0 / 7168.0 + square * (35.0 / 294912.0 + square * (63.0 / 2883584.0))))
        )
    )
    far = chord > FAR_CHORD
    if far.any():
        series = np.where(far, 2.0 * np.arcsin(np.minimum(chord / 2.0, 1.0)), series)
    return EARTH_RADIUS_KM * series


def squares(one: Floats, other: Floats) -> Floats:
    """Squared chords; the leading shapes broadcast."""
    x, y, z = (one[..., axis] - other[..., axis] for axis in range(3))
    return x * x + y * y + z * z


def pairs(market: Market, rows: Ints, columns: Ints) -> Pairs:
    """Every row with every column."""
    workers, vacancies, worth, limits = market.workers, market.vacancies, market.worth, market.limits
    points = worth.stability
    km = arc_km(squares(workers.home[rows][:, None, :], vacancies.place[columns][None, :, :]))
    minutes = km * limits.road_detour / limits.commute_km_per_hour * 60.0
    care_km = _care_km(market, rows, columns)
    caring = workers.caring[rows][:, None]
    housed = vacancies.housed[columns][None, :]
    chance = np.clip(
        points.start
        + vacancies.points[columns][None, :]
        + np.where(housed, 0, points.per_km * _whole_km(km, points.far_km))
        + np.where(caring & (care_km <= points.near_care_km), points.near_care, 0)
        + market.experience[workers.past[rows][:, None], vacancies.work[columns][None, :]],
        LOWEST,
        HIGHEST,
    )
    stable = worth.calibration.table()[chance - LOWEST]
    gain = vacancies.wage_cents[columns][None, :] - workers.income_cents[rows][:, None]
    known_km = np.where(np.isnan(km), 0.0, km)
    a_km = worth.way_cents_per_km * limits.road_detour
    way = known_km * np.where(housed, a_km * worth.ways_housed, a_km * worth.ways_a_month)
    care = np.where(caring, np.where(np.isnan(care_km), 0.0, care_km) * worth.care_cents_per_km, 0.0)
    surplus = stable * gain * workers.weight[rows][:, None] - way - care
    score = np.minimum(np.maximum(np.floor(surplus / worth.point_cents), 1.0), MOST_POINTS).astype(np.int32)
    return Pairs(
        why_not=_broken(market, rows, columns, km, minutes, care_km),
        km=km,
        minutes=minutes,
        care_km=care_km,
        stable=stable,
        gain_cents=gain,
        way_cents=way,
        care_cents=care,
        score=score,
    )


def _whole_km(km: Floats, most: int) -> Ints:
    return np.minimum(np.where(np.isnan(km), most, km), most).astype(np.int64)


def _care_km(market: Market, rows: Ints, columns: Ints) -> Floats:
    workers = market.workers
    places = market.vacancies.place[columns]
    farthest = np.full((len(rows), len(columns)), np.nan)
    for at in np.flatnonzero(workers.caring[rows]):
        first, last = workers.care_starts[rows[at]], workers.care_starts[rows[at] + 1]
        each = arc_km(squares(workers.care[first:last][:, None, :], places[None, :, :]))
        farthest[at] = each.max(axis=0)
    return farthest


def _broken(market: Market, rows: Ints, columns: Ints, km: Floats, minutes: Floats, care_km: Floats) -> Bits:
    workers, vacancies, limits = market.workers, market.vacancies, market.limits
    broken = workers.own[rows][:, None] | vacancies.own[columns][None, :]
    need, has = vacancies.need[columns], workers.has[rows]
    for mask, bit in zip(market.codes.masks(), MASK_BITS, strict=True):
        missing = np.zeros(km.shape, dtype=bool)
        for word in range(market.codes.words):
            if mask[word]:
                missing |= ((need[:, word] & mask[word])[None, :] & ~has[:, word][:, None]) != 0
        broken |= _bit(missing, bit)
    housed = vacancies.housed[columns][None, :]
    away = vacancies.away[columns][None, :] | ~(km <= limits.minor_radius_km)
    caring = workers.caring[rows][:, None]
    ages = workers.age[rows][:, None]
    broken |= _bit(km > workers.max_km[rows][:, None], WhyNot.TOO_FAR)
    broken |= _bit(~housed & (minutes > workers.max_minutes[rows][:, None]), WhyNot.COMMUTE_TOO_LONG)
    broken |= _bit(caring & ~(care_km <= limits.care_radius_km), WhyNot.CARE_TOO_FAR)
    broken |= _bit(vacancies.wage_cents[columns][None, :] < workers.floor_cents[rows][:, None], WhyNot.WAGE_BELOW_FLOOR)
    broken |= _bit(ages < vacancies.least_age[columns][None, :], WhyNot.TOO_YOUNG)
    broken |= _bit(workers.minor[rows][:, None] & away, WhyNot.MINOR_AWAY_FROM_HOME)
    broken |= _bit(vacancies.starts[columns][None, :] < workers.free_from[rows][:, None], WhyNot.NOT_FREE_YET)
    return broken


def _bit(holds: Flags, bit: WhyNot) -> Bits:
    return holds.astype(np.uint32) * np.uint32(bit)
