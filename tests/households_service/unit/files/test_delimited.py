"""CSV text to rows that keep the numbers a spreadsheet shows."""

from __future__ import annotations

import pytest

from households_service.files.delimited import read_delimited
from households_service.files.domain import CsvMalformed, FileEmpty, FileFormat, Sheet
from households_service.files.reading import csv_grid, read_sheet


def read(text: str) -> Sheet:
    return read_sheet(text.encode(), FileFormat.CSV)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_of_the_header(delimiter: str) -> None:
    sheet = read(f"a{delimiter}b\n1{delimiter}2\n")
    assert sheet.header == ("a", "b")
    assert [(row.number, row.cells) for row in sheet.rows] == [(2, ("1", "2"))]


def test_blank_rows_are_left_out_and_keep_their_number() -> None:
    sheet = read('a,b\n1,2\n\n,\n"x\ny",4\n5,6\n')
    assert [(row.number, row.cells) for row in sheet.rows] == [(2, ("1", "2")), (5, ("x\ny", "4")), (6, ("5", "6"))]


def test_short_rows_are_filled_and_empty_trailing_columns_dropped() -> None:
    sheet = read("a,b,,\n1\n")
    assert sheet.header == ("a", "b")
    assert sheet.rows[0].cells == ("1", "")


@pytest.mark.parametrize(
    ("text", "refusal", "says"),
    [
        pytest.param("", FileEmpty, "no rows", id="nothing"),
        pytest.param("a,b\n", FileEmpty, "header and no rows", id="header only"),
        pytest.param("a,b\n1,2,3\n", CsvMalformed, "Row 2: 3 cells where the header has 2", id="a slipped row"),
        pytest.param('a,b\n1,"2\n', CsvMalformed, "Row 2", id="an open quote"),
        pytest.param("a,b\n1," + "x" * 2001, CsvMalformed, "Row 2: a cell of more than 2000", id="an endless cell"),
    ],
)
def test_what_cannot_be_a_table_is_refused_with_its_row(text: str, refusal: type[Exception], says: str) -> None:
    with pytest.raises(refusal, match=says):
        csv_grid(read_delimited(text.encode()))


@pytest.mark.parametrize(("ending", "counted"), [("\n", True), ("\r\n", True), ("\r", False)])
def test_text_as_programs_write_it_is_only_counted_through(ending: str, *, counted: bool) -> None:
    text = ending.join(["a,b", "1, 2", " ,", "'3,", ""])
    assert read_delimited(text.encode()).quoted is not counted
    assert [(row.number, row.cells) for row in read(text).rows] == [(2, ("1", " 2")), (4, ("'3", ""))]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a,b\r\n1,2\n3,4\r\n", id="line ends of two kinds"),
        pytest.param("a,b\n1,2\r\n3,4\r\n", id="a header with the other line end"),
        pytest.param("a,b\r\n1,x\ry\r\n", id="a line end inside a row"),
        pytest.param("a,b\n1\n", id="a short row"),
        pytest.param("a\n1\n\n2\n", id="one column"),
    ],
)
def test_anything_else_is_read_cell_by_cell(text: str) -> None:
    assert read_delimited(text.encode()).quoted is True


def test_a_header_above_nothing_but_blank_rows_is_an_empty_file() -> None:
    with pytest.raises(FileEmpty, match="header and no rows"):
        csv_grid(read_delimited(b"a,b\n,\n , \n"))


def test_both_ways_of_reading_agree() -> None:
    rows = [f"{n},x{n},,{n % 7}" for n in range(300)]
    plain = "\n".join(["a,b,c,d", *rows])
    quoted = "\n".join(['"a",b,c,d', *rows])
    assert read_delimited(quoted.encode()).quoted is True
    assert read(plain) == read(quoted)


def test_a_row_in_quotes_may_hold_everything() -> None:
    sheet = read('a,b\n"x, ""y""\r\nz",2\n')
    assert sheet.rows[0].cells == ('x, "y"\r\nz', "2")
