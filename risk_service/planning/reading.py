"""Households and measures from CSV or Parquet, as a planning problem.

Households: `household`, `likelihood` (0 to 1), `members`; if there, `level` (RED comes first), `shortfall` (yuan a head
and year below the line, for the objective DEPTH), any yes/no columns that measures need, any columns floors speak of,
and `effect:CODE`, `cost:CODE` where a measure does or costs something else for a household than usual.
Measures: `measure`, `unit_cost` (yuan), `effect` (0 to 1); if there, `capacity` (blank: no limit), `needs` (yes/no
columns, divided by blanks or semicolons), `label`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np
import polars as pl

from chassis.errors import InvalidInput
from risk_service.planning.domain import Flags, Floats, Floor, Ints, Measure, Objective, PlanningProblem
from risk_service.planning.floors import proportional

YES = frozenset({"yes", "y", "true", "1", "1.0", "是"})
NO = frozenset({"no", "n", "false", "0", "0.0", "否", ""})
RED = "RED"


class PlanTableInvalid(InvalidInput):
    code = "PLAN_TABLE_INVALID"


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorRule:
    """Of a yes/no column those who have it, else each value of the column (a township), get at least `share` of the
    budget that would be theirs if it went by the number of households that can be offered something.
    """

    column: str
    share: float


def read_table(path: Path, name: str) -> pl.DataFrame:
    """Every column as text; raises PlanTableInvalid for what is no table."""
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            frame = pl.read_parquet(path)
        else:
            frame = pl.read_csv(path, infer_schema=False, encoding="utf8")
    except OSError as failure:
        raise PlanTableInvalid(f"{name}: the file cannot be read ({failure.strerror or 'no such file'}).") from failure
    except pl.exceptions.PolarsError as failure:
        raise PlanTableInvalid(f"{name}: this is no CSV (UTF-8, with a header) and no Parquet file.") from failure
    return frame.select(pl.col(column).cast(pl.String).str.strip_chars() for column in frame.columns)


def measures_of(frame: pl.DataFrame) -> tuple[Measure, ...]:
    _demand(frame, "measures", ("measure", "unit_cost", "effect"))
    if frame.is_empty():
        raise PlanTableInvalid("measures: there is none.")
    codes = frame["measure"].fill_null("").to_list()
    for row, code in enumerate(codes, start=1):
        if not code or code in codes[: row - 1]:
            raise PlanTableInvalid(f"measures: row {row} needs a name of its own.", field="measure")
    costs, effects = _cents(frame, "measures", "unit_cost"), _numbers(frame, "measures", "effect", most=1.0)
    capacities: list[int | None] = [None] * len(codes)
    if "capacity" in frame.columns:
        for row, text in enumerate(frame["capacity"].fill_null("").to_list()):
            if text:
                capacities[row] = _whole(text, "measures", "capacity", row)
    needs = frame["needs"].fill_null("").to_list() if "needs" in frame.columns else [""] * len(codes)
    labels = frame["label"].fill_null("").to_list() if "label" in frame.columns else codes
    return tuple(
        Measure(
            code=code,
            unit_cost=int(cost),
            capacity=capacity,
            effect=float(effect),
            needs=tuple(need.replace(";", " ").split()),
            label=label or code,
        )
        for code, cost, capacity, effect, need, label in zip(
            codes, costs.tolist(), capacities, effects.tolist(), needs, labels, strict=True
        )
    )


def problem_of(
    frame: pl.DataFrame,
    measures: Sequence[Measure],
    *,
    budget: int,
    objective: Objective = Objective.PEOPLE,
    floors: Sequence[FloorRule] = (),
    red_first: bool = True,
) -> PlanningProblem:
    """`frame` as `read_table` gives it; `budget` in cents."""
    name = "households"
    _demand(frame, name, ("household", "likelihood", "members"))
    ids = frame["household"]
    if ids.null_count() or (ids == "").any():
        raise PlanTableInvalid("households: a row without a household.", field="household")
    if ids.is_duplicated().any():
        row = int(ids.is_duplicated().arg_true()[0]) + 1
        raise PlanTableInvalid(f"households: row {row} names a household that another row names too.")
    likelihood = _numbers(frame, name, "likelihood", most=1.0)
    weight = likelihood * _numbers(frame, name, "members", most=1000.0)
    if objective is Objective.DEPTH:
        _demand(frame, name, ("shortfall",))
        weight = weight * _numbers(frame, name, "shortfall", most=1e9)
    size = (frame.height, len(measures))
    values, costs, eligible = np.zeros(size), np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.bool_)
    for number, measure in enumerate(measures):
        effect = _own(frame, f"effect:{measure.code}", measure.effect)
        values[:, number] = weight * effect
        costs[:, number] = _own_cents(frame, f"cost:{measure.code}", measure.unit_cost)
        eligible[:, number] = effect > 0
        for need in measure.needs:
            _demand(frame, name, (need,))
            eligible[:, number] &= _flags(frame, need)
    red = np.zeros(frame.height, dtype=np.bool_)
    if "level" in frame.columns:
        red = (frame["level"].fill_null("").str.to_uppercase() == RED).to_numpy()
    able: Flags = np.asarray(eligible.any(axis=1))
    return PlanningProblem(
        measures=tuple(measure.code for measure in measures),
        values=values,
        costs=costs,
        eligible=eligible,
        likelihood=likelihood,
        first=red if red_first else np.zeros(frame.height, dtype=np.bool_),
        budget=budget,
        capacities=tuple(measure.capacity for measure in measures),
        floors=tuple(floor for rule in floors for floor in _floors(frame, rule, able, budget)),
        objective=objective,
        warned=red,
    )


def _floors(frame: pl.DataFrame, rule: FloorRule, able: Flags, budget: int) -> list[Floor]:
    _demand(frame, "households", (rule.column,))
    texts = frame[rule.column].fill_null("")
    groups: list[tuple[str, Flags]]
    if set(texts.str.to_lowercase().unique().to_list()) <= YES | NO:
        groups = [(rule.column, _flags(frame, rule.column))]
    else:
        kinds = sorted(kind for kind in texts.unique().to_list() if kind)
        groups = [(f"{rule.column} {kind}", (texts == kind).to_numpy()) for kind in kinds]
    found = (proportional(name, rows, able, share=rule.share, budget=budget) for name, rows in groups)
    return [floor for floor in found if floor is not None]


def cents(text: str, field: str) -> int:
    """Yuan as text ("200000", "1,500.50") in whole cents."""
    try:
        amount = Decimal(text.replace(",", "")) * 100
        if not amount.is_finite() or amount < 0 or amount != int(amount) or amount > 10**15:
            raise InvalidOperation
    except InvalidOperation:
        raise PlanTableInvalid(f"{field}: yuan with at most two decimals, not below zero.", field=field) from None
    return int(amount)


def _demand(frame: pl.DataFrame, name: str, columns: Sequence[str]) -> None:
    for column in columns:
        if column not in frame.columns:
            raise PlanTableInvalid(f"{name}: the column {column} is missing.", field=column)


def _numbers(frame: pl.DataFrame, name: str, column: str, *, most: float) -> Floats:
    numbers = frame[column].cast(pl.Float64, strict=False)
    wrong = ~(numbers.is_finite() & (numbers >= 0) & (numbers <= most)).fill_null(value=False)
    if wrong.any():
        row = int(wrong.arg_true()[0]) + 1
        raise PlanTableInvalid(f"{name}: row {row}, {column}: a number from 0 to {most:g} is needed.", field=column)
    return numbers.to_numpy().astype(np.float64)


def _cents(frame: pl.DataFrame, name: str, column: str) -> Ints:
    texts = frame[column].fill_null("").to_list()
    return np.array([cents(text, f"{name}: row {row}, {column}") for row, text in enumerate(texts, start=1)])


def _own(frame: pl.DataFrame, column: str, usual: float) -> Floats:
    if column not in frame.columns:
        return np.full(frame.height, usual)
    filled = frame.with_columns(pl.col(column).replace("", None).fill_null(str(usual)))
    return _numbers(filled, "households", column, most=1.0)


def _own_cents(frame: pl.DataFrame, column: str, usual: int) -> Ints:
    if column not in frame.columns:
        return np.full(frame.height, usual, dtype=np.int64)
    filled = frame.with_columns(pl.col(column).replace("", None).fill_null(str(Decimal(usual) / 100)))
    return _cents(filled, "households", column)


def _flags(frame: pl.DataFrame, column: str) -> Flags:
    texts = frame[column].fill_null("").str.to_lowercase()
    wrong = ~texts.is_in(list(YES | NO))
    if wrong.any():
        row = int(wrong.arg_true()[0]) + 1
        raise PlanTableInvalid(f"households: row {row}, {column}: yes or no is needed.", field=column)
    return texts.is_in(list(YES)).to_numpy()


def _whole(text: str, name: str, column: str, row: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise PlanTableInvalid(f"{name}: row {row + 1}, {column}: a whole number or nothing is needed.", field=column)
    return int(text)
