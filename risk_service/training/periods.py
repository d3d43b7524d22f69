"""Times of any kind as months: dates, quarters, months and years, in numbers or in text."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from risk_service.scoring.declaration import TimeUnit
from risk_service.training.cells import CellInvalid, numbers_of, refuse_first

_QUARTER = re.compile(r"^(\d{4})[-/ ]?[Qq]([1-4])$")
_MONTH = re.compile(r"^(\d{4})[-/](\d{1,2})(?:[-/]\d{1,2}.*)?$")


def months_of(series: pl.Series, unit: TimeUnit) -> tuple[NDArray[np.int64], int]:
    """(months since year 0, length of a period in months). Raises CellInvalid naming the first bad row."""
    if series.dtype in {pl.Date, pl.Datetime}:
        refuse_first(series.name, series.is_null().to_numpy(), "has no time")
        dated = np.asarray((series.dt.year().cast(pl.Int64) * 12 + series.dt.month().cast(pl.Int64) - 1).to_numpy())
        return dated.astype(np.int64), 1
    if series.dtype in {pl.String, pl.Categorical, pl.Enum}:
        texts = [None if one is None else str(one).strip() for one in series.cast(pl.String).to_list()]
        if any(one is not None and not re.fullmatch(r"-?\d+(\.0+)?", one) for one in texts):
            return _months_of_text(series.name, texts)
    numbers = numbers_of(series)
    refuse_first(series.name, ~np.isfinite(numbers), "has no time")
    refuse_first(series.name, numbers != np.floor(numbers), "is no whole period")
    whole = numbers.astype(np.int64)
    read = {TimeUnit.MONTH: _plain(1), TimeUnit.QUARTER: _plain(3), TimeUnit.YEAR: _plain(12)}.get(unit)
    if read is None:
        read = _guessed(series.name, int(whole.min()), int(whole.max()))
    return read(whole)


_Reader = Callable[[NDArray[np.int64]], tuple[NDArray[np.int64], int]]


def _plain(months: int) -> _Reader:
    return lambda whole: (whole * months, months)


def _guessed(name: str, low: int, high: int) -> _Reader:
    """Years, quarters (4 × year + quarter - 1), months (12 × year + month - 1), or 201605 and 20160531."""
    for bottom, top, reader in (
        (1900, 2200, _plain(12)),
        (4 * 1900, 4 * 2200, _plain(3)),
        (12 * 1900, 12 * 2200, _plain(1)),
        (190001, 220012, lambda whole: (whole // 100 * 12 + np.clip(whole % 100, 1, 12) - 1, 1)),
        (19000101, 22001231, lambda whole: (whole // 10000 * 12 + np.clip(whole // 100 % 100, 1, 12) - 1, 1)),
    ):
        if bottom <= low and high <= top:
            return reader
    # Numbered waves: the best that can be said is that they follow each other, a year apart.
    if low >= 0 and high < 200:
        return _plain(12)
    raise CellInvalid(f"Column {name!r}: say with time_unit what its numbers ({low} to {high}) count.", field=name)


def _months_of_text(name: str, texts: list[str | None]) -> tuple[NDArray[np.int64], int]:
    months, period = np.empty(len(texts), dtype=np.int64), 1
    for row, text in enumerate(texts):
        quarter = _QUARTER.match(text or "")
        month = _MONTH.match(text or "")
        if quarter:
            months[row], period = int(quarter[1]) * 12 + (int(quarter[2]) - 1) * 3, 3
        elif month and 1 <= int(month[2]) <= 12:
            months[row] = int(month[1]) * 12 + int(month[2]) - 1
        else:
            raise CellInvalid(f"Column {name!r}, row {row + 2}: no time like 2016-05-31, 2016Q2 or 2016.", field=name)
    return months, period


def civil_month(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"
