"""A sheet as columns of text: what every reader gives, whatever the file was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from households_service.files.domain import Cell, HouseholdWithoutMembers, Sheet, SheetRow


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """`cells`: one String column per header, called by its place ("0", "1", ...); an empty cell is "".

    `numbers`: the rows' numbers as a spreadsheet shows them. `numeric`: for columns where some cells are numbers in
    the workbook, which ones; a CSV has none. `header_row`: the header's number.
    """

    header: tuple[str, ...]
    header_row: int = 1
    numbers: pl.Series
    cells: pl.DataFrame
    numeric: Mapping[int, pl.Series]

    @property
    def height(self) -> int:
        return self.cells.height

    def column(self, place: int) -> pl.Series:
        return self.cells.to_series(place)

    def numeric_at(self, place: int) -> pl.Series | None:
        return self.numeric.get(place)

    def __repr__(self) -> str:
        """Never the values: a repr ends in logs and tracebacks."""
        return f"Grid({self.height} rows, {len(self.header)} columns)"


def sheet_of(grid: Grid) -> Sheet:
    """The rows as cells, numbers as numbers again."""
    columns: list[list[Cell]] = []
    for place in range(len(grid.header)):
        texts: list[str] = grid.column(place).to_list()
        numeric = grid.numeric_at(place)
        if numeric is None:
            columns.append(list(texts))
        else:
            columns.append(
                [_number(text) if typed else text for text, typed in zip(texts, numeric.to_list(), strict=True)]
            )
    rows = zip(grid.numbers.to_list(), zip(*columns, strict=True), strict=True)
    return Sheet(
        header=grid.header,
        header_row=grid.header_row,
        rows=tuple(SheetRow(number=number, cells=cells) for number, cells in rows),
    )


def _number(text: str) -> Cell:
    return float(text) if any(mark in text for mark in ".eEnN") else int(text)


def joined(households: Grid, members: Grid, *, by: tuple[int, int], add: tuple[int, ...]) -> Grid:
    """Each member's row with the columns `add` of its household's row behind it.

    `by`: the places of the household code in both. Raises HouseholdWithoutMembers, naming the rows.
    """
    key = households.column(by[0]).str.strip_chars()
    their = members.column(by[1]).str.strip_chars()
    lonely = households.numbers.filter(~key.is_in(their.implode()))
    if lonely.len():
        shown = ", ".join(str(number) for number in lonely.head(10).to_list())
        raise HouseholdWithoutMembers(f"No row of Members belongs to these rows of Households: {shown}.")
    places = pl.DataFrame({"key": key}).with_row_index("place").unique("key", keep="first", maintain_order=True)
    found = pl.DataFrame({"key": their}).join(places, on="key", how="left", maintain_order="left")["place"]
    width = len(members.header)
    taken = {
        str(width + offset): households.column(place).gather(found).fill_null("") for offset, place in enumerate(add)
    }
    return Grid(
        header=(*members.header, *(households.header[place] for place in add)),
        header_row=members.header_row,
        numbers=members.numbers,
        cells=members.cells.with_columns(**taken),
        numeric={
            **members.numeric,
            **{
                width + offset: households.numeric[place].gather(found).fill_null(value=False)
                for offset, place in enumerate(add)
                if place in households.numeric
            },
        },
    )
