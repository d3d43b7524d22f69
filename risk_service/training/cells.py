"""Cells of a table's column as numbers. A fault names the column and the row, never the value."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chassis.errors import InvalidInput
from risk_service.scoring.features import Floats


class CellInvalid(InvalidInput):
    code = "RISK_CELL_INVALID"


def numbers_of(series: pl.Series) -> Floats:
    """NaN for null. Yes/no becomes 1/0; text must hold numbers."""
    if series.dtype == pl.Boolean:
        series = series.cast(pl.Float64)
    elif series.dtype in {pl.String, pl.Categorical, pl.Enum}:
        text = series.cast(pl.String).str.strip_chars()
        parsed = text.str.to_lowercase().replace({"true": "1", "yes": "1", "false": "0", "no": "0", "": None})
        cast = parsed.cast(pl.Float64, strict=False)
        refuse_first(series.name, (parsed.is_not_null() & cast.is_null()).to_numpy(), "is no number")
        series = cast
    elif not series.dtype.is_numeric() and series.dtype != pl.Null:
        raise CellInvalid(f"Column {series.name!r} holds {series.dtype}, not numbers.", field=series.name)
    return series.cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(np.float64, copy=True)


def refuse_first(name: str, bad: NDArray[np.bool_], what: str) -> None:
    """Rows are counted as a spreadsheet shows them: the header is row 1. No value is told: it may be personal."""
    if bad.any():
        raise CellInvalid(f"Column {name!r}, row {int(np.argmax(bad)) + 2}: the cell {what}.", field=name)
