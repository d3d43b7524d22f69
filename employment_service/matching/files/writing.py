"""The plan as a file: who is proposed which work, for which reasons, and what stands against it where nothing is."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
import polars as pl
from numpy.typing import NDArray

from employment_service.matching.files.outputs import MatchOutputUnwritable
from employment_service.matching.market.arrays import Market
from employment_service.matching.market.kernel import Feasible
from employment_service.matching.market.rules import every_why_not, pairs
from employment_service.matching.market.solving import Solution
from employment_service.matching.reasons import NEAR_HOME_KM
from employment_service.matching.why_not import WhyNot

HEADER = (
    "worker", "vacancy", "score", "price", "options", "distance_km", "stable", "income_gain", "weight", "way_cost",
    "care_cost", "reasons", "next_best", "short_by",
)  # fmt: skip
TOLD_RULES = 3
AT_ONCE = 100_000
"""Pairs looked at together: few enough that their columns stay in a processor's cache."""


def write_plan(
    path: Path,
    market: Market,
    found: Feasible,
    solution: Solution,
    *,
    workers: Sequence[str],
    vacancies: Sequence[str],
) -> None:
    """Whole or not at all; CSV, or Parquet where the name says so.

    `short_by`: by how many points the best possible work lies under the price of its places, for whoever was given
    none. Where nothing is possible, `reasons` names the rules that close most of the vacancies.
    """
    rows = _rows(market, found, solution, workers, vacancies)
    try:
        if path.suffix.lower() == ".parquet":
            pl.DataFrame(rows, schema=list(HEADER), orient="row").write_parquet(path)
            return
        with NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, prefix=".match-", delete=False
        ) as file:
            out = csv.writer(file)
            out.writerow(HEADER)
            out.writerows(rows)
        Path(file.name).replace(path)
    except OSError as failure:
        raise MatchOutputUnwritable(f"--out: {failure.strerror}.", field="out") from failure


def _rows(
    market: Market, found: Feasible, solution: Solution, workers: Sequence[str], vacancies: Sequence[str]
) -> list[tuple[object, ...]]:
    placed = np.flatnonzero(solution.vacancy >= 0)
    told = pairs(market, placed, solution.vacancy[placed].astype(np.int64))
    reasons = _reasons(market, placed, solution.vacancy[placed].astype(np.int64), told.km, told.care_km)
    by_worker = {int(worker): at for at, worker in enumerate(placed)}
    closed = _closed(market, np.flatnonzero((solution.vacancy < 0) & (found.options == 0)))
    rows: list[tuple[object, ...]] = []
    for worker, key in enumerate(workers):
        options = int(found.options[worker])
        at = by_worker.get(worker)
        if at is None:
            best, short = _next_best(found, solution, worker)
            why = "OUTBID" if options else closed[worker]
            name = "" if best is None else vacancies[best]
            rows.append((key, "", None, None, options, None, None, None, None, None, None, why, name, short))
            continue
        column = int(solution.vacancy[worker])
        rows.append(
            (
                key,
                vacancies[column],
                int(solution.score[worker]),
                int(solution.prices[column]),
                options,
                round(float(told.km[at]), 1),
                round(float(told.stable[at]), 4),
                round(int(told.gain_cents[at]) / 100, 2),
                float(market.workers.weight[worker]),
                round(float(told.way_cents[at]) / 100, 2),
                round(float(told.care_cents[at]) / 100, 2),
                reasons[at],
                "",
                None,
            )
        )
    return rows


def _reasons(
    market: Market,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    km: NDArray[np.float64],
    care_km: NDArray[np.float64],
) -> list[str]:
    workers, vacancies = market.workers, market.vacancies
    caring = workers.caring[rows]
    above = vacancies.wage_cents[columns] - workers.floor_cents[rows]
    skilled = np.zeros(len(rows), dtype=bool)
    asked = market.codes.masks()[3]
    for word in range(market.codes.words):
        skilled |= (vacancies.need[columns, word] & asked[word]) != 0
    told = (
        ("NEAR_HOME", km <= NEAR_HOME_KM),
        ("WITHIN_DISTANCE", (km > NEAR_HOME_KM) & np.isfinite(workers.max_km[rows])),
        ("NEAR_CARE", caring & ~np.isnan(care_km)),
        ("HOURS_LEAVE_ROOM_FOR_CARE", caring),
        ("WAGE_ABOVE_FLOOR", (workers.floor_cents[rows] > 0) & (above > 0)),
        ("WAGE_MEETS_FLOOR", (workers.floor_cents[rows] > 0) & (above == 0)),
        ("QUALIFIED", skilled),
        ("DONE_BEFORE", market.experience[workers.past[rows], vacancies.work[columns]] > 0),
        ("HOUSED_FREE", vacancies.housed[columns]),
    )
    return [";".join(code for code, holds in told if holds[at]) for at in range(len(rows))]


def _next_best(found: Feasible, solution: Solution, worker: int) -> tuple[int | None, int | None]:
    listed = slice(int(found.first[worker]), int(found.last[worker]))
    if listed.start == listed.stop:
        return None, None
    columns = found.vacancy[listed].astype(np.int64)
    worth = found.score[listed].astype(np.int64) - solution.prices[columns]
    best = int(np.argmax(worth))
    return int(columns[best]), max(0, -int(worth[best])) + 1


def _closed(market: Market, workers: NDArray[np.int64]) -> dict[int, str]:
    """By worker: the rules that close most vacancies to them, with how many each closes."""
    count = market.vacancies.count
    told: dict[int, str] = {}
    step = max(1, AT_ONCE // max(1, count))
    for start in range(0, len(workers), step):
        some = workers[start : start + step]
        broken = every_why_not(market, some, np.arange(count))
        met = int(np.bitwise_or.reduce(broken, axis=None, initial=0))
        named = [(str(bit.name), np.count_nonzero(broken & np.uint32(bit), axis=1)) for bit in WhyNot if bit & met]
        for at, worker in enumerate(some):
            counts = sorted((-int(closes[at]), name) for name, closes in named if closes[at])[:TOLD_RULES]
            told[int(worker)] = ";".join(f"{name}:{-closes}" for closes, name in counts) or "NO_VACANCY"
    return told
