"""Invented labour markets: places, workers and vacancies drawn by a seed; nobody and nowhere that exists.

A county (20,000 workers, 2,000 vacancies) is 70 km wide, a prefecture (100,000 and 5,000) 150 km. Villages lie around
towns, most work lies in towns; there are nine places for ten workers. Wishes, duties and demands have the shares that
household surveys of poor counties report in round figures: a quarter of the workers look after somebody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.market.arrays import Limits, Market, Worth
from employment_service.matching.market.builder import CodeSets, VacancyColumns, WorkerColumns, market_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KM_PER_DEGREE = 111.195
MIDDLE = (37.0, 101.0)
FIRST_DAY = date(2026, 3, 1).toordinal()
QUALIFICATIONS = ("DRIVER_C1", "ELECTRICIAN", "COOK", "SEWING", "WELDER", "NURSING_AID")
DEMANDS = ("HEAVY_LIFTING", "LONG_STANDING", "HEIGHTS", "DUST_OR_CHEMICALS")
OCCUPATIONS = ("9211", "6111", "5322", "7531", "8153", "9112", "5120", "7112", "8322", "9333", "5223", "7212")


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    workers: WorkerColumns
    vacancies: VacancyColumns

    def market(self) -> Market:
        return market_of(self.workers, self.vacancies, limits=Limits(), worth=Worth())


def county(workers: int, vacancies: int, *, seed: int, filled: float = 0.9) -> County:
    """`filled`: places for each worker."""
    random = np.random.default_rng(seed)
    width = 70.0 if workers <= 30_000 else 150.0
    towns = random.uniform(-width / 2, width / 2, (max(6, int(width / 8)), 2))
    size = random.dirichlet(np.full(len(towns), 1.5))
    villages = _around(random, towns, size, max(40, workers // 60), spread=width / 14)
    town_work = _around(random, towns, size, vacancies, spread=3.0)
    at_village = random.random(vacancies) < 0.35
    work_places = np.where(at_village[:, None], villages[random.integers(0, len(villages), vacancies)], town_work)
    homes = random.integers(0, len(villages), workers)
    return County(
        workers=_workers(random, villages, homes), vacancies=_vacancies(random, work_places, int(filled * workers))
    )


def _around(random: np.random.Generator, towns: Floats, size: Floats, count: int, *, spread: float) -> Floats:
    of = random.choice(len(towns), count, p=size)
    return towns[of] + random.normal(0.0, spread, (count, 2))


def _degrees(kilometres: Floats) -> tuple[Floats, Floats]:
    lat = MIDDLE[0] + kilometres[:, 1] / KM_PER_DEGREE
    return lat, MIDDLE[1] + kilometres[:, 0] / (KM_PER_DEGREE * math.cos(math.radians(MIDDLE[0])))


def _workers(random: np.random.Generator, villages: Floats, homes: Ints) -> WorkerColumns:
    count = len(homes)
    lat, lon = _degrees(villages[homes])
    caring = random.random(count) < 0.25
    duties = np.flatnonzero(caring)
    elsewhere = random.random(len(duties)) < 0.15
    near = _nearest(villages)[homes[duties], random.integers(1, 4, len(duties))]
    care_lat, care_lon = _degrees(villages[np.where(elsewhere, near, homes[duties])])
    farm = (random.random(count) < 0.2) * 0b0000_0010_0011_0000
    return WorkerColumns(
        lat=lat,
        lon=lon,
        age=random.integers(17, 63, count),
        in_school=np.zeros(count, dtype=bool),
        opted_in=np.ones(count, dtype=bool),
        floor_cents=_rounded(random.choice([0.0, 1.0], count, p=[0.25, 0.75]) * random.normal(300_000, 75_000, count)),
        income_cents=_rounded(random.gamma(2.0, 30_000.0, count)),
        max_km=_or_none(random, random.gamma(4.0, 8.0, count) + 5.0, 0.3),
        max_minutes=_or_none(random, random.gamma(6.0, 15.0, count) + 15.0, 0.4),
        free_from=np.where(random.random(count) < 0.1, FIRST_DAY + random.integers(1, 60, count), 0),
        farm_months=farm.astype(np.int64),
        weight=random.choice([1.0, 1.25, 1.5], count, p=[0.8, 0.13, 0.07]),
        qualifications=_sets(random, QUALIFICATIONS, count, share=0.35, most=2),
        languages=_sets(random, ("zh", "ug", "ru"), count, share=0.9, most=2),
        health_limits=_sets(random, (*DEMANDS, "NIGHT_WORK"), count, share=0.25, most=2),
        occupations=_sets(random, OCCUPATIONS, count, share=0.7, most=2),
        care_of=duties,
        care_lat=care_lat,
        care_lon=care_lon,
    )


def _vacancies(random: np.random.Generator, places: Floats, total: int) -> VacancyColumns:
    count = len(places)
    lat, lon = _degrees(places)
    skilled = random.random(count) < 0.3
    from_hour = random.choice([6, 7, 8, 9, 20], count, p=[0.05, 0.2, 0.45, 0.25, 0.05])
    housed = random.random(count) < 0.06
    wage = np.exp(random.normal(np.log(320_000), 0.3, count)) * np.where(skilled, 1.25, 1.0)
    return VacancyColumns(
        lat=lat,
        lon=lon,
        wage_cents=np.maximum(_rounded(wage), 150_000),
        places=_places(random, count, total),
        shift_from=from_hour * 60,
        shift_to=(from_hour + 9) % 24 * 60,
        weekly_hours=random.choice([30, 40, 44, 48, 54], count, p=[0.1, 0.4, 0.2, 0.2, 0.1]),
        starts=FIRST_DAY + random.integers(0, 75, count),
        contract_months=random.choice([3, 6, 12, 24], count, p=[0.15, 0.2, 0.5, 0.15]),
        farm_leave=random.random(count) < 0.4,
        housed=housed,
        at_night=from_hour == 20,
        group=random.random(count) < 0.02,
        least_age=np.where(random.random(count) < 0.8, 16, 18),
        open=np.ones(count, dtype=bool),
        in_standing=random.random(count) < 0.99,
        qualifications=_sets(random, QUALIFICATIONS, count, share=1.0, most=1, where=skilled),
        languages=_sets(random, ("zh",), count, share=0.1, most=1),
        demands=_sets(random, DEMANDS, count, share=0.5, most=2),
        occupations=_sets(random, OCCUPATIONS, count, share=1.0, most=1),
    )


def _nearest(villages: Floats) -> Ints:
    """The villages nearest to each, itself first."""
    apart = ((villages[:, None, :] - villages[None, :, :]) ** 2).sum(axis=2)
    nearest: Ints = np.argsort(apart, axis=1)[:, :4]
    return nearest


def _rounded(cents: Floats) -> Ints:
    return (np.maximum(cents, 0.0) / 5_000).astype(np.int64) * 5_000


def _or_none(random: np.random.Generator, values: Floats, none: float) -> Floats:
    values = np.rint(values)
    values[random.random(len(values)) < none] = np.inf
    return values


def _places(random: np.random.Generator, count: int, total: int) -> Ints:
    """Most vacancies have few places, some many; together `total`."""
    sizes = random.pareto(1.6, count) + 0.3
    places: Ints = np.maximum(1, np.rint(sizes / sizes.sum() * total)).astype(np.int64)
    return places


def _sets(
    random: np.random.Generator,
    codes: tuple[str, ...],
    count: int,
    *,
    share: float,
    most: int,
    where: NDArray[np.bool_] | None = None,
) -> CodeSets:
    given = (random.random(count) < share) & (True if where is None else where)
    picks = random.integers(0, len(codes), (count, most))
    several = random.integers(1, most + 1, count)
    return CodeSets.from_rows(
        [
            frozenset(codes[pick] for pick in row[:number]) if some else frozenset()
            for row, number, some in zip(picks.tolist(), several.tolist(), given.tolist(), strict=True)
        ]
    )
