"""The sender's own sheet with `_errors` columns behind it: mend it and send it again.

Columns that must never be read are left out: what was dropped unread does not come back. Text that a spreadsheet
would run as a formula gets an apostrophe in front (CWE-1236), which reading takes off again.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from households_service.files.columns import HeaderMatch
from households_service.files.domain import Cell, FileFormat, Sheet
from households_service.files.issues import RowIssue, Severity

ERROR_COLUMNS = ("_errors", "_errors_columns", "_errors_text")


def error_sheet(sheet: Sheet, match: HeaderMatch, issues: Iterable[RowIssue], file_format: FileFormat) -> bytes:
    """Only the rows with an error, each under its old number in `_row`. Blocking for large sheets.

    A row with a warning alone was taken: sent again without the rest of its household it would be a fault.
    """
    by_row: defaultdict[int, list[RowIssue]] = defaultdict(list)
    for issue in issues:
        by_row[issue.row].append(issue)
    kept = [index for index in range(len(sheet.header)) if index not in match.banned_positions]
    header = [*(sheet.header[index] for index in kept), "_row", *ERROR_COLUMNS]
    rows = [
        [*(row.cells[index] for index in kept), row.number, *_told(by_row[row.number])]
        for row in sheet.rows
        if any(issue.severity is Severity.ERROR for issue in by_row[row.number])
    ]
    if file_format is FileFormat.XLSX:
        return _workbook(header, rows)
    return _delimited(header, rows)


def defused(cell: Cell) -> Cell:
    """Typed numbers cannot run; text can, also when it becomes a formula only after folding full-width characters."""
    if not isinstance(cell, str) or not cell:
        return cell
    first = unicodedata.normalize("NFKC", cell)[:1]
    return f"'{cell}" if first in {"=", "+", "-", "@", "\t", "\r", "\x00"} else cell


def _told(issues: Sequence[RowIssue]) -> tuple[str, str, str]:
    return (
        "; ".join(issue.code for issue in issues),
        "; ".join(issue.column for issue in issues),
        "; ".join(issue.message for issue in issues),
    )


def _delimited(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([defused(cell) for cell in header])
    writer.writerows([defused(cell) for cell in row] for row in rows)
    # The mark makes spreadsheets read it as UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _workbook(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("errors")
    for row in (header, *rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=None)
            if isinstance(value, str):
                cell.value = _printable(value)
                cell.data_type = "s"
                cell.number_format = "@"
            else:
                cell.value = value
            cells.append(cell)
        sheet.append(cells)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _printable(text: str) -> str:
    """A workbook cannot hold control characters; a typed text cell runs no formula, whatever it begins with."""
    return "".join(character if character >= " " or character in "\t\n\r" else "\ufffd" for character in text)
