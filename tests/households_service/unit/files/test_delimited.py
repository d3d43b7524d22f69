"""CSV text to rows that keep the numbers a spreadsheet shows."""

from __future__ import annotations

import pytest

from households_service.files.delimited import read_delimited
from households_service.files.domain import CsvMalformed, FileEmpty


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_of_the_header(delimiter: str) -> None:
    sheet = read_delimited(f"a{delimiter}b\n1{delimiter}2\n")
    assert sheet.header == ("a", "b")
    assert [(row.number, row.cells) for row in sheet.rows] == [(2, ("1", "2"))]


def test_blank_rows_are_left_out_and_keep_their_number() -> None:
    sheet = read_delimited('a,b\n1,2\n\n,\n"x\ny",4\n5,6\n')
    assert [(row.number, row.cells) for row in sheet.rows] == [(2, ("1", "2")), (5, ("x\ny", "4")), (6, ("5", "6"))]


def test_short_rows_are_filled_and_empty_trailing_columns_dropped() -> None:
    sheet = read_delimited("a,b,,\n1\n")
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
        read_delimited(text)
