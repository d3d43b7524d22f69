"""A bare weighted bipartite problem from files: `worker,vacancy,score` and `vacancy,capacity`, CSV or Parquet.

Ids are any text. A refusal names the file, the row (1 is the first below the header) and the column, never a value
of an id.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from chassis.errors import InvalidInput
from employment_service.matching.assignment.domain import LARGEST_SCORE, Edges, Int32s, Int64s

MOST_PLACES = 10**9
EDGES, CAPACITIES = "edges", "capacities"


class MatchTableInvalid(InvalidInput):
    code = "MATCH_TABLE_INVALID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Ids by number, workers in the order they are first met, vacancies in that of the capacities."""

    edges: Edges
    capacities: Int64s
    workers: pl.Series
    vacancies: pl.Series


def read_problem(edge_file: Path, capacity_file: Path) -> Problem:
    places = _table(capacity_file, CAPACITIES, ("vacancy", "capacity"))
    lists = _table(edge_file, EDGES, ("worker", "vacancy", "score"))
    vacancies = _ids(places, CAPACITIES, "vacancy")
    twice = vacancies.is_duplicated()
    if twice.any():
        _refuse(CAPACITIES, vacancies.is_first_distinct().not_(), "vacancy", "this vacancy stands there already")
    capacities = _wholes(places, CAPACITIES, "capacity", MOST_PLACES)
    score = _wholes(lists, EDGES, "score", LARGEST_SCORE)
    known = pl.DataFrame({"vacancy": vacancies, "number": pl.Series(np.arange(len(vacancies), dtype=np.int32))})
    number = pl.DataFrame({"vacancy": _ids(lists, EDGES, "vacancy")}).join(
        known, on="vacancy", how="left", maintain_order="left"
    )["number"]
    if number.null_count():
        _refuse(EDGES, number.is_null(), "vacancy", "this vacancy has no row in the capacities")
    names = _ids(lists, EDGES, "worker")
    workers = names.unique(maintain_order=True)
    met = pl.DataFrame({"worker": workers, "who": pl.Series(np.arange(len(workers), dtype=np.int32))})
    who = pl.DataFrame({"worker": names}).join(met, on="worker", how="left", maintain_order="left")["who"].to_numpy()
    vacancy = number.to_numpy().astype(np.int32)
    _refuse_twice(who.astype(np.int64), vacancy, len(vacancies))
    order = np.argsort(who, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(who, minlength=len(workers)))]).astype(np.int64)
    return Problem(
        edges=Edges(starts=starts, vacancy=vacancy[order], score=score.astype(np.int32)[order]),
        capacities=capacities,
        workers=workers,
        vacancies=vacancies,
    )


def _refuse_twice(who: Int64s, vacancy: Int32s, vacancies: int) -> None:
    pairs = pl.Series(who * max(vacancies, 1) + vacancy)
    first = pairs.is_first_distinct()
    if not first.all():
        _refuse(EDGES, first.not_(), "vacancy", "this worker and this vacancy stand in a row above already")


def _table(path: Path, name: str, columns: tuple[str, ...]) -> pl.DataFrame:
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            frame = pl.read_parquet(path)
        else:
            frame = pl.read_csv(path, infer_schema=False, encoding="utf8")
    except pl.exceptions.NoDataError as failure:
        raise MatchTableInvalid(f"{name}: the file is empty; {_wanted(columns)}.") from failure
    except OSError as failure:
        raise MatchTableInvalid(f"{name}: the file cannot be read ({failure.strerror or 'no such file'}).") from failure
    except pl.exceptions.PolarsError as failure:
        raise MatchTableInvalid(f"{name}: this is no CSV (UTF-8, with a header) and no Parquet file.") from failure
    for column in columns:
        if column not in frame.columns:
            raise MatchTableInvalid(f"{name}: the column {column} is missing; {_wanted(columns)}.", field=column)
    return frame.select(columns)


def _wanted(columns: tuple[str, ...]) -> str:
    return f"a header with {', '.join(columns)} is needed"


def _ids(frame: pl.DataFrame, name: str, column: str) -> pl.Series:
    ids = frame[column].cast(pl.String).str.strip_chars()
    blank = (ids.is_null() | (ids == "")).fill_null(value=True)
    if blank.any():
        _refuse(name, blank, column, "it is blank")
    return ids


def _wholes(frame: pl.DataFrame, name: str, column: str, most: int) -> Int64s:
    given = frame[column]
    if given.dtype == pl.String:
        given = given.str.strip_chars()
    numbers = given.cast(pl.Float64, strict=False)
    below = (numbers < 0).fill_null(value=False)
    if below.any():
        _refuse(name, below, column, "it is below 0; leave out pairs that must not be")
    wrong = ~(numbers.is_finite() & (numbers <= most) & (numbers == numbers.floor())).fill_null(value=False)
    if wrong.any():
        _refuse(name, wrong, column, f"a whole number from 0 to {most} is needed")
    return numbers.to_numpy().astype(np.int64)


def _refuse(name: str, wrong: pl.Series, column: str, why: str) -> None:
    raise MatchTableInvalid(f"{name}: row {int(wrong.arg_true()[0]) + 1}, {column}: {why}.", field=column)
