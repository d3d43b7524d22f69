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
    """Arrays of one shape. Kilometres NaN where unknown; `care_km`: to the farthest care place, NaN without a duty.
    `points`: hundredths of a logit, behind `stable`. Costs and gains in cents a month.
    """

    why_not: Bits
    km: Floats
    minutes: Floats
    care_km: Floats
    points: Ints
    stable: Floats
    gain_cents: Ints
    way_cents: Floats
    care_cents: Floats
    score: NDArray[np.int32]


def arc_km(square: Floats) -> Floats:
    """Kilometres along the sphere from the squared chord of two unit vectors (a series, to 1e-9 below 3,200 km)."""
    chord = np.sqrt(square)
    series = chord * (
        1.0
        + square
        * (
            1.0 / 24.0
            + square
            * (3.0 / 640.0 + square * (5.0 / 7168.0 + square * (35.0 / 294912.0 + square * (63.0 / 2883584.0))))
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


def every_pair(market: Market, rows: Ints, columns: Ints) -> Pairs:
    """Each of these workers with each of these vacancies: shape (rows, columns)."""
    return pairs(market, rows[:, None], columns[None, :])


def every_why_not(market: Market, rows: Ints, columns: Ints) -> Bits:
    """What `every_pair` says of limits, without what the pairs are worth."""
    rows, columns = rows[:, None], columns[None, :]
    km = arc_km(squares(market.workers.home[rows], market.vacancies.place[columns]))
    minutes = _minutes(market, km)
    return _broken(market, rows, columns, km, minutes, _care_km(market, rows, columns, km.shape))


def pairs(market: Market, rows: Ints, columns: Ints) -> Pairs:
    """Workers and vacancies by index; the shapes broadcast."""
    workers, vacancies, worth, limits = market.workers, market.vacancies, market.worth, market.limits
    points = worth.stability
    km = arc_km(squares(workers.home[rows], vacancies.place[columns]))
    minutes = _minutes(market, km)
    care_km = _care_km(market, rows, columns, km.shape)
    caring = workers.caring[rows]
    housed = vacancies.housed[columns]
    chance = np.clip(
        points.start
        + vacancies.points[columns]
        + np.where(housed, 0, points.per_km * _whole_km(km, points.far_km))
        + np.where(caring & (care_km <= points.near_care_km), points.near_care, 0)
        + market.experience[workers.past[rows], vacancies.work[columns]],
        LOWEST,
        HIGHEST,
    )
    stable = worth.calibration.table()[chance - LOWEST]
    gain = vacancies.wage_cents[columns] - workers.income_cents[rows]
    known_km = np.where(np.isnan(km), 0.0, km)
    a_km = worth.way_cents_per_km * limits.road_detour
    way = known_km * np.where(housed, a_km * worth.ways_housed, a_km * worth.ways_a_month)
    care = np.where(caring, np.where(np.isnan(care_km), 0.0, care_km) * worth.care_cents_per_km, 0.0)
    surplus = stable * gain * workers.weight[rows] - way - care
    score = np.minimum(np.maximum(np.floor(surplus / worth.point_cents), 1.0), MOST_POINTS).astype(np.int32)
    return Pairs(
        why_not=_broken(market, rows, columns, km, minutes, care_km),
        km=km,
        minutes=minutes,
        care_km=care_km,
        points=chance,
        stable=stable,
        gain_cents=gain,
        way_cents=way,
        care_cents=care,
        score=score,
    )


def _minutes(market: Market, km: Floats) -> Floats:
    minutes: Floats = km * market.limits.road_detour / market.limits.commute_km_per_hour * 60.0
    return minutes


def _whole_km(km: Floats, most: int) -> Ints:
    return np.minimum(np.where(np.isnan(km), most, km), most).astype(np.int64)


def _care_km(market: Market, rows: Ints, columns: Ints, shape: tuple[int, ...]) -> Floats:
    """To the farthest care place of each; NaN without one."""
    workers, place = market.workers, market.vacancies.place[columns]
    first, last = workers.care_starts[rows], workers.care_starts[rows + 1]
    farthest = np.full(shape, np.nan)
    for more in range(int((last - first).max(initial=0))):
        there = first + more < last
        at = np.where(there, first + more, 0)
        farthest = np.where(there, np.fmax(farthest, arc_km(squares(workers.care[at], place))), farthest)
    return farthest


def _broken(  # noqa: PLR0917 - one private call
    market: Market, rows: Ints, columns: Ints, km: Floats, minutes: Floats, care_km: Floats
) -> Bits:
    workers, vacancies, limits = market.workers, market.vacancies, market.limits
    broken: Bits = workers.own[rows] | vacancies.own[columns]
    need, has = vacancies.need[columns], workers.has[rows]
    for mask, bit in zip(market.codes.masks(), MASK_BITS, strict=True):
        missing = np.zeros(km.shape, dtype=bool)
        for word in range(market.codes.words):
            if mask[word]:
                missing |= (need[..., word] & mask[word] & ~has[..., word]) != 0
        broken = broken | _bit(missing, bit)
    away = vacancies.away[columns] | ~(km <= limits.minor_radius_km)
    for holds, bit in (
        (km > workers.max_km[rows], WhyNot.TOO_FAR),
        (~vacancies.housed[columns] & (minutes > workers.max_minutes[rows]), WhyNot.COMMUTE_TOO_LONG),
        (workers.caring[rows] & ~(care_km <= limits.care_radius_km), WhyNot.CARE_TOO_FAR),
        (vacancies.wage_cents[columns] < workers.floor_cents[rows], WhyNot.WAGE_BELOW_FLOOR),
        (workers.age[rows] < vacancies.least_age[columns], WhyNot.TOO_YOUNG),
        (workers.minor[rows] & away, WhyNot.MINOR_AWAY_FROM_HOME),
        (vacancies.starts[columns] < workers.free_from[rows], WhyNot.NOT_FREE_YET),
    ):
        broken = broken | _bit(holds, bit)
    return broken


def _bit(holds: Flags, bit: WhyNot) -> Bits:
    return holds.astype(np.uint32) * np.uint32(bit)
