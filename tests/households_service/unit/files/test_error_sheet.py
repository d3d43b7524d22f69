"""Faulty rows back to the sender: nothing banned, nothing that runs when it is opened."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from households_service.files.columns import Column, ColumnSet, match_headers
from households_service.files.domain import Cell, FileFormat, Sheet, SheetRow
from households_service.files.error_sheet import defused, error_sheet
from households_service.files.issues import RowIssue, Severity
from households_service.imports.cells import text_of

KNOWN = ColumnSet(columns=(Column(name="name", spellings=("姓名",)), Column(name="phone", spellings=("电话",))))
SHEET = Sheet(
    header=("姓名", "民族", "电话"),
    rows=(
        SheetRow(number=2, cells=("好", "某族", 13900000000)),
        SheetRow(number=5, cells=('=HYPERLINK("http://x.example")', "某族", "+86")),
    ),
)
ISSUES = [
    RowIssue(row=5, column="姓名", code="A", message="first"),
    RowIssue(row=5, column="电话", code="B", message="second"),
    RowIssue(row=2, column="电话", code="C", message="taken all the same", severity=Severity.WARNING),
]


def test_only_faulty_rows_come_back_without_the_banned_column() -> None:
    content = error_sheet(SHEET, match_headers(SHEET.header, KNOWN), ISSUES, FileFormat.CSV)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows == [
        ["姓名", "电话", "_row", "_errors", "_errors_columns", "_errors_text"],
        ['\'=HYPERLINK("http://x.example")', "'+86", "5", "A; B", "姓名; 电话", "first; second"],
    ]


def test_a_workbook_holds_texts_and_no_formula() -> None:
    content = error_sheet(SHEET, match_headers(SHEET.header, KNOWN), ISSUES, FileFormat.XLSX)
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    cells = next(iter(sheet.iter_rows(min_row=2)))
    assert [(cell.data_type, cell.value) for cell in cells][:3] == [
        ("s", '=HYPERLINK("http://x.example")'),
        ("s", "+86"),
        ("n", 5),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1"])
def test_what_a_spreadsheet_would_run_is_defused_and_reads_back(text: str) -> None:
    assert defused(text) == f"'{text}"
    if text.strip() == text:
        assert text_of(defused(text)) == text_of(text)


@pytest.mark.parametrize("cell", ["", None, -5, 1.5, "H-1", "a=b"])
def test_everything_else_stays(cell: Cell) -> None:
    assert defused(cell) == cell
