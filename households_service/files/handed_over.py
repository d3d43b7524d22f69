"""What the reading process wrote, back to columns. Its form is told in `reading_child`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import orjson
import polars as pl

from households_service.files.grid import Grid
from households_service.files.reading_child import UNIT_SEPARATOR

Head = Mapping[str, object]


def line_at(output: memoryview, place: int) -> tuple[Head, int]:
    """The JSON line that begins at `place`, and where what follows begins."""
    end, step = place, 4096
    while True:
        found = bytes(output[end : end + step]).find(b"\n")
        if found >= 0:
            end += found
            break
        end += step
        if end >= len(output):
            raise AssertionError("The reading process broke off without dying.")
    head = orjson.loads(output[place:end])
    if not isinstance(head, dict):
        raise TypeError("The reading process wrote something else.")
    return head, end + 1


def texts(value: object) -> tuple[str, ...]:
    return tuple(str(text) for text in _list(value))


def row_numbers(value: object, *, first: int, count: int) -> pl.Series:
    """As listed, or from `first` on."""
    if value is None:
        return pl.int_range(first, first + count, dtype=pl.UInt32, eager=True)
    return pl.Series(_list(value), dtype=pl.UInt32)


def sheets_of(output: memoryview) -> dict[str, Grid]:
    """By name, in the order of the workbook."""
    sheets: dict[str, _Parts] = {}
    current = _Parts(header=(), header_row=1)
    place = 0
    while place < len(output):
        head, place = line_at(output, place)
        if "sheet" in head:
            current = sheets[str(head["sheet"])] = _Parts(
                header=texts(head["header"]), header_row=int(str(head["headerRow"]))
            )
        elif "texts" in head:
            place = current.add_indexed(head, output, place)
        else:
            place = current.add(head, output, place)
    return {name: parts.grid() for name, parts in sheets.items()}


@dataclass(slots=True, kw_only=True)
class _Parts:
    header: tuple[str, ...]
    header_row: int
    heights: list[int] = field(default_factory=list)
    numbers: list[pl.Series] = field(default_factory=list)
    cells: list[pl.DataFrame] = field(default_factory=list)
    # Of each column and part which cells are numbers.
    numeric: dict[int, dict[int, pl.Series]] = field(default_factory=dict)

    def add(self, head: Head, output: memoryview, place: int) -> int:
        rows = int(str(head["rows"]))
        columns: dict[str, pl.Series] = {}
        for index, column in enumerate(_list(head["columns"])):
            size, marked = _list(column)
            end = place + int(str(size))
            if index < len(self.header):
                text = str(output[place:end], "utf-8")
                columns[str(index)] = pl.Series([text]).str.split(UNIT_SEPARATOR).explode()
                if marked is not False:
                    self.numeric.setdefault(index, {})[len(self.heights)] = _flags(marked, rows)
            place = end
        self.heights.append(rows)
        self.numbers.append(row_numbers(head["numbers"], first=int(str(head["first"])), count=rows))
        self.cells.append(pl.DataFrame(columns))
        return place

    def add_indexed(self, head: Head, output: memoryview, place: int) -> int:
        rows, numeric = int(str(head["rows"])), _list(head["numeric"])
        end = place + int(str(head["texts"]))
        shared = pl.Series([str(output[place:end], "utf-8")]).str.split(UNIT_SEPARATOR).explode()
        columns: dict[str, pl.Series] = {}
        for index, marked in enumerate(numeric):
            start, end = end, end + rows * 4
            if index < len(self.header):
                columns[str(index)] = shared.gather(np.frombuffer(output[start:end], dtype="<u4"))
                if marked is not False:
                    self.numeric.setdefault(index, {})[len(self.heights)] = _flags(marked, rows)
        self.heights.append(rows)
        self.numbers.append(row_numbers(head["numbers"], first=int(str(head["first"])), count=rows))
        self.cells.append(pl.DataFrame(columns))
        return end

    def grid(self) -> Grid:
        if not self.cells:
            nothing = {str(place): pl.Series([], dtype=pl.String) for place in range(len(self.header))}
            empty = pl.Series([], dtype=pl.UInt32)
            return Grid(
                header=self.header, header_row=self.header_row, numbers=empty, cells=pl.DataFrame(nothing), numeric={}
            )
        return Grid(
            header=self.header,
            header_row=self.header_row,
            numbers=pl.concat(self.numbers),
            cells=pl.concat(self.cells),
            numeric={
                index: pl.concat(
                    [by_part.get(part, _flags(marked=[], rows=rows)) for part, rows in enumerate(self.heights)]
                )
                for index, by_part in self.numeric.items()
            },
        )


def _flags(marked: object, rows: int) -> pl.Series:
    if marked is True:
        return pl.repeat(value=True, n=rows, dtype=pl.Boolean, eager=True)
    none = pl.repeat(value=False, n=rows, dtype=pl.Boolean, eager=True)
    return none.scatter(pl.Series(_list(marked), dtype=pl.UInt32), values=True)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("The reading process wrote something else.")
    return value
