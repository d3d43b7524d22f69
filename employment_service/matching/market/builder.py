"""Markets from people's own terms: sets of codes, dates and degrees become the arrays of `arrays`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.market.arrays import (
    CARE_BIT,
    MONTH_BIT,
    Codes,
    Flags,
    Floats,
    Ints,
    Limits,
    Market,
    Vacancies,
    Words,
    Workers,
    Worth,
    unit_vectors,
)
from employment_service.matching.market.stability import StabilityPoints
from employment_service.matching.why_not import WhyNot

NOBODY = frozenset[str]()
ALL_MONTHS = frozenset(range(1, 13))
FREE = 0
"""Day number of whoever is free already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSets:
    """One set of codes per row: `sets[of[row]]`. Few sets, many rows."""

    sets: tuple[frozenset[str], ...]
    of: Ints

    @staticmethod
    def from_rows(rows: Sequence[frozenset[str]]) -> CodeSets:
        known: dict[frozenset[str], int] = {}
        of = np.array([known.setdefault(row, len(known)) for row in rows], dtype=np.int64)
        return CodeSets(sets=tuple(known), of=of)

    @staticmethod
    def none(count: int) -> CodeSets:
        return CodeSets(sets=(NOBODY,), of=np.zeros(count, dtype=np.int64))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerColumns:
    """A row per worker. Degrees NaN where unknown; infinity: no limit. `farm_months`: bit 0 is January."""

    lat: Floats
    lon: Floats
    age: Ints
    in_school: Flags
    opted_in: Flags
    floor_cents: Ints
    income_cents: Ints
    max_km: Floats
    max_minutes: Floats
    free_from: Ints
    farm_months: Ints
    weight: Floats
    qualifications: CodeSets
    languages: CodeSets
    health_limits: CodeSets
    occupations: CodeSets
    care_of: Ints
    """Row of the worker for each care place, ascending."""
    care_lat: Floats
    care_lon: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyColumns:
    """A row per vacancy. Minutes after midnight; a shift that ends before it begins passes midnight."""

    lat: Floats
    lon: Floats
    wage_cents: Ints
    places: Ints
    shift_from: Ints
    shift_to: Ints
    weekly_hours: Ints
    starts: Ints
    contract_months: Ints
    farm_leave: Flags
    housed: Flags
    at_night: Flags
    group: Flags
    least_age: Ints
    open: Flags
    in_standing: Flags
    qualifications: CodeSets
    languages: CodeSets
    demands: CodeSets
    occupations: CodeSets


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The vacancies' side of a market: built once, met by any workers."""

    vacancies: Vacancies
    codes: Codes
    occupations: CodeSets
    limits: Limits
    worth: Worth


def board_of(vacancies: VacancyColumns, *, limits: Limits, worth: Worth) -> Board:
    demands = CodeSets(
        sets=(*vacancies.demands.sets, *(each | {"NIGHT_WORK"} for each in vacancies.demands.sets)),
        of=vacancies.demands.of + len(vacancies.demands.sets) * vacancies.at_night,
    )
    codes = Codes.of(
        demands=demands.sets, qualifications=vacancies.qualifications.sets, languages=vacancies.languages.sets
    )
    return Board(
        vacancies=_vacancies(vacancies, demands, codes, limits, worth.stability),
        codes=codes,
        occupations=vacancies.occupations,
        limits=limits,
        worth=worth,
    )


def market_on(board: Board, workers: WorkerColumns) -> Market:
    return Market(
        workers=_workers(workers, board.codes, board.limits),
        vacancies=board.vacancies,
        codes=board.codes,
        limits=board.limits,
        worth=board.worth,
        experience=_experience(workers.occupations, board.occupations, board.worth.stability),
    )


def market_of(workers: WorkerColumns, vacancies: VacancyColumns, *, limits: Limits, worth: Worth) -> Market:
    return market_on(board_of(vacancies, limits=limits, worth=worth), workers)


def _workers(given: WorkerColumns, codes: Codes, limits: Limits) -> Workers:
    count = len(given.age)
    own = np.zeros(count, dtype=np.uint32)
    minor = given.age < limits.adult_age
    for holds, bit in (
        (np.isnan(given.lat) | np.isnan(given.lon), WhyNot.HOME_UNKNOWN),
        (~given.opted_in, WhyNot.OPT_IN_MISSING),
        (given.age < limits.least_age, WhyNot.TOO_YOUNG),
        (minor & given.in_school, WhyNot.IN_SCHOOL),
    ):
        own |= holds.astype(np.uint32) * np.uint32(bit)
    every = frozenset(codes.demands)
    has = _rows(
        codes,
        CodeSets(sets=tuple(every - each for each in given.health_limits.sets), of=given.health_limits.of),
        "demands",
    )
    has |= _rows(codes, given.qualifications, "qualifications") | _rows(codes, given.languages, "languages")
    caring = np.bincount(given.care_of, minlength=count)
    has[:, 0] |= (caring == 0).astype(np.uint64) << np.uint64(CARE_BIT)
    has[:, 0] |= ((~given.farm_months) & 0xFFF).astype(np.uint64) << np.uint64(MONTH_BIT)
    minutes = np.where(np.isinf(given.max_minutes), float(limits.longest_commute_minutes), given.max_minutes)
    return Workers(
        home=unit_vectors(given.lat, given.lon),
        own=own,
        has=has,
        minor=minor,
        age=given.age,
        floor_cents=given.floor_cents,
        income_cents=given.income_cents,
        max_km=given.max_km,
        max_minutes=minutes,
        free_from=given.free_from,
        weight=given.weight,
        care_starts=np.concatenate(([0], np.cumsum(caring))).astype(np.int64),
        care=unit_vectors(given.care_lat, given.care_lon),
        past=given.occupations.of,
    )


def _vacancies(
    given: VacancyColumns, demands: CodeSets, codes: Codes, limits: Limits, points: StabilityPoints
) -> Vacancies:
    own = np.zeros(len(given.places), dtype=np.uint32)
    for holds, bit in (
        (given.places <= 0, WhyNot.NO_PLACES_LEFT),
        (~given.in_standing, WhyNot.EMPLOYER_NOT_IN_STANDING),
        (~given.open, WhyNot.VACANCY_CLOSED),
    ):
        own |= holds.astype(np.uint32) * np.uint32(bit)
    need = _rows(codes, demands, "demands")
    need |= _rows(codes, given.qualifications, "qualifications") | _rows(codes, given.languages, "languages")
    against_care = (
        given.housed
        | given.at_night
        | (given.shift_from < limits.care_from_minutes)
        | (given.shift_to > limits.care_to_minutes)
        | (given.weekly_hours > limits.care_weekly_hours)
    )
    need[:, 0] |= against_care.astype(np.uint64) << np.uint64(CARE_BIT)
    months = np.where(given.farm_leave, 0, month_bits(given.starts, given.contract_months))
    need[:, 0] |= months.astype(np.uint64) << np.uint64(MONTH_BIT)
    return Vacancies(
        place=unit_vectors(given.lat, given.lon),
        own=own,
        need=need,
        least_age=given.least_age,
        wage_cents=given.wage_cents,
        housed=given.housed,
        away=given.housed | given.group,
        starts=given.starts,
        points=(
            given.housed * points.living_there
            + given.at_night * points.nights
            + (given.weekly_hours > points.long_week_hours) * points.long_week
            + (given.contract_months >= 6) * points.half_a_year
        ).astype(np.int64),
        places=given.places,
        work=given.occupations.of,
    )


def month_bits(starts: Ints, contract_months: Ints) -> Ints:
    """The months that the work touches, from its first day to the last of its contract; bit 0 is January."""
    pairs, of = np.unique(np.stack([starts, contract_months], axis=1), axis=0, return_inverse=True)
    bits = np.array([months_touched(int(start), int(months)) for start, months in pairs], dtype=np.int64)
    return bits[of.reshape(-1)] if len(pairs) else np.zeros(0, dtype=np.int64)


def months_touched(start: int, contract_months: int) -> int:
    if contract_months >= 12 or start < 1:
        return 0xFFF
    first = date.fromordinal(start)
    # A month's contract from the first of a month ends on its last day, else in the next month.
    touched = contract_months if first.day == 1 else contract_months + 1
    return sum(1 << ((first.month - 1 + offset) % 12) for offset in range(min(touched, 12)))


def _rows(codes: Codes, given: CodeSets, kind: str) -> Words:
    table = np.array(
        [
            codes.row(
                demands=each if kind == "demands" else NOBODY,
                qualifications=each if kind == "qualifications" else NOBODY,
                languages=each if kind == "languages" else NOBODY,
            )
            for each in given.sets
        ],
        dtype=np.uint64,
    ).reshape(len(given.sets), codes.words)
    rows: Words = table[given.of]
    return rows


def _experience(pasts: CodeSets, occupations: CodeSets, points: StabilityPoints) -> NDArray[np.int16]:
    """Points by what was done before and what is offered: the same occupation, or the same two-digit group."""
    table = np.zeros((max(len(pasts.sets), 1), max(len(occupations.sets), 1)), dtype=np.int16)
    for row, done in enumerate(pasts.sets):
        groups = {code[:2] for code in done}
        for column, wanted in enumerate(occupations.sets):
            if done & wanted:
                table[row, column] = points.same_work
            elif groups & {code[:2] for code in wanted}:
                table[row, column] = points.like_work
    return table


def day_number(day: date | None) -> int:
    return FREE if day is None else day.toordinal()
