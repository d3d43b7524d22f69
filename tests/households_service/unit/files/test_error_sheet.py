"""Faulty rows back to the sender: nothing banned, nothing that runs when it is opened."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest
from openpyxl import load_workbook

from households_service.files.columns import Column, ColumnSet, match_headers
from households_service.files.domain import FileFormat
from households_service.files.error_sheet import error_sheet
from households_service.files.grid import Grid
from households_service.files.issues import RowIssue, Severity
from households_service.files.reading import read_sheet
from households_service.files.spreadsheet_csv import csv_rows
from households_service.files.xlsx import workbook
from households_service.imports.cells import text_of
from households_service.sheets.issues import issue_frame

KNOWN = ColumnSet(columns=(Column(name="name", spellings=("姓名",)), Column(name="phone", spellings=("电话",))))
GRID = Grid(
    header=("姓名", "民族", "电话"),
    numbers=pl.Series([2, 5], dtype=pl.UInt32),
    cells=pl.DataFrame(
        {"0": ["好", '=HYPERLINK("http://x.example")'], "1": ["某族", "某族"], "2": ["13900000000", "+86"]}
    ),
    numeric={2: pl.Series([True, False])},
)
ISSUES = [
    RowIssue(row=5, column="姓名", code="A", message="first"),
    RowIssue(row=5, column="电话", code="B", message="second"),
    RowIssue(row=2, column="电话", code="C", message="taken all the same", severity=Severity.WARNING),
]


def test_only_faulty_rows_come_back_without_the_banned_column() -> None:
    content = error_sheet(GRID, match_headers(GRID.header, KNOWN), issue_frame(ISSUES), FileFormat.CSV)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows == [
        ["姓名", "电话", "_row", "_errors", "_errors_columns", "_errors_text"],
        ['\'=HYPERLINK("http://x.example")', "'+86", "5", "A; B", "姓名; 电话", "first; second"],
    ]


def test_a_workbook_holds_texts_and_no_formula() -> None:
    content = error_sheet(GRID, match_headers(GRID.header, KNOWN), issue_frame(ISSUES), FileFormat.XLSX)
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    cells = next(iter(sheet.iter_rows(min_row=2)))
    assert [(cell.data_type, cell.value) for cell in cells][:3] == [
        ("s", '=HYPERLINK("http://x.example")'),
        ("s", "+86"),
        ("n", 5),
    ]


def as_csv(cell: str) -> str:
    return csv_rows(pl.DataFrame({"a": [cell], "b": ["x"]})).decode().removesuffix(",x\r\n")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "＋1", "－1", "＠x", "﹢1", "\x00=1"]
)
def test_what_a_spreadsheet_would_run_is_defused_and_reads_back(text: str) -> None:
    assert as_csv(text) == f"'{text}"
    if text.strip() == text and "\x00" not in text:
        assert text_of(as_csv(text)) == text_of(text)


@pytest.mark.parametrize("cell", ["H-1", "a=b", "1+1", "13900000000"])
def test_everything_else_stays(cell: str) -> None:
    assert as_csv(cell) == cell


def test_typed_numbers_cannot_run_and_stay() -> None:
    assert csv_rows(pl.DataFrame({"a": [-5], "b": [1.5]})) == b"-5,1.5\r\n"


def test_a_column_of_numbers_stays_one() -> None:
    grid = Grid(
        header=("姓名", "电话"),
        numbers=pl.Series([2, 3], dtype=pl.UInt32),
        cells=pl.DataFrame({"0": ["甲", "乙"], "1": ["42", ""]}),
        numeric={1: pl.Series([True, False])},
    )
    found = issue_frame([RowIssue(row=row, column="姓名", code="A", message="m") for row in (2, 3)])
    content = error_sheet(grid, match_headers(grid.header, KNOWN), found, FileFormat.XLSX)
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert [[cell.value for cell in row][:3] for row in sheet.iter_rows(min_row=2)] == [["甲", 42, 2], ["乙", None, 3]]


def test_what_xml_cannot_hold_does_not_break_the_workbook() -> None:
    texts = ["<a>&\"'", "a\x00b\x1fc", " blanks ", "line\nbreak", "x" * 3000]
    content = b"".join(workbook("t", ["h"], [pl.DataFrame({"0": texts})]))
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [
        "<a>&\"'", "a\ufffdb\ufffdc", " blanks ", "line\nbreak", "x" * 3000,
    ]  # fmt: skip
    assert [row.cells for row in read_sheet(content, FileFormat.XLSX).rows][:1] == [("<a>&\"'",)]
