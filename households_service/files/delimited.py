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
_BLANK = "\ufeff \r\n\t,;"
_MARK = codecs.BOM_UTF8
_ALL_BUT = {
    mark: bytes(code for code in range(256) if code not in {ord(mark), ord("\n"), ord("\r")}) for mark in _DELIMITERS
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delimited:
    """`body`: the rows behind the header, each as wide as the header.

    `numbers`: the rows' numbers as a spreadsheet shows them, the header being 1. None: 2, 3, 4 and so on, and nobody
    has looked yet whether a row is blank or a cell too long.
    """

    header: tuple[str, ...]
    delimiter: str
    quoted: bool
    body: bytes = field(repr=False)
    numbers: tuple[int, ...] | None


def read_delimited(text: str, utf8: bytes | None = None) -> Delimited:
    """Rows are numbered as a spreadsheet does: a quoted line break starts no new row; blank rows count.

    `utf8`: the same text, if the caller has it as bytes. Raises FileEmpty, FileTooLarge or CsvMalformed.
    """
    if not text[:10_000].strip(_BLANK) and not text.strip(_BLANK):
        raise FileEmpty("The file holds no rows.")
    text = text.removeprefix("\ufeff")
    end = min((place for place in (text.find("\n"), text.find("\r")) if place >= 0), default=len(text))
    first_line = text[:end]
    delimiter = max(_DELIMITERS, key=first_line.count)
    return _regular(text.encode() if utf8 is None else utf8.removeprefix(_MARK), delimiter) or _any(text, delimiter)


def _regular(raw: bytes, delimiter: str) -> Delimited | None:
    """None: this text has to be read cell by cell. Works on bytes, which are half as many and searched faster."""
    if b'"' in raw:
        return None
    first_line, _, body = raw.partition(b"\n")
    end = b"\r\n" if first_line.endswith(b"\r") else b"\n"
    body = body.rstrip(b"\r\n")
    header = first_line.removesuffix(b"\r").decode().split(delimiter)
    count = body.count(b"\n") + 1
    if not body or not header[-1].strip() or not 2 <= len(header) <= MAX_COLUMNS or count > MAX_ROWS:
        return None
    # What is left without everything but delimiters and line ends is one pattern, as often as there are rows.
    pattern = delimiter.encode() * (len(header) - 1) + end
    if body.translate(None, _ALL_BUT[delimiter]) + end != pattern * count:
        return None
    return Delimited(header=tuple(header), delimiter=delimiter, quoted=False, body=body, numbers=None)


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
