"""A bare weighted bipartite problem from files: `worker,vacancy,score` and `vacancy,capacity`, CSV or Parquet.

Ids are any text and stay as they are written: 007 is not 7. A refusal names the file, the row (1 is the first below
the header) and the column, never a value of an id.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
import polars as pl

from employment_service.matching.assignment.domain import Edges, Floats, Int32s, Int64s, Numbers
from employment_service.matching.assignment.rows import MatchTableInvalid, Table
from employment_service.matching.assignment.units import Unit, counted

__all__ = ["MatchTableInvalid", "Problem", "read_problem"]

MOST_PLACES = 10**15
CHUNK = 2**18
EDGE_COLUMNS = {
    "worker": ("worker_id", "person", "person_id", "left", "source", "from"),
    "vacancy": ("vacancy_id", "job", "job_id", "right", "target", "to"),
    "score": ("scores", "weight", "value", "points"),
}
CAPACITY_COLUMNS = {
    "vacancy": ("vacancy_id", "job", "job_id", "right", "target", "to", "id"),
    "capacity": ("capacities", "places", "slots", "seats"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Ids by number, workers in the order they are first met, vacancies in that of the capacities.

    `below`: how many pairs had a score below 0, which are left out; `repeated`: rows that said the same again.
    """

    edges: Edges
    capacities: Int64s
    workers: pl.Series
    vacancies: pl.Series
    unit: Unit
    below: int
    repeated: int


class _Ids:
    """Numbers of ids in the order they are met."""

    def __init__(self) -> None:
        self._kind = pl.Categorical(pl.Categories(str(uuid4())))
        self._kept = pl.Series([], dtype=self._kind)
        """As long as this lives, the same id has the same number."""
        self.count = 0

    def numbers(self, ids: pl.Series) -> Int32s:
        found = ids.cast(self._kind).to_physical().to_numpy().astype(np.int32)
        self.count = max(self.count, int(found.max(initial=-1)) + 1)
        return found

    def names(self) -> pl.Series:
        numbers = pl.Series(np.arange(self.count, dtype=np.uint32))
        return numbers.to_frame("id").select(pl.col("id").cat.to(self._kind).cast(pl.String))["id"]


def read_problem(edge_file: Path, capacity_file: Path) -> Problem:
    vacancies = _Ids()
    capacities = _capacities(Table(capacity_file, "capacities", CAPACITY_COLUMNS), vacancies)
    table, workers = Table(edge_file, "edges", EDGE_COLUMNS), _Ids()
    who: list[Int32s] = []
    vacancy: list[Int32s] = []
    scores: list[Numbers] = []
    below = 0
    for before, frame in table.blocks():
        given = _scores(table, before, frame["score"])
        at = vacancies.numbers(_ids(table, before, frame["vacancy"]))
        if len(at) and int(at.max()) >= len(capacities):
            table.refuse_row(
                before + int(np.argmax(at >= len(capacities))), "vacancy", "this vacancy has no row in the capacities"
            )
        own = workers.numbers(_ids(table, before, frame["worker"]))
        used = given >= 0
        if not used.all():
            below += int(len(used) - used.sum())
            own, at, given = own[used], at[used], given[used]
        who.append(own)
        vacancy.append(at)
        scores.append(_narrow(given))
    units, unit = counted(scores, workers.count)
    scores.clear()
    rows = np.concatenate([*who, np.zeros(0, np.int32)])
    who.clear()
    columns = np.concatenate([*vacancy, np.zeros(0, np.int32)])
    vacancy.clear()
    points = np.concatenate([*units, np.zeros(0, np.int32)])
    units.clear()
    if np.any(rows[1:] < rows[:-1]):
        order = np.argsort(rows, kind="stable")
        columns, points = columns[order], points[order]
        del order
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=workers.count))]).astype(np.int64)
    del rows
    edges, repeated, twice = _each_once(Edges(starts=starts, vacancy=columns, score=points), len(capacities))
    if twice is not None:
        _refuse_two_scores(table, workers, vacancies, twice)
    return Problem(
        edges=edges,
        capacities=capacities,
        workers=workers.names(),
        vacancies=vacancies.names(),
        unit=unit,
        below=below,
        repeated=repeated,
    )


def _capacities(table: Table, ids: _Ids) -> Int64s:
    found = [np.zeros(0, dtype=np.int64)]
    for before, frame in table.blocks():
        known = ids.count
        numbers = ids.numbers(_ids(table, before, frame["vacancy"]))
        twice = numbers != known + np.arange(len(numbers))
        if twice.any():
            table.refuse_row(before + int(np.argmax(twice)), "vacancy", "this vacancy stands there already")
        places = _numbers(table, before, frame["capacity"], "capacity")
        for wrong, why in (
            (places < 0, "it is below 0"),
            (
                (places > MOST_PLACES) | (places != np.floor(places)),
                f"a whole number from 0 to {MOST_PLACES} is needed",
            ),
        ):
            if wrong.any():
                table.refuse_row(before + int(np.argmax(wrong)), "capacity", why)
        found.append(places.astype(np.int64))
    return np.concatenate(found)


def _each_once(edges: Edges, vacancies: int) -> tuple[Edges, int, tuple[int, int] | None]:
    """Without rows that only say the same again, and how many those were; a pair that has two scores."""
    again: list[Int64s] = []
    first = 0
    while first < edges.workers:
        last = max(int(np.searchsorted(edges.starts, edges.starts[first] + CHUNK, side="right")) - 1, first + 1)
        begin, end = int(edges.starts[first]), int(edges.starts[last])
        row = np.repeat(np.arange(last - first), np.diff(edges.starts[first : last + 1]))
        key = row * max(vacancies, 1) + edges.vacancy[begin:end]
        if np.any(key[1:] <= key[:-1]):
            order = np.argsort(key, kind="stable")
            same = np.flatnonzero(key[order[1:]] == key[order[:-1]])
            one, other = order[same], order[same + 1]
            score = edges.score[begin:end]
            if np.any(score[one] != score[other]):
                wrong = int(other[score[one] != score[other]].min())
                return edges, 0, (first + int(row[wrong]), int(edges.vacancy[begin + wrong]))
            again.append(begin + other)
        first = last
    repeated = sum(len(some) for some in again)
    if not repeated:
        return edges, 0, None
    once = np.ones(len(edges.vacancy), dtype=bool)
    once[np.concatenate(again)] = False
    before = np.concatenate([[0], np.cumsum(once)]).astype(np.int64)
    return Edges(starts=before[edges.starts], vacancy=edges.vacancy[once], score=edges.score[once]), repeated, None


def _refuse_two_scores(table: Table, workers: _Ids, vacancies: _Ids, pair: tuple[int, int]) -> None:
    """Reads the file again, to name the row."""
    said: float | None = None
    for before, frame in table.blocks():
        own, at = (ids.numbers(_ids(table, before, frame[name])) for ids, name in _of(workers, vacancies))
        score = _numbers(table, before, frame["score"], "score")
        for row in np.flatnonzero((own == pair[0]) & (at == pair[1])):
            if said is not None and score[row] != said:
                table.refuse_row(before + int(row), "score", "a row above gives this pair another score")
            said = float(score[row])


def _of(workers: _Ids, vacancies: _Ids) -> tuple[tuple[_Ids, str], tuple[_Ids, str]]:
    return (workers, "worker"), (vacancies, "vacancy")


def _ids(table: Table, before: int, given: pl.Series) -> pl.Series:
    if given.dtype.is_float() and bool((given == given.floor()).fill_null(value=True).all()):
        given = given.cast(pl.Int64, strict=False)
    ids = given.cast(pl.String).str.strip_chars()
    blank = (ids.is_null() | (ids == "")).fill_null(value=True)
    if blank.any():
        table.refuse(before, blank, given.name, "it is blank")
    return ids


def _scores(table: Table, before: int, given: pl.Series) -> Numbers:
    if given.dtype == pl.String:
        whole = given.str.strip_chars().cast(pl.Int64, strict=False)
        if not whole.null_count():
            return whole.to_numpy()
    elif given.dtype.is_integer() and not given.null_count():
        whole = given.cast(pl.Int64, strict=False)
        if not whole.null_count():
            return whole.to_numpy()
    return _numbers(table, before, given, "score")


def _numbers(table: Table, before: int, given: pl.Series, column: str) -> Floats:
    if given.dtype == pl.String:
        given = given.str.strip_chars()
    numbers = given.cast(pl.Float64, strict=False)
    wrong = ~numbers.is_finite().fill_null(value=False)
    if wrong.any():
        table.refuse(before, wrong, column, "a finite number is needed")
    return numbers.to_numpy()


def _narrow(given: Numbers) -> Numbers:
    """Whole numbers of less than 32 bits, which most are, in half the room."""
    if given.dtype.kind == "f" and len(given) and np.array_equal(np.floor(given), given) and given.max() < 2**53:
        given = given.astype(np.int64)
    if given.dtype.kind == "i" and (not len(given) or int(given.max()) < 2**31):
        return given.astype(np.int32)
    return given
