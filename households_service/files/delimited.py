"""CSV text to a sheet. Comma, semicolon and tab are told apart by the header line; nothing is guessed later."""

from __future__ import annotations

import csv
import io

from households_service.files.domain import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_ROWS,
    CsvMalformed,
    FileEmpty,
    FileTooLarge,
    Sheet,
    SheetRow,
)

_DELIMITERS = (",", "\t", ";")


def read_delimited(text: str) -> Sheet:
    """Rows are numbered as a spreadsheet does: a quoted line break starts no new row; blank rows count."""
    if not text.strip("\ufeff \r\n\t,;"):
        raise FileEmpty("The file holds no rows.")
    text = text.removeprefix("\ufeff")
    first_line = text.splitlines()[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: tuple[str, ...] = ()
    rows: list[SheetRow] = []
    number = 0
    try:
        for number, record in enumerate(reader, start=1):
            if number == 1:
                header = _trimmed_header(record)
                continue
            if number > MAX_ROWS + 1:
                raise FileTooLarge(f"More than {MAX_ROWS} rows: send the file in parts.")
            if not any(cell.strip() for cell in record):
                continue
            rows.append(SheetRow(number=number, cells=_fitted(number, record, len(header))))
    except csv.Error as error:
        raise CsvMalformed(f"Row {number + 1}: {error}.") from error
    if not rows:
        raise FileEmpty("The file holds a header and no rows.")
    return Sheet(header=header, rows=tuple(rows))


def _trimmed_header(record: list[str]) -> tuple[str, ...]:
    while record and not record[-1].strip():
        record = record[:-1]
    if len(record) > MAX_COLUMNS:
        raise FileTooLarge(f"More than {MAX_COLUMNS} columns.")
    return tuple(record)


def _fitted(number: int, record: list[str], width: int) -> tuple[str, ...]:
    """A row longer than the header has slipped: its values would land in wrong columns."""
    if any(len(cell) > MAX_CELL_CHARACTERS for cell in record):
        raise CsvMalformed(f"Row {number}: a cell of more than {MAX_CELL_CHARACTERS} characters; is a quote left open?")
    if any(cell.strip() for cell in record[width:]):
        raise CsvMalformed(
            f"Row {number}: {len(record)} cells where the header has {width}; quote cells that hold a comma."
        )
    return tuple(record[:width]) + ("",) * (width - len(record))
