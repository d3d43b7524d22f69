"""CSV text to rows of one width. Comma, semicolon and tab are told apart by the header; nothing is guessed later.

Runs in the reading process. Text without quotes whose rows all have the header's width, as programs write it, is only
looked through; everything else is read cell by cell and written anew.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import islice

from households_service.files.domain import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_ROWS,
    CsvMalformed,
    FileEmpty,
    FileTooLarge,
)
from households_service.files.headers import ROWS_LOOKED_AT, header_place, headers_in

_DELIMITERS = (",", "\t", ";")
_TOP_CHARACTERS = 256 * 1024
_TOP_ROWS = 100
_BLANK = b" \r\n\t,;"
_ALL_BUT = {
    mark: bytes(code for code in range(256) if code not in {ord(mark), ord("\n"), ord("\r")}) for mark in _DELIMITERS
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delimited:
    """`body`: the rows, each as wide as the header, which may stand in front of them.

    `numbers`: the rows' numbers as a spreadsheet shows them. None: one after the other behind `header_row`, and nobody
    has looked yet whether a row is blank or a cell too long.
    """

    header: tuple[str, ...]
    header_row: int
    delimiter: str
    quoted: bool
    body: bytes = field(repr=False)
    begins_with_header: bool = False
    numbers: tuple[int, ...] | None


def read_delimited(utf8: bytes, headers: AbstractSet[str] = frozenset()) -> Delimited:
    """Rows are numbered as a spreadsheet does: a quoted line break starts no new row; blank rows count.

    `headers`: the known ones, by which the header is found. Raises FileEmpty, FileTooLarge, CsvMalformed or
    HeaderAmbiguous.
    """
    utf8 = utf8.removeprefix(codecs.BOM_UTF8)
    if not utf8[:10_000].strip(_BLANK) and not utf8.strip(_BLANK):
        raise FileEmpty("The file holds no rows.")
    delimiter, header_row = _header_of(utf8, headers)
    return _regular(utf8, delimiter, header_row) or _any(utf8.decode(), delimiter, header_row)


def _first_line(utf8: bytes) -> bytes:
    end = min((place for place in (utf8.find(b"\n"), utf8.find(b"\r")) if place >= 0), default=len(utf8))
    return utf8[:end]


def _header_of(utf8: bytes, headers: AbstractSet[str]) -> tuple[str, int]:
    """The delimiter and the number of the header row: with the most known headers, else by the first line."""
    line = _first_line(utf8.lstrip(b"\r\n"))
    by_likelihood = sorted(_DELIMITERS, key=lambda mark: -line.count(mark.encode()))
    text = utf8[:_TOP_CHARACTERS].decode(errors="ignore")
    tops = (
        {mark: _top(text, mark) for mark in by_likelihood}
        if headers
        else {by_likelihood[0]: _top(text, by_likelihood[0])}
    )

    def most(mark: str) -> int:
        return max((headers_in(row, headers) for _, row in tops[mark]), default=0)

    delimiter = max(tops, key=most)
    top = tops[delimiter]
    if not top:
        return delimiter, 1
    return delimiter, top[header_place([row for _, row in top], [number for number, _ in top], headers)][0]


def _top(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The first rows that are not blank, with their numbers; what is malformed is told when all of it is read."""
    found = []
    try:
        for number, record in islice(_records(text, delimiter), _TOP_ROWS):
            if any(cell.strip() for cell in record):
                found.append((number, record))
                if len(found) == ROWS_LOOKED_AT:
                    break
    except CsvMalformed:
        pass
    return found


def _below(utf8: bytes, header_row: int) -> bytes | None:
    """From the header line on. None: a line ends in another way, so that rows are no lines."""
    start = 0
    for _ in range(header_row - 1):
        start = utf8.find(b"\n", start) + 1
    above = utf8[:start]
    return utf8[start:] if above.count(b"\r") == above.count(b"\r\n") else None


def _regular(utf8: bytes, delimiter: str, header_row: int) -> Delimited | None:
    """None: this text has to be read cell by cell."""
    if b'"' in utf8:
        return None
    if header_row > 1:
        below = _below(utf8, header_row)
        if below is None:
            return None
        utf8 = below
    first_line = _first_line(utf8)
    header = first_line.decode().split(delimiter)
    if not header[-1].strip() or not 2 <= len(header) <= MAX_COLUMNS:
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
        header=tuple(header),
        header_row=header_row,
        delimiter=delimiter,
        quoted=False,
        body=utf8,
        begins_with_header=True,
        numbers=None,
    )


def _any(text: str, delimiter: str, header_row: int) -> Delimited:
    body = io.StringIO(newline="")
    writer = csv.writer(body, lineterminator="\n")
    records = islice(_records(text, delimiter), header_row - 1, None)
    header = _trimmed_header(next(records)[1])
    numbers: list[int] = []
    for number, record in records:
        if number > MAX_ROWS + header_row:
            raise FileTooLarge(f"More than {MAX_ROWS} rows: send the file in parts.")
        if any(cell.strip() for cell in record):
            writer.writerow(_fitted(number, record, len(header)))
            numbers.append(number)
    if not numbers:
        raise FileEmpty("The file holds a header and no rows.")
    return Delimited(
        header=header,
        header_row=header_row,
        delimiter=",",
        quoted=True,
        body=body.getvalue().rstrip("\n").encode(),
        numbers=tuple(numbers),
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
