"""Workers against vacancies: which limits a pair breaks, how far it lies, and what it is worth.

A worker's own limits (distance, commute, wage floor, health, months the farm needs) and care duties are hard: no score
outweighs them. No group of people scores differently for being that group. The rules themselves stand in
`market.rules`; here they are asked in people's terms, for one worker or one vacancy at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.market.arrays import Bits, Floats, Ints, Limits, Worth
from employment_service.matching.market.builder import (
    Board,
    CodeSets,
    VacancyColumns,
    WorkerColumns,
    board_of,
    day_number,
    market_on,
)
from employment_service.matching.market.rules import Pairs, every_pair
from employment_service.matching.why_not import WhyNot

__all__ = ["Limits", "MatchVacancy", "MatchWorker", "Matches", "WhyNot", "Worth", "match"]

Row = TypeVar("Row")

SOME_DAY = date.max
"""The first day of work whose first day is open: later than any day a worker is free from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchWorker:
    """`care_places`: (lat, lon) of every village where this worker looks after somebody today. `farm_months`: 1 is
    January. `weight`: of the household, 1.0 to 1.5. `income_cents`: what this work would replace.
    """

    key: str
    lat: float | None
    lon: float | None
    age: int
    in_school: bool = False
    opted_in: bool = True
    qualifications: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    occupations: frozenset[str] = frozenset()
    wage_floor_cents: int = 0
    income_cents: int = 0
    max_distance_km: float | None = None
    max_commute_minutes: int | None = None
    health_limits: frozenset[str] = frozenset()
    care_places: tuple[tuple[float, float], ...] = ()
    farm_months: frozenset[int] = frozenset()
    free_from: date | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchVacancy:
    """`housed`: the worker lives there, so there is no daily way and nobody at home in the evening.
    `farm_leave`: leave in the months that the worker's farm needs.
    """

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
    languages: frozenset[str] = frozenset()
    demands: frozenset[str] = frozenset()
    occupation: str | None = None
    least_age: int = 16
    group: bool = False
    starts_on: date = SOME_DAY
    contract_months: int = 12
    farm_leave: bool = False
    places_left: int = 1
    employer_in_standing: bool = True
    open: bool = True
    minimum_batch: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Arrays of shape (workers, vacancies). Distances in km, NaN where unknown; the score in whole points.

    `care_km`: to the farthest of the worker's care places; NaN for workers without a care duty.
    `wage_gain_cents`: above the worker's own least wage.
    """

    why_not: Bits
    wage_gain_cents: Ints
    pairs: Pairs
    distance_km: Floats = field(init=False)
    commute_minutes: Floats = field(init=False)
    care_km: Floats = field(init=False)
    score: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "distance_km", self.pairs.km)
        object.__setattr__(self, "commute_minutes", self.pairs.minutes)
        object.__setattr__(self, "care_km", self.pairs.care_km)
        object.__setattr__(self, "score", self.pairs.score)

    def order_for_worker(self, row: int, *, possible: bool = True) -> list[int]:
        """Vacancies of one worker, best first: score, then nearness, then the order they were given in."""
        return _order(self.why_not[row], self.score[row], self.distance_km[row], possible=possible)

    def ranked(self, row: int, *, prices: Ints, with_unmatched: bool, without: NDArray[np.bool_]) -> Ints:
        """Columns of one worker, best first: score less price, then nearness, then the order they were given in.

        First the possible ones, then, if asked for, the others. `without`: columns that are left out.
        """
        closed = self.why_not[row] != 0
        chosen = np.flatnonzero(~without if with_unmatched else ~(without | closed))
        worth = self.score[row, chosen].astype(np.int64) - prices[chosen]
        nearness = np.nan_to_num(self.distance_km[row, chosen], nan=np.inf)
        order: Ints = chosen[np.lexsort((chosen, nearness, -worth, closed[chosen]))]
        return order

    def order_for_vacancy(self, column: int, *, possible: bool = True) -> list[int]:
        return _order(self.why_not[:, column], self.score[:, column], self.distance_km[:, column], possible=possible)


def match(
    workers: Sequence[MatchWorker],
    vacancies: Sequence[MatchVacancy],
    *,
    limits: Limits,
    worth: Worth | None = None,
    already_offered: frozenset[tuple[str, str]] = frozenset(),
) -> Matches:
    """All pairs. `already_offered`: (worker key, vacancy key) of every offer ever made, whatever came of it."""
    board = board_of(vacancy_columns(vacancies), limits=limits, worth=worth or Worth())
    return match_on(board, [each.key for each in vacancies], workers, already_offered=already_offered)


def match_on(
    board: Board,
    keys: Sequence[str],
    workers: Sequence[MatchWorker],
    *,
    already_offered: frozenset[tuple[str, str]] = frozenset(),
) -> Matches:
    """The same against vacancies made ready before. `keys`: of the board's vacancies, in their order."""
    market = market_on(board, worker_columns(workers))
    found = every_pair(market, np.arange(len(workers)), np.arange(len(keys)))
    why_not = found.why_not
    if already_offered:
        rows = {worker.key: row for row, worker in enumerate(workers)}
        columns = {key: column for column, key in enumerate(keys)}
        for worker, vacancy in already_offered:
            if worker in rows and vacancy in columns:
                why_not[rows[worker], columns[vacancy]] |= np.uint32(WhyNot.ALREADY_OFFERED)
    floors = market.workers.floor_cents[:, None]
    return Matches(why_not=why_not, wage_gain_cents=board.vacancies.wage_cents[None, :] - floors, pairs=found)


def worker_columns(workers: Sequence[MatchWorker]) -> WorkerColumns:
    care = [(row, *place) for row, worker in enumerate(workers) for place in worker.care_places]
    return WorkerColumns(
        lat=_floats([worker.lat for worker in workers], none=np.nan),
        lon=_floats([worker.lon for worker in workers], none=np.nan),
        age=_ints(workers, lambda worker: worker.age),
        in_school=_flags(workers, lambda worker: worker.in_school),
        opted_in=_flags(workers, lambda worker: worker.opted_in),
        floor_cents=_ints(workers, lambda worker: worker.wage_floor_cents),
        income_cents=_ints(workers, lambda worker: worker.income_cents),
        max_km=_floats([worker.max_distance_km for worker in workers], none=np.inf),
        max_minutes=_floats([worker.max_commute_minutes for worker in workers], none=np.inf),
        free_from=_ints(workers, lambda worker: day_number(worker.free_from)),
        farm_months=_ints(workers, lambda worker: sum(1 << (month - 1) for month in worker.farm_months)),
        weight=_floats([worker.weight for worker in workers], none=1.0),
        qualifications=CodeSets.from_rows([worker.qualifications for worker in workers]),
        languages=CodeSets.from_rows([worker.languages for worker in workers]),
        health_limits=CodeSets.from_rows([worker.health_limits for worker in workers]),
        occupations=CodeSets.from_rows([worker.occupations for worker in workers]),
        care_of=np.array([row for row, _, _ in care], dtype=np.int64),
        care_lat=np.array([lat for _, lat, _ in care], dtype=np.float64),
        care_lon=np.array([lon for _, _, lon in care], dtype=np.float64),
    )


def vacancy_columns(vacancies: Sequence[MatchVacancy]) -> VacancyColumns:
    return VacancyColumns(
        lat=_floats([each.lat for each in vacancies], none=np.nan),
        lon=_floats([each.lon for each in vacancies], none=np.nan),
        wage_cents=_ints(vacancies, lambda each: each.monthly_wage_cents),
        places=_ints(vacancies, lambda each: each.places_left),
        shift_from=_ints(vacancies, lambda each: each.shift_from_minutes),
        shift_to=_ints(vacancies, lambda each: each.shift_to_minutes),
        weekly_hours=_ints(vacancies, lambda each: each.weekly_hours),
        starts=_ints(vacancies, lambda each: each.starts_on.toordinal()),
        contract_months=_ints(vacancies, lambda each: each.contract_months),
        farm_leave=_flags(vacancies, lambda each: each.farm_leave),
        housed=_flags(vacancies, lambda each: each.housed),
        at_night=_flags(vacancies, lambda each: each.at_night),
        group=_flags(vacancies, lambda each: each.group),
        least_age=_ints(vacancies, lambda each: each.least_age),
        open=_flags(vacancies, lambda each: each.open),
        in_standing=_flags(vacancies, lambda each: each.employer_in_standing),
        qualifications=CodeSets.from_rows([each.qualifications for each in vacancies]),
        languages=CodeSets.from_rows([each.languages for each in vacancies]),
        demands=CodeSets.from_rows([each.demands for each in vacancies]),
        occupations=CodeSets.from_rows(
            [frozenset() if each.occupation is None else frozenset({each.occupation}) for each in vacancies]
        ),
    )


def _ints(rows: Sequence[Row], value: Callable[[Row], int]) -> Ints:
    return np.array([value(row) for row in rows], dtype=np.int64)


def _flags(rows: Sequence[Row], value: Callable[[Row], bool]) -> NDArray[np.bool_]:
    return np.array([value(row) for row in rows], dtype=bool)


def _floats(values: Sequence[float | None], *, none: float) -> Floats:
    return np.array([none if value is None else value for value in values], dtype=np.float64)


def _order(why_not: Bits, worth: NDArray[np.generic], distance_km: Floats, *, possible: bool) -> list[int]:
    chosen = np.flatnonzero((why_not == 0) == possible)
    nearness = np.nan_to_num(distance_km[chosen], nan=np.inf)
    order = np.lexsort((chosen, nearness, -worth[chosen].astype(np.int64)))
    found: list[int] = chosen[order].tolist()
    return found
