"""Large workbooks read as bytes: the same answer as the real reader's, or none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from households_service.files.domain import FileFormat
from households_service.files.grid import Grid
from households_service.files.handed_over import sheets_of
from households_service.files.plain_workbook import plain_sheet
from households_service.files.reading import read_grid

Cell = str | float | None
HEADER = ("code", "name", "size", "note")


def shown(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)


def by_xlsxwriter(rows: Sequence[Sequence[Cell]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("registry")
        styled = book.add_format({"bold": True, "num_format": 4})
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str) and cell:
                    sheet.write_string(number, place, cell, styled if place % 2 else None)
                elif cell is None:
                    sheet.write_blank(number, place, None, styled)
                elif not isinstance(cell, str):
                    sheet.write_number(number, place, cell, styled if place % 3 else None)
    return content.getvalue()


def plain(content: bytes) -> Grid | None:
    found = plain_sheet(content, shown, from_bytes=0)
    return None if found is None else next(iter(sheets_of(memoryview(b"".join(found.parts()))).values()))


def cells(grid: Grid) -> tuple[list[str], list[int], list[tuple[str, ...]], dict[int, list[bool]]]:
    """Columns without a header, which nobody reads, are left aside."""
    named = [place for place, given in enumerate(grid.header) if given]
    numeric = {place: grid.numeric[place].to_list() for place in named if place in grid.numeric}
    return (
        [grid.header[place] for place in named],
        grid.numbers.to_list(),
        grid.cells.select(pl.nth(named)).rows(),
        {place: flags for place, flags in numeric.items() if any(flags)},
    )


texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\x1f\r", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8
).filter(lambda text: text.strip() == text and "_x" not in text and "\ufffe" not in text and "\uffff" not in text)
numbers = st.one_of(
    st.integers(-(10**6), 10**9), st.floats(-1e18, 1e18, allow_nan=False), st.sampled_from([0, 99010119800101001, 0.1])
)


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.lists(st.one_of(texts, numbers, st.none()), min_size=4, max_size=4), min_size=1, max_size=6))
def test_both_readers_say_the_same(rows: list[list[Cell]]) -> None:
    content = by_xlsxwriter([HEADER, *rows, ["last", None, 1, "&<>'\""]])
    found = plain(content)
    assert found is not None
    assert cells(found) == cells(read_grid(content, FileFormat.XLSX))


def test_rows_and_columns_that_are_left_out_keep_their_place() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("registry")
        for row, place, text in ((2, 1, "code"), (2, 28, "name"), (5, 28, "x"), (9, 1, "y"), (9, 40, "behind")):
            sheet.write_string(row, place, text)
    found = plain(content.getvalue())
    assert found is not None
    assert [(place, given) for place, given in enumerate(found.header) if given] == [(1, "code"), (28, "name")]
    assert found.numbers.to_list() == [6, 10]
    assert found.cells.select("1", "28").rows() == [("", "x"), ("y", "")]


ROWS = [["code", "name"], ["H-1", "x"], ["H-2", "y"]]
Change = tuple[str, bytes, bytes]
SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def changed(part: str, old: bytes, new: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(by_xlsxwriter(ROWS))) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            held = source.read(name)
            if name == part:
                assert old in held
                held = held.replace(old, new, 1)
            target.writestr(name, held)
    return content.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param((SHEET, b"<v>2</v>", b"<f>A1</f><v>2</v>"), id="a formula"),
        pytest.param((SHEET, b' t="s"><v>2</v>', b' t="b"><v>1</v>'), id="a truth value"),
        pytest.param((SHEET, b'<c r="A2"', b'<c r="A7"'), id="a cell of another row"),
        pytest.param((SHEET, b'<c r="B2"', b'<c r="A2"'), id="a cell twice"),
        pytest.param((SHEET, b'<row r="3"', b'<row r="2"'), id="a row twice"),
        pytest.param((SHEET, b'<row r="3"', b"<row"), id="a row without a number"),
        pytest.param((SHEET, b'<c r="A2"', b'<c r="XFD2"'), id="a cell outside"),
        pytest.param((SHEET, b"<v>2</v>", b"<v>999</v>"), id="a text that is not there"),
        pytest.param((SHEET, b"<v>2</v>", b"<v>-1</v>"), id="a place below nought"),
        pytest.param((SHEET, b"<v>2</v>", b"<v></v>"), id="no value"),
        pytest.param((SHEET, b"</c><c", b"</c><!-- x --><c"), id="a comment"),
        pytest.param((SHEET, b"</c><c", b"</c> x <c"), id="text between cells"),
        pytest.param((SHEET, b"<v>2</v></c>", b"<v>2</v>"), id="a tag left open"),
        pytest.param((TEXTS, b"<t>x</t>", b"<r><t>x</t></r>"), id="rich text"),
        pytest.param((TEXTS, b"<t>x</t>", b"<t>x</t><rPh sb='0' eb='1'><t>y</t></rPh>"), id="a reading"),
        pytest.param((TEXTS, b"<t>x</t>", b"<t>&#120;</t>"), id="a character by number"),
        pytest.param((TEXTS, b"<t>x</t>", b"<t>_x000D_</t>"), id="an escape"),
        pytest.param((TEXTS, b"<t>x</t>", b"<t>\xff</t>"), id="no UTF-8"),
        pytest.param((TEXTS, b'encoding="UTF-8"', b'encoding="GB18030"'), id="another encoding"),
    ],
)
def test_whatever_is_not_plain_is_left_to_the_real_reader(change: Change) -> None:
    assert plain(by_xlsxwriter(ROWS)) is not None
    assert plain(changed(*change)) is None


def test_a_date_is_left_to_the_real_reader() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("registry")
        sheet.write_row(0, 0, ["born"])
        sheet.write_datetime(1, 0, date(1980, 2, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    assert plain(content.getvalue()) is None
    assert read_grid(content.getvalue(), FileFormat.XLSX).cells.rows() == [("1980-02-01",)]


def test_a_filled_template_is_left_to_the_real_reader() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        for name in ("Households", "Members"):
            book.add_worksheet(name).write_row(0, 0, ["household_code"])
    assert plain(content.getvalue()) is None
