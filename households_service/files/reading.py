"""Stored bytes to columns of text, read by a process that may die alone.

Fences: what a ZIP says and holds before it is opened; limits on memory, CPU and files in the child; a wall clock over
it. The content travels by pipe, so that no readable copy of it lands on a disk.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import orjson
import polars as pl

from chassis.errors import Refusal
from households_service.files.archive import check_archive
from households_service.files.delimited import Delimited, cell_too_long
from households_service.files.domain import (
    MAX_CELL_CHARACTERS,
    TEMPLATE_SHEETS,
    CsvMalformed,
    FileEmpty,
    FileEncoding,
    FileEncodingUnknown,
    FileFormat,
    FileNotAWorkbook,
    FileTooCostly,
    FileTooLarge,
    Sheet,
    WorkbookHostile,
    WorkbookProtected,
)
from households_service.files.grid import Grid, joined, sheet_of
from households_service.files.handed_over import line_at, row_numbers, sheets_of, texts
from households_service.files.headers import HeaderAmbiguous, fold

_REFUSALS: Mapping[str, type[Refusal]] = {
    refusal.code: refusal
    for refusal in (
        CsvMalformed,
        FileEmpty,
        FileEncodingUnknown,
        FileNotAWorkbook,
        FileTooLarge,
        HeaderAmbiguous,
        WorkbookProtected,
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    memory_bytes: int = 1_500 * 1024 * 1024
    cpu_seconds: int = 60
    wall_seconds: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateKey:
    """By which column the two sheets of a filled template belong together: its spellings."""

    spellings: frozenset[str]


def read_grid(
    content: bytes,
    file_format: FileFormat,
    *,
    encoding: FileEncoding | None = None,
    headers: AbstractSet[str] = frozenset(),
    key: TemplateKey | None = None,
    limits: ReadingLimits | None = None,
) -> Grid:
    """Blocking, for minutes on a large workbook: call it in a thread. Raises the refusals of `files.domain`.

    `headers`: the known ones, folded, by which the header row is found; without them it is the first that is not
    empty. `key`: joins the sheets of a filled template; without it the first visible sheet that is not empty is read.
    """
    if file_format is FileFormat.XLSX:
        check_archive(content)
    output = memoryview(_run(content, file_format, encoding, headers, limits or ReadingLimits()))
    head, start = line_at(output, 0)
    if "refusal" in head:
        refusal = _REFUSALS[str(head["refusal"])]
        raise refusal(str(head["message"]), field=None if head["field"] is None else str(head["field"]))
    if file_format is FileFormat.CSV:
        return csv_grid(_handed_over(head, output[start:]))
    sheets = sheets_of(output)
    if key is not None and all(name in sheets for name in TEMPLATE_SHEETS):
        return _joined_template(sheets, key)
    grid = next(iter(sheets.values()))
    if not grid.height:
        raise FileEmpty("The workbook holds a header and no rows.")
    return grid


def read_sheet(
    content: bytes,
    file_format: FileFormat,
    encoding: FileEncoding | None = None,
    *,
    headers: AbstractSet[str] = frozenset(),
) -> Sheet:
    """The same, as rows of cells."""
    return sheet_of(read_grid(content, file_format, encoding=encoding, headers=headers))


def _run(
    content: bytes,
    file_format: FileFormat,
    encoding: FileEncoding | None,
    headers: AbstractSet[str],
    limits: ReadingLimits,
) -> bytes:
    command = [
        sys.executable,
        "-m",
        "households_service.files.reading_child",
        file_format.value,
        str(limits.memory_bytes),
        str(limits.cpu_seconds),
        "" if encoding is None else encoding.value,
    ]
    costly: type[Refusal] = WorkbookHostile if file_format is FileFormat.XLSX else FileTooCostly
    try:
        done = subprocess.run(  # noqa: S603 - our own module, arguments are numbers and names of ours
            command,
            input=b"\n".join((orjson.dumps(sorted(headers)), content)),
            capture_output=True,
            timeout=limits.wall_seconds,
            check=False,
            env=child_environment(),
        )
    except subprocess.TimeoutExpired as error:
        raise costly("Reading the file took too long: send the rows as CSV, in parts.") from error
    if done.returncode != 0 or not done.stdout:
        raise costly("Reading the file needed more memory or time than a sheet may: send the rows as CSV, in parts.")
    return done.stdout


def child_environment() -> dict[str, str]:
    """Only what an interpreter needs: no database address, no key path."""
    return {"PYTHONPATH": ":".join(path for path in sys.path if path), "PYTHONUTF8": "1", "PATH": "/usr/bin:/bin"}


def _handed_over(head: Mapping[str, object], body: memoryview) -> Delimited:
    numbers = head["numbers"]
    return Delimited(
        header=texts(head["header"]),
        header_row=int(str(head["headerRow"])),
        delimiter=str(head["delimiter"]),
        quoted=bool(head["quoted"]),
        body=bytes(body),
        begins_with_header=bool(head["beginsWithHeader"]),
        numbers=tuple(numbers) if isinstance(numbers, list) else None,
    )


def csv_grid(read: Delimited) -> Grid:
    names = [str(place) for place in range(len(read.header))]
    cells = pl.read_csv(
        read.body,
        has_header=False,
        skip_rows=int(read.begins_with_header),
        new_columns=names,
        separator=read.delimiter,
        quote_char='"' if read.quoted else None,
        schema=dict.fromkeys(names, pl.String),
        empty_string_is_null=False,
    )
    if read.numbers is not None:
        numbers = pl.Series(list(read.numbers), dtype=pl.UInt32)
        return Grid(header=read.header, header_row=read.header_row, numbers=numbers, cells=cells, numeric={})
    return _looked_through(read, cells)


def _looked_through(read: Delimited, cells: pl.DataFrame) -> Grid:
    """Blank rows are left out and keep their number. Raises CsvMalformed for a cell that is too long."""
    numbers = row_numbers(None, first=read.header_row + 1, count=cells.height)
    # No character has more than four bytes, and bytes are counted already.
    if max(cells.select(pl.all().str.len_bytes().max()).row(0)) > MAX_CELL_CHARACTERS:
        long = cells.select(pl.any_horizontal(pl.all().str.len_chars() > MAX_CELL_CHARACTERS)).to_series()
        if long.any():
            raise cell_too_long(int(numbers.filter(long)[0]))
    if (cells.to_series(0).str.strip_chars() == "").any():
        given = cells.select(pl.any_horizontal(pl.all().str.strip_chars() != "")).to_series()
        cells, numbers = cells.filter(given), numbers.filter(given)
    if not cells.height:
        raise FileEmpty("The file holds a header and no rows.")
    return Grid(header=read.header, header_row=read.header_row, numbers=numbers, cells=cells, numeric={})


def _joined_template(sheets: Mapping[str, Grid], key: TemplateKey) -> Grid:
    households, members = (sheets[name] for name in TEMPLATE_SHEETS)
    if not members.height:
        raise FileEmpty("The sheet Members holds no rows.")
    places = [
        next((place for place, given in enumerate(grid.header) if fold(given) in key.spellings), None)
        for grid in (households, members)
    ]
    if places[0] is None or places[1] is None:
        raise FileNotAWorkbook("The sheets Households and Members must both hold the household code.")
    known = {fold(given) for given in members.header}
    add = tuple(place for place, given in enumerate(households.header) if given.strip() and fold(given) not in known)
    return joined(households, members, by=(places[0], places[1]), add=add)
