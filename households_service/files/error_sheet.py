"""The sender's own sheet with `_errors` columns behind it: mend it and send it again.

Columns that must never be read are left out: what was dropped unread does not come back.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from households_service.files.columns import HeaderMatch
from households_service.files.domain import FileFormat
from households_service.files.grid import Grid
from households_service.files.issues import Severity
from households_service.files.spreadsheet_csv import csv_header, csv_rows
from households_service.files.xlsx import workbook

ERROR_COLUMNS = ("_errors", "_errors_columns", "_errors_text")
_ROW = "_row"
_ROWS_PER_PART = 5_000


def error_sheet(grid: Grid, match: HeaderMatch, found: pl.DataFrame, file_format: FileFormat) -> bytes:
    """Only the rows with an error, each under its old number in `_row`. Blocking for large sheets.

    `found`: frame of issues (row, column, code, message, severity, ...). A row with a warning alone was taken: sent
    again without the rest of its household it would be a fault.
    """
    errors = found.filter(pl.col("severity") == Severity.ERROR.value)["row"].unique()
    told = (
        found.filter(pl.col("row").is_in(errors.implode()))
        .group_by("row", maintain_order=True)
        .agg(pl.col("code", "column", "message").str.join("; "))
        .with_columns(pl.col("row").cast(pl.UInt32))
    )
    kept = [
        place
        for place, given in enumerate(grid.header)
        if place not in match.banned_positions and given not in (_ROW, *ERROR_COLUMNS)
    ]
    faulty = grid.numbers.is_in(told["row"].implode())
    cells = {str(place): _cells(grid, place, faulty) for place in kept}
    rows = (
        pl.DataFrame(cells)
        .with_columns(grid.numbers.filter(faulty).alias("row"))
        .join(told, on="row", how="left", maintain_order="left")
        .select(*cells, "row", "code", "column", "message")
    )
    header = (*(grid.header[place] for place in kept), _ROW, *ERROR_COLUMNS)
    if file_format is FileFormat.XLSX:
        return b"".join(workbook("errors", header, _parts(rows)))
    return b"".join((csv_header(header), *(csv_rows(part) for part in _parts(rows))))


def _cells(grid: Grid, place: int, faulty: pl.Series) -> pl.Series:
    """A column that holds nothing but numbers and empty cells stays one of numbers; else all of it is text."""
    texts = grid.column(place).filter(faulty)
    numeric = grid.numeric_at(place)
    if numeric is None or not (numeric.filter(faulty) | (texts == "")).all():
        return texts
    whole = texts.str.contains(r"^-?[0-9]*$").all()
    return texts.replace("", None).cast(pl.Int64 if whole else pl.Float64)


def _parts(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    yield from rows.iter_slices(_ROWS_PER_PART)
