"""Workers against vacancies: which limits a pair breaks, how far it lies, and what it scores.

A worker's own limits (distance, commute, wage floor, health) and care duties are hard: no score outweighs them.
No group of people scores differently for being that group; care adds points only where the work lies near
whoever is cared for, because for that worker little else is possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.codes import lacks, shares
from employment_service.matching.distance import haversine_km

Floats = NDArray[np.float64]
Bits = NDArray[np.uint32]
Points = NDArray[np.int32]
Flags = NDArray[np.bool_]

WAGE_POINTS = 5000
DISTANCE_POINTS = 3000
CARE_POINTS = 2000
WAGE_GAIN_FULL = 1.0
"""A wage of twice the floor earns all wage points."""
NO_FLOOR_CENTS = 600_000
"""Stands in for the floor of a worker who named none: from this gain on a wage earns all wage points."""
DISTANCE_NONE_KM = 60.0
"""From here on distance earns nothing."""


class WhyNot(IntFlag):
    """One bit for each limit that a pair breaks; 0: the pair is possible."""

    HOME_UNKNOWN = 1
    TOO_FAR = 1 << 1
    COMMUTE_TOO_LONG = 1 << 2
    QUALIFICATION_MISSING = 1 << 3
    CARE_TOO_FAR = 1 << 4
    CARE_HOURS = 1 << 5
    WAGE_BELOW_FLOOR = 1 << 6
    HEALTH_LIMIT = 1 << 7
    TOO_YOUNG = 1 << 8
    MINOR_AWAY_FROM_HOME = 1 << 9
    IN_SCHOOL = 1 << 10
    NO_PLACES_LEFT = 1 << 11
    EMPLOYER_NOT_IN_STANDING = 1 << 12
    VACANCY_CLOSED = 1 << 13
    ALREADY_OFFERED = 1 << 14


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchWorker:
    """`care_places`: (lat, lon) of every village where this worker looks after somebody today."""

    key: str
    lat: float | None
    lon: float | None
    age: int
    in_school: bool = False
    qualifications: frozenset[str] = frozenset()
    wage_floor_cents: int = 0
    max_distance_km: float | None = None
    max_commute_minutes: int | None = None
    health_limits: frozenset[str] = frozenset()
    care_places: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchVacancy:
    """`housed`: the worker lives there, so there is no daily way and nobody at home in the evening."""

    key: str
    lat: float
    lon: float
    monthly_wage_cents: int
    shift_from_minutes: int
    shift_to_minutes: int
    weekly_hours: int
    housed: bool = False
    at_night: bool = False
    qualifications: frozenset[str] = frozenset()
    demands: frozenset[str] = frozenset()
    least_age: int = 16
    group: bool = False
    places_left: int = 1
    employer_in_standing: bool = True
    open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The policy's part of the hard limits. Kilometres, minutes after midnight, years."""

    least_age: int = 16
    adult_age: int = 18
    care_radius_km: float = 15.0
    care_from_minutes: int = 420
    care_to_minutes: int = 1140
    care_weekly_hours: int = 48
    minor_radius_km: float = 30.0
    commute_km_per_hour: float = 30.0
    road_detour: float = 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Arrays of shape (workers, vacancies). Distances in km, NaN where unknown; points are whole numbers.

    `care_km`: to the farthest of the worker's care places; NaN for workers without a care duty.
    """

    why_not: Bits
    distance_km: Floats
    commute_minutes: Floats
    care_km: Floats
    wage_gain_cents: NDArray[np.int64]
    wage_points: Points
    distance_points: Points
    care_points: Points
    score: Points = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "score", self.wage_points + self.distance_points + self.care_points)

    def order_for_worker(self, row: int, *, possible: bool = True) -> list[int]:
        """Vacancies of one worker, best first: score, then nearness, then the order they were given in."""
        return _order(self.why_not[row], self.score[row], self.distance_km[row], possible=possible)

    def order_for_vacancy(self, column: int, *, possible: bool = True) -> list[int]:
        return _order(self.why_not[:, column], self.score[:, column], self.distance_km[:, column], possible=possible)


def match(
    workers: Sequence[MatchWorker],
    vacancies: Sequence[MatchVacancy],
    *,
    limits: Limits,
    already_offered: frozenset[tuple[str, str]] = frozenset(),
) -> Matches:
    """All pairs. `already_offered`: (worker key, vacancy key) of every offer ever made, whatever came of it."""
    distance = _distances(workers, vacancies)
    care = _care_distances(workers, vacancies)
    caring = np.array([bool(worker.care_places) for worker in workers], dtype=bool)[:, None]
    commute = distance * limits.road_detour / limits.commute_km_per_hour * 60.0
    wages = np.array([vacancy.monthly_wage_cents for vacancy in vacancies], dtype=np.int64)[None, :]
    floors = np.array([worker.wage_floor_cents for worker in workers], dtype=np.int64)[:, None]
    gain = wages - floors
    why_not = _broken(workers, vacancies, limits, distance, commute)
    why_not |= _bit(caring & ~(care <= limits.care_radius_km), WhyNot.CARE_TOO_FAR)
    why_not |= _bit(caring & _hours_against_care(vacancies, limits)[None, :], WhyNot.CARE_HOURS)
    why_not |= _bit(gain < 0, WhyNot.WAGE_BELOW_FLOOR)
    why_not |= _bit(_offered(workers, vacancies, already_offered), WhyNot.ALREADY_OFFERED)
    near_care = np.where(caring, 1.0 - care / limits.care_radius_km, 0.0)
    return Matches(
        why_not=why_not,
        distance_km=distance,
        commute_minutes=commute,
        care_km=care,
        wage_gain_cents=gain,
        wage_points=_points(gain / np.where(floors > 0, floors, NO_FLOOR_CENTS) / WAGE_GAIN_FULL, WAGE_POINTS),
        distance_points=_points(1.0 - distance / DISTANCE_NONE_KM, DISTANCE_POINTS),
        care_points=_points(near_care, CARE_POINTS),
    )


def _distances(workers: Sequence[MatchWorker], vacancies: Sequence[MatchVacancy]) -> Floats:
    nan = float("nan")
    lat = np.array([nan if worker.lat is None else worker.lat for worker in workers], dtype=np.float64)
    lon = np.array([nan if worker.lon is None else worker.lon for worker in workers], dtype=np.float64)
    return haversine_km(lat[:, None], lon[:, None], *_workplaces(vacancies))


def _workplaces(vacancies: Sequence[MatchVacancy]) -> tuple[Floats, Floats]:
    lat = np.array([vacancy.lat for vacancy in vacancies], dtype=np.float64)
    lon = np.array([vacancy.lon for vacancy in vacancies], dtype=np.float64)
    return lat[None, :], lon[None, :]


def _care_distances(workers: Sequence[MatchWorker], vacancies: Sequence[MatchVacancy]) -> Floats:
    farthest = np.full((len(workers), len(vacancies)), np.nan)
    lat, lon = _workplaces(vacancies)
    for row, worker in enumerate(workers):
        for care_lat, care_lon in worker.care_places:
            each = haversine_km(np.array([care_lat]), np.array([care_lon]), lat[0], lon[0])
            farthest[row] = np.where(np.isnan(farthest[row]), each, np.maximum(farthest[row], each))
    return farthest


def _broken(
    workers: Sequence[MatchWorker],
    vacancies: Sequence[MatchVacancy],
    limits: Limits,
    distance: Floats,
    commute: Floats,
) -> Bits:
    inf = float("inf")
    reach = np.array([inf if worker.max_distance_km is None else worker.max_distance_km for worker in workers])[:, None]
    patience = np.array(
        [inf if worker.max_commute_minutes is None else worker.max_commute_minutes for worker in workers]
    )[:, None]
    age = np.array([worker.age for worker in workers], dtype=np.int64)[:, None]
    minor = age < limits.adult_age
    school = np.array([worker.in_school for worker in workers], dtype=bool)[:, None]
    housed = _flags(vacancy.housed for vacancy in vacancies)
    group = _flags(vacancy.group for vacancy in vacancies)
    least_age = np.array([vacancy.least_age for vacancy in vacancies], dtype=np.int64)[None, :]
    broken = np.zeros(distance.shape, dtype=np.uint32)
    unknown = np.isnan(distance)
    broken |= _bit(unknown, WhyNot.HOME_UNKNOWN)
    broken |= _bit(~unknown & (distance > reach), WhyNot.TOO_FAR)
    broken |= _bit(~unknown & ~housed & (commute > patience), WhyNot.COMMUTE_TOO_LONG)
    broken |= _bit((age < limits.least_age) | (age < least_age), WhyNot.TOO_YOUNG)
    away = housed | group | ~(distance <= limits.minor_radius_km)
    broken |= _bit(minor & away, WhyNot.MINOR_AWAY_FROM_HOME)
    broken |= _bit(np.broadcast_to(minor & school, distance.shape), WhyNot.IN_SCHOOL)
    lacking = lacks([worker.qualifications for worker in workers], [vacancy.qualifications for vacancy in vacancies])
    broken |= _bit(lacking, WhyNot.QUALIFICATION_MISSING)
    ruled_out = shares([worker.health_limits for worker in workers], [_demands(each) for each in vacancies])
    broken |= _bit(ruled_out, WhyNot.HEALTH_LIMIT)
    for bit, holds in (
        (WhyNot.NO_PLACES_LEFT, _flags(vacancy.places_left <= 0 for vacancy in vacancies)),
        (WhyNot.EMPLOYER_NOT_IN_STANDING, _flags(not vacancy.employer_in_standing for vacancy in vacancies)),
        (WhyNot.VACANCY_CLOSED, _flags(not vacancy.open for vacancy in vacancies)),
    ):
        broken |= _bit(np.broadcast_to(holds, distance.shape), bit)
    return broken


def _demands(vacancy: MatchVacancy) -> frozenset[str]:
    return vacancy.demands | (frozenset({"NIGHT_WORK"}) if vacancy.at_night else frozenset())


def _hours_against_care(vacancies: Sequence[MatchVacancy], limits: Limits) -> Flags:
    return np.array(
        [
            vacancy.housed
            or vacancy.at_night
            or vacancy.shift_from_minutes < limits.care_from_minutes
            or vacancy.shift_to_minutes > limits.care_to_minutes
            or vacancy.weekly_hours > limits.care_weekly_hours
            for vacancy in vacancies
        ],
        dtype=bool,
    )


def _offered(
    workers: Sequence[MatchWorker], vacancies: Sequence[MatchVacancy], pairs: frozenset[tuple[str, str]]
) -> Flags:
    rows = {worker.key: row for row, worker in enumerate(workers)}
    columns = {vacancy.key: column for column, vacancy in enumerate(vacancies)}
    offered = np.zeros((len(workers), len(vacancies)), dtype=bool)
    for worker, vacancy in pairs:
        if worker in rows and vacancy in columns:
            offered[rows[worker], columns[vacancy]] = True
    return offered


def _flags(values: Iterable[bool]) -> Flags:
    return np.array(list(values), dtype=bool)[None, :]


def _bit(holds: Flags, bit: WhyNot) -> Bits:
    return holds.astype(np.uint32) * np.uint32(bit)


def _points(share: Floats, most: int) -> Points:
    """`share` clipped to 0..1 (unknown counts as 0), as whole points, halves up."""
    clipped = np.clip(np.nan_to_num(share, nan=0.0), 0.0, 1.0)
    return np.floor(clipped * most + 0.5).astype(np.int32)


def _order(why_not: Bits, score: Points, distance_km: Floats, *, possible: bool) -> list[int]:
    chosen = np.flatnonzero((why_not == 0) == possible)
    nearness = np.nan_to_num(distance_km[chosen], nan=np.inf)
    order = np.lexsort((chosen, nearness, -score[chosen]))
    return [int(index) for index in chosen[order]]
