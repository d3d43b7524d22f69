"""Every cell of a sheet against its declaration, a column at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from households_service.files.columns import HeaderMatch
from households_service.files.grid import Grid
from households_service.sheets.folding import folded
from households_service.sheets.issues import issues
from households_service.sheets.kinds import Cells, Faults, Kind, Read, Rules
from households_service.sheets.schema import SheetColumn, SheetSchema

NUMBER = "row"
_ROWS_THAT_TELL = 2_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheckedCells:
    """`values`: `row` (its number) and one column per column of the schema, null where empty, faulty or not there.

    `texts`: what stood in a column, folded, for those whose rules look at it again.
    """

    values: pl.DataFrame
    found: list[pl.DataFrame]
    grid: Grid = field(repr=False)
    match: HeaderMatch

    def text(self, name: str) -> pl.Series:
        """The folded cells of a column; empty texts where the file lacks it."""
        place = self.match.positions.get(name)
        if place is None:
            return pl.repeat("", self.grid.height, dtype=pl.String, eager=True)
        return folded(self.grid.column(place))

    def has(self, name: str) -> bool:
        return name in self.match.positions


def check_cells(grid: Grid, match: HeaderMatch, schema: SheetSchema, rules: Rules) -> CheckedCells:
    """Banned columns are not among the match's positions, so that their cells are never looked at."""
    values: dict[str, pl.Series] = {NUMBER: grid.numbers}
    found: list[pl.DataFrame] = []
    for place, column in enumerate(schema.columns):
        position = match.positions.get(column.name)
        if position is None:
            values[column.name] = pl.repeat(None, grid.height, dtype=column.kind.dtype, eager=True)
            continue
        raw = Cells(texts=grid.column(position), numeric=grid.numeric_at(position))
        read = read_cells(raw, column.kind, rules)
        values[column.name] = read.values
        found += _faults(read, column, place, grid, raw.texts)
    return CheckedCells(values=pl.DataFrame(values), found=found, grid=grid, match=match)


def read_cells(raw: Cells, kind: Kind, rules: Rules) -> Read:
    """`raw`: as they stand in the file. Where a column repeats a few values, only the distinct ones are read."""
    return _few(raw, kind, rules) if kind.few else _many(raw, kind, rules)


def _few(raw: Cells, kind: Kind, rules: Rules) -> Read:
    if raw.numeric is not None and not raw.numeric.all():
        # The same text as a number and as a text are two things.
        frame = raw.frame()
        distinct = frame.unique()
        read = kind.read(Cells(texts=folded(distinct["text"]), numeric=distinct["numeric"]), rules)
        known = distinct.with_columns(value=read.values, fault=read.faults)
        joined = frame.join(known, on=frame.columns, how="left", maintain_order="left")
        return Read(values=joined["value"], faults=joined["fault"])
    texts, places = _distinct(raw.texts)
    numeric = None if raw.numeric is None else pl.repeat(value=True, n=len(texts), dtype=pl.Boolean, eager=True)
    read = kind.read(Cells(texts=folded(texts), numeric=numeric), rules)
    faults = read.faults.gather(places) if (read.faults > 0).any() else _no_faults(len(places))
    return Read(values=read.values.gather(places), faults=faults)


def _distinct(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The values and each cell's place among them. What stands in the first rows is nearly always all there is."""
    known = texts.head(_ROWS_THAT_TELL).unique()
    places = texts.cast(pl.Enum(known), strict=False).to_physical()
    if places.null_count():
        known = texts.unique()
        places = texts.cast(pl.Enum(known)).to_physical()
    return known, places


def _many(raw: Cells, kind: Kind, rules: Rules) -> Read:
    """Cells that can be seen to be right are their own value; only the others are folded and read."""
    sure = kind.sure(raw.texts, rules)
    if sure is None:
        return kind.read(Cells(texts=folded(raw.texts), numeric=raw.numeric), rules)
    if raw.numeric is not None:
        sure = sure & ~raw.numeric
    if sure.all():
        return Read(values=raw.texts, faults=_no_faults(len(sure)))
    places = (~sure).arg_true()
    numeric = None if raw.numeric is None else raw.numeric.gather(places)
    read = kind.read(Cells(texts=folded(raw.texts.gather(places)), numeric=numeric), rules)
    return Read(
        values=raw.texts.clone().scatter(places, read.values), faults=_no_faults(len(sure)).scatter(places, read.faults)
    )


def _no_faults(count: int) -> pl.Series:
    return pl.repeat(0, count, dtype=pl.UInt8, eager=True)


def _faults(read: Read, column: SheetColumn, place: int, grid: Grid, texts: pl.Series) -> list[pl.DataFrame]:
    found: list[pl.DataFrame] = []
    faulty = read.faults > 0
    if faulty.any():
        at = faulty.arg_true()
        kinds: Faults = column.kind.faults
        numbers = read.faults.gather(at).cast(pl.UInt32) - 1
        found.append(
            issues(
                grid.numbers.gather(at),
                place=place,
                column=column.name,
                code=pl.Series([code for code, _ in kinds]).gather(numbers),
                message=pl.Series([message for _, message in kinds]).gather(numbers),
                texts=folded(texts.gather(at)),
            )
        )
    if column.empty is not None:
        empty = read.values.is_null() & ~faulty
        if empty.any():
            code, message = column.empty
            rows = grid.numbers.gather(empty.arg_true())
            found.append(issues(rows, place=place, column=column.name, code=code, message=message))
    return found
