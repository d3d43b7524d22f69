"""The header is found below titles, dates and empty rows, the same in a CSV and in both readers of workbooks."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import xlsxwriter

from households_service.files.columns import Column, ColumnSet, HeaderChoice, HeaderMissing, headers_of, match_headers
from households_service.files.domain import CsvMalformed, FileEmpty, FileFormat, Sheet
from households_service.files.grid import sheet_of
from households_service.files.handed_over import sheets_of
from households_service.files.headers import HeaderAmbiguous, header_place
from households_service.files.plain_workbook import plain_sheet
from households_service.files.reading import read_sheet

KNOWN = ColumnSet(
    columns=(
        Column(name="household_code", spellings=("户编号",), required=True),
        Column(name="name", spellings=("姓名",)),
        Column(name="village", spellings=("行政村",)),
        Column(name="phone", spellings=("联系电话",)),
    )
)
HEADERS = headers_of(KNOWN)
HEADER = ["户编号", "姓名", "行政村", "联系电话"]
FIRST, SECOND = ["H-1", "安一", "东村", "1380000"], ["H-2", "白二", "西村", "1390000"]
TITLED = [["某县监测户花名册（2020年）"], ["行政村：", "东村", "", "2020-09-18"], [], HEADER, FIRST, [], SECOND]

Rows = list[list[str]]


def csv_of(rows: Rows, delimiter: str = ",", end: str = "\n") -> bytes:
    return "".join(delimiter.join(row) + end for row in rows).encode()


def book(rows: Rows) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("registry")
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, place, cell)
    return content.getvalue()


def by_bytes(rows: Rows) -> Sheet:
    found = plain_sheet(book(rows), str, headers=HEADERS, from_bytes=0)
    assert found is not None
    return sheet_of(next(iter(sheets_of(memoryview(b"".join(found.parts()))).values())))


def by_workbook(rows: Rows) -> Sheet:
    return read_sheet(book(rows), FileFormat.XLSX, headers=HEADERS)


def by_csv(rows: Rows) -> Sheet:
    return read_sheet(csv_of(rows), FileFormat.CSV, headers=HEADERS)


Reader = Callable[[Rows], Sheet]
READERS = pytest.mark.parametrize("reader", [by_csv, by_workbook, by_bytes])


@READERS
def test_what_stands_above_the_header_is_left_out_and_rows_keep_their_numbers(reader: Reader) -> None:
    sheet = reader(TITLED)
    assert (sheet.header, sheet.header_row) == (tuple(HEADER), 4)
    assert [(row.number, list(row.cells)) for row in sheet.rows] == [(5, FIRST), (7, SECOND)]


@READERS
def test_a_sheet_that_begins_with_its_header_is_read_from_there(reader: Reader) -> None:
    sheet = reader([HEADER, FIRST])
    assert (sheet.header, sheet.header_row, [row.number for row in sheet.rows]) == (tuple(HEADER), 1, [2])


@READERS
def test_two_rows_of_known_headers_are_refused_with_their_numbers(reader: Reader) -> None:
    with pytest.raises(HeaderAmbiguous, match="Rows 2 and 3 both hold known headers") as caught:
        reader([["某县花名册"], HEADER, ["household_code", "name", "village", "phone"], FIRST])
    assert (caught.value.code, caught.value.field) == ("HEADER_AMBIGUOUS", "header")


@READERS
@pytest.mark.parametrize(("above", "found"), [(9, True), (10, False)])
def test_the_header_is_looked_for_among_ten_rows_that_are_not_empty(reader: Reader, above: int, *, found: bool) -> None:
    sheet = reader([*([["说明", "", "", "注"]] * above), [], HEADER, FIRST])
    assert sheet.header_row == (above + 2 if found else 1)
    if not found:
        with pytest.raises(HeaderMissing, match="None of the first 10 rows"):
            match_headers(sheet.header, KNOWN)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("padded", [False, True])
def test_the_delimiter_is_the_headers_whatever_the_title_holds(delimiter: str, end: str, *, padded: bool) -> None:
    title = ["某县, 某乡, 某村, 2020年"] + [""] * (3 if padded else 0)
    sheet = read_sheet(csv_of([title, HEADER, FIRST, SECOND], delimiter, end), FileFormat.CSV, headers=HEADERS)
    assert (sheet.header, sheet.header_row) == (tuple(HEADER), 2)
    assert [(row.number, list(row.cells)) for row in sheet.rows] == [(3, FIRST), (4, SECOND)]


def test_a_title_of_two_lines_in_quotes_is_one_row() -> None:
    sheet = read_sheet('"某县\n花名册"\n'.encode() + csv_of([HEADER, FIRST]), FileFormat.CSV, headers=HEADERS)
    assert (sheet.header_row, [row.number for row in sheet.rows]) == (2, [3])


def test_faults_below_a_title_are_told_under_the_files_own_row_numbers() -> None:
    with pytest.raises(CsvMalformed, match="Row 4: 5 cells where the header has 4"):
        read_sheet(csv_of([["某县花名册"], HEADER, FIRST, [*SECOND, "x"]]), FileFormat.CSV, headers=HEADERS)
    with pytest.raises(FileEmpty, match="header and no rows"):
        read_sheet(csv_of([["某县花名册"], HEADER]), FileFormat.CSV, headers=HEADERS)


def test_headers_that_the_sender_maps_make_a_row_the_header() -> None:
    choice = HeaderChoice(mapped=(("编码", "household_code"), ("称呼", "name")))
    rows = [["某县花名册"], ["编码", "称呼"], ["H-1", "安一"]]
    assert read_sheet(csv_of(rows), FileFormat.CSV, headers=headers_of(KNOWN, choice)).header_row == 2
    assert read_sheet(csv_of([*rows[1:]]), FileFormat.CSV, headers=HEADERS).header_row == 1


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        pytest.param([["行政村", "东村"], HEADER], 1, id="a label above the header"),
        pytest.param([["行政村", "东村", "联系电话", "1380000"], HEADER], 1, id="half as many are no rival"),
        pytest.param([["户编号", "x"], ["姓名", "y"]], 0, id="one each: the first"),
        pytest.param([["title"], ["x", "y"]], 0, id="none: the first"),
    ],
)
def test_the_row_with_the_most_known_headers_is_the_header(rows: Rows, place: int) -> None:
    assert header_place(rows, [1, 2], HEADERS) == place
