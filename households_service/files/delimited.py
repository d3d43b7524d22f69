"""CSV text to rows of one width. Comma, semicolon and tab are told apart by the header line; nothing is guessed later.

Runs in the reading process. Text without quotes whose rows all have the header's width, as programs write it, is only
looked through; everything else is read cell by cell and written anew.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from households_service.files.domain import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_ROWS,
    CsvMalformed,
    FileEmpty,
    FileTooLarge,
)

_DELIMITERS = (",", "\t", ";")
_BLANK = b" \r\n\t,;"
_ALL_BUT = {
    mark: bytes(code for code in range(256) if code not in {ord(mark), ord("\n"), ord("\r")}) for mark in _DELIMITERS
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delimited:
    """`body`: the rows, each as wide as the header, which may stand in front of them.

    `numbers`: the rows' numbers as a spreadsheet shows them, the header being 1. None: 2, 3, 4 and so on, and nobody
    has looked yet whether a row is blank or a cell too long.
    """

    header: tuple[str, ...]
    delimiter: str
    quoted: bool
    body: bytes = field(repr=False)
    begins_with_header: bool = False
    numbers: tuple[int, ...] | None


def read_delimited(utf8: bytes) -> Delimited:
    """Rows are numbered as a spreadsheet does: a quoted line break starts no new row; blank rows count.

    Raises FileEmpty, FileTooLarge or CsvMalformed.
    """
    utf8 = utf8.removeprefix(codecs.BOM_UTF8)
    if not utf8[:10_000].strip(_BLANK) and not utf8.strip(_BLANK):
        raise FileEmpty("The file holds no rows.")
    end = min((place for place in (utf8.find(b"\n"), utf8.find(b"\r")) if place >= 0), default=len(utf8))
    first_line = utf8[:end]
    delimiter = max(_DELIMITERS, key=lambda mark: first_line.count(mark.encode()))
    return _regular(utf8, first_line, delimiter) or _any(utf8.decode(), delimiter)


def _regular(utf8: bytes, first_line: bytes, delimiter: str) -> Delimited | None:
    """None: this text has to be read cell by cell."""
    header = first_line.decode().split(delimiter)
    if b'"' in utf8 or not header[-1].strip() or not 2 <= len(header) <= MAX_COLUMNS:
        return None
    end = b"\r\n" if utf8.startswith(b"\r\n", len(first_line)) else b"\n"
    lines = utf8.count(b"\n") + (not utf8.endswith(b"\n"))
    if not 2 <= lines <= MAX_ROWS + 1:
        return None
    # What is left without everything but delimiters and line ends is one pattern, as often as there are lines.
    marks = utf8.translate(None, _ALL_BUT[delimiter])
    if (marks if utf8.endswith(b"\n") else marks + end) != (delimiter.encode() * (len(header) - 1) + end) * lines:
        return None
    return Delimited(
        header=tuple(header), delimiter=delimiter, quoted=False, body=utf8, begins_with_header=True, numbers=None
    )


def _any(text: str, delimiter: str) -> Delimited:
    body = io.StringIO(newline="")
    writer = csv.writer(body, lineterminator="\n")
    records = _records(text, delimiter)
    header = _trimmed_header(next(records)[1])
    numbers: list[int] = []
    for number, record in records:
        if number > MAX_ROWS + 1:
            raise FileTooLarge(f"More than {MAX_ROWS} rows: send the file in parts.")
        if any(cell.strip() for cell in record):
            writer.writerow(_fitted(number, record, len(header)))
            numbers.append(number)
    if not numbers:
        raise FileEmpty("The file holds a header and no rows.")
    return Delimited(
        header=header, delimiter=",", quoted=True, body=body.getvalue().rstrip("\n").encode(), numbers=tuple(numbers)
    )


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for number, record in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1
        ):
            yield number, record
    except csv.Error as error:
        raise CsvMalformed(f"Row {number + 1}: {error}.") from error


def _trimmed_header(record: list[str]) -> tuple[str, ...]:
    while record and not record[-1].strip():
        record = record[:-1]
    if len(record) > MAX_COLUMNS:
        raise FileTooLarge(f"More than {MAX_COLUMNS} columns.")
    return tuple(record)


def cell_too_long(number: int) -> CsvMalformed:
    return CsvMalformed(f"Row {number}: a cell of more than {MAX_CELL_CHARACTERS} characters; is a quote left open?")


def _fitted(number: int, record: list[str], width: int) -> list[str]:
    """A row longer than the header has slipped: its values would land in wrong columns."""
    if any(len(cell) > MAX_CELL_CHARACTERS for cell in record):
        raise cell_too_long(number)
    if any(cell.strip() for cell in record[width:]):
        raise CsvMalformed(
            f"Row {number}: {len(record)} cells where the header has {width}; quote cells that hold a comma."
        )
    return record[:width] + [""] * (width - len(record))
