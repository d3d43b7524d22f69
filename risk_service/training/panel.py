"""A table of any kind, read into the arrays that fitting asks for. Faults name the row and the column."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chassis.errors import InvalidInput
from risk_service.scoring.declaration import Condition, DeclaredFeature, FeatureSet
from risk_service.scoring.facts import known_by
from risk_service.scoring.features import Floats
from risk_service.training.cells import CellInvalid, numbers_of, refuse_first
from risk_service.training.periods import months_of


class TableUnreadable(InvalidInput):
    code = "RISK_TABLE_UNREADABLE"


class ColumnMissing(InvalidInput):
    code = "RISK_COLUMN_MISSING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Rows in the file's order. `values` (rows, features) column-major, NaN missing; `label` and each of
    `horizon_labels` 1, 0 or NaN; `month` counts months since year 0 at the start of the row's period, which is
    `period_months` long; `household` numbers households; `reported` the groups' memberships by name;
    `at_risk` rows are the model's business.
    """

    declared: FeatureSet
    values: Floats
    label: Floats
    horizon_labels: tuple[Floats, ...]
    month: NDArray[np.int64]
    period_months: int
    household: NDArray[np.int64]
    at_risk: NDArray[np.bool_]
    reported: dict[str, NDArray[np.bool_]]
    infinite_cells: int

    @property
    def rows(self) -> int:
        return len(self.values)

    @property
    def year(self) -> NDArray[np.int64]:
        return self.month // 12

    @property
    def labelled(self) -> NDArray[np.bool_]:
        return self.at_risk & ~np.isnan(self.label)


def read_table(path: Path) -> pl.DataFrame:
    """CSV (UTF-8, with a header) or Parquet, by the ending of its name."""
    ending = path.suffix.lower()
    try:
        if ending in {".parquet", ".pq"}:
            return pl.read_parquet(path)
        if ending in {".csv", ".txt", ".tsv"}:
            return pl.read_csv(
                path,
                infer_schema_length=None,
                separator="\t" if ending == ".tsv" else ",",
                null_values=["", "NA", "NaN", "nan", "null"],
                try_parse_dates=True,
            )
    except OSError as failure:
        raise TableUnreadable(f"{path} cannot be read ({failure.strerror or failure}).", field="table") from failure
    except pl.exceptions.PolarsError as failure:
        raise TableUnreadable(f"{path} is no readable table: {_first_line(failure)}.", field="table") from failure
    raise TableUnreadable(f"{path}: a table ends in .csv, .tsv or .parquet.", field="table")


def _first_line(failure: Exception) -> str:
    return str(failure).split("\n", 1)[0][:200]


def panel_of(frame: pl.DataFrame, declared: FeatureSet, *, needs_label: bool = True) -> Panel:
    """Raises ColumnMissing or CellInvalid. Without `needs_label` the label and time columns may be absent."""
    if frame.height == 0:
        raise TableUnreadable("The table has no rows.", field="table")
    month, period = np.zeros(frame.height, dtype=np.int64), 1
    if needs_label or declared.time in frame.columns:
        month, period = months_of(column_of(frame, declared.time), declared.time_unit)
    values = np.empty((frame.height, len(declared.features)), dtype=np.float64, order="F")
    for place, feature in enumerate(declared.features):
        values[:, place] = _feature_values(frame, feature, declared.time, month)
    household = np.arange(frame.height, dtype=np.int64)
    if declared.household is not None and (needs_label or declared.household in frame.columns):
        household = _numbered(column_of(frame, declared.household))
    at_risk = np.ones(frame.height, dtype=np.bool_)
    if declared.at_risk is not None and (needs_label or declared.at_risk.column in frame.columns):
        at_risk = holds(frame, declared.at_risk)
    labels = [
        _label(frame, name, needed=needs_label) for name in (declared.label, *(h.label for h in declared.horizons))
    ]
    return Panel(
        declared=declared,
        values=values,
        label=labels[0],
        horizon_labels=tuple(labels[1:]),
        month=month,
        period_months=period,
        household=household,
        at_risk=at_risk,
        reported=_reported(frame, declared),
        infinite_cells=int(np.isinf(values).sum()),
    )


def column_of(frame: pl.DataFrame, name: str) -> pl.Series:
    if name not in frame.columns:
        near = get_close_matches(name, frame.columns, n=1)
        hint = f"; is it {near[0]!r}?" if near else ""
        raise ColumnMissing(f"The table has no column {name!r}{hint}", field=name)
    return frame[name]


def holds(frame: pl.DataFrame, condition: Condition) -> NDArray[np.bool_]:
    """False where the column is missing a value."""
    series = column_of(frame, condition.column)
    if isinstance(condition.equals, str):
        return np.asarray(
            (series.cast(pl.String) == condition.equals).fill_null(value=False).to_numpy(), dtype=np.bool_
        )
    return meets(numbers_of(series), condition)


def meets(values: Floats, condition: Condition) -> NDArray[np.bool_]:
    if condition.at_least is not None:
        return np.asarray(values >= condition.at_least, dtype=np.bool_)
    if condition.below is not None:
        return np.asarray(values < condition.below, dtype=np.bool_)
    return np.asarray(values == condition.equals, dtype=np.bool_)


def _feature_values(frame: pl.DataFrame, feature: DeclaredFeature, time: str, month: NDArray[np.int64]) -> Floats:
    series = column_of(frame, feature.column)
    if feature.levels:
        text = series.cast(pl.String)
        known = {level: float(place) for place, level in enumerate(feature.levels)}
        refuse_first(
            series.name,
            (text.is_not_null() & ~text.is_in(list(known))).to_numpy(),
            f"is none of the levels of feature {feature.name!r}",
        )
        series = text.replace_strict(known, default=None, return_dtype=pl.Float64).alias(series.name)
    elif series.dtype in {pl.Date, pl.Datetime}:
        raise CellInvalid(f"Column {series.name!r} holds dates: a feature must be a number.", field=series.name)
    values = numbers_of(series)
    if feature.known_column is None:
        return values
    known_series = column_of(frame, feature.known_column)
    time_series = column_of(frame, time)
    return known_by(values, _moment(known_series, time_series), month_or_day(time_series, month))


def _moment(known: pl.Series, time: pl.Series) -> Floats:
    """When something became known, on the scale of the time column; NaN where it never did."""
    if known.dtype in {pl.Date, pl.Datetime} and time.dtype in {pl.Date, pl.Datetime}:
        return known.cast(pl.Date).cast(pl.Int32).cast(pl.Float64).fill_null(float("nan")).to_numpy()
    if known.dtype.is_numeric() and time.dtype.is_numeric():
        return numbers_of(known)
    raise CellInvalid(f"Column {known.name!r} must tell time as {time.name!r} does.", field=known.name)


def month_or_day(time: pl.Series, month: NDArray[np.int64]) -> Floats:
    if time.dtype in {pl.Date, pl.Datetime}:
        return time.cast(pl.Date).cast(pl.Int32).cast(pl.Float64).to_numpy()
    if time.dtype.is_numeric():
        return numbers_of(time)
    return month.astype(np.float64)


def _label(frame: pl.DataFrame, name: str, *, needed: bool) -> Floats:
    if not needed and name not in frame.columns:
        return np.full(frame.height, np.nan)
    values = numbers_of(column_of(frame, name))
    refuse_first(name, ~(np.isnan(values) | (values == 0) | (values == 1)), "is neither 0 nor 1")
    return values


def _numbered(series: pl.Series) -> NDArray[np.int64]:
    numbers = series.cast(pl.String).rank("dense").cast(pl.Int64)
    # A row without a household is one of its own.
    alone = pl.Series(np.arange(len(series), dtype=np.int64)) + len(series) + 1
    return np.asarray(numbers.fill_null(alone).to_numpy(), dtype=np.int64)


_MOST_VALUES = 40
"""Of a group column that is reported value by value."""


def _reported(frame: pl.DataFrame, declared: FeatureSet) -> dict[str, NDArray[np.bool_]]:
    found: dict[str, NDArray[np.bool_]] = {}
    for group in declared.groups:
        if group.condition.column in frame.columns:
            found[group.name] = holds(frame, group.condition)
    for name in declared.group_columns:
        if name not in frame.columns:
            continue
        text = frame[name].cast(pl.String).str.strip_suffix(".0")
        values = sorted(text.drop_nulls().unique().to_list())
        if len(values) > _MOST_VALUES:
            continue
        for value in values:
            found[f"{name} = {value}"] = (text == value).fill_null(value=False).to_numpy()
    return found
