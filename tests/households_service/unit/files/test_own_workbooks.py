"""The workbooks that we write come back the fast way: rows and cells without references, each behind the one before."""

from __future__ import annotations

import io
import zipfile

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from households_service.files.domain import FileFormat
from households_service.files.reading import read_grid
from households_service.files.xlsx import workbook
from tests.households_service.unit.files.test_plain_workbook import cells, plain, texts

HEADER = ("code", "name", "size", "note")
SCHEMA = {"code": pl.String, "name": pl.String, "size": pl.Int64, "note": pl.String}
ROWS: list[tuple[str, str, int | None, str]] = [
    ("H-1", "x", 1, ""),
    ("H-2", " 古丽·某 ", None, "&<>'\""),
    ("", "y", 3, ""),
]

Rows = list[tuple[str, str, int | None, str]]


def written(rows: Rows) -> bytes:
    return b"".join(workbook("registry", HEADER, [pl.DataFrame(rows, schema=SCHEMA, orient="row")]))


def changed(part: str, old: bytes, new: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written(ROWS))) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            held = source.read(name)
            if name.endswith(part):
                assert old in held
                held = held.replace(old, new, 1)
            target.writestr(name, held)
    return content.getvalue()


def test_empty_cells_keep_the_places_of_those_behind_them() -> None:
    found = plain(written(ROWS))
    assert found is not None
    assert (found.header, found.numbers.to_list()) == (HEADER, [2, 3, 4])
    assert found.cells.rows() == [("H-1", "x", "1", ""), ("H-2", " 古丽·某 ", "", "&<>'\""), ("", "y", "3", "")]
    assert found.numeric[2].to_list() == [True, False, True]


def test_rows_are_counted_on_over_the_pieces_in_which_a_sheet_is_read() -> None:
    found = plain(written(ROWS * 2_000))
    assert found is not None
    assert found.numbers.to_list() == list(range(2, 6_002))
    assert found.cells.row(5_999) == ("", "y", "3", "")


sizes = st.one_of(st.none(), st.integers(-(10**6), 10**9))
lines = st.tuples(texts, st.one_of(texts, st.just("")), sizes, st.one_of(texts, st.just("")))


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(lines, min_size=1, max_size=6))
def test_both_readers_say_the_same(rows: Rows) -> None:
    content = written(rows)
    found = plain(content)
    assert found is not None or any("r=" in text for row in rows for text in row if isinstance(text, str))
    assert found is None or cells(found) == cells(read_grid(content, FileFormat.XLSX))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"<c/>", b'<c r="F3"/>', id="one cell with a reference"),
        pytest.param(b"<c/>", b"<c s='1'\nr='F3'/>", id="a reference written otherwise"),
        pytest.param(b"</row><row>", b'</row><row r="9">', id="one row with a number"),
        pytest.param(b"</row><row>", b'</row><row spans="1:4">', id="one row with something else"),
    ],
)
def test_rows_with_and_without_references_are_left_to_the_real_reader(old: bytes, new: bytes) -> None:
    assert plain(changed("sheet1.xml", old, new)) is None


def test_a_date_is_known_behind_a_style_that_says_nothing() -> None:
    """The first style of our own workbooks has no attributes at all, and counts all the same."""
    dated = changed("styles.xml", b'<xf numFmtId="49" applyNumberFormat="1"/>', b'<xf numFmtId="14"/>')
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(dated)) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"<c><v>1</v></c>", b'<c s="1"><v>40000</v></c>'))
    assert plain(content.getvalue()) is None
    assert read_grid(content.getvalue(), FileFormat.XLSX).cells.rows()[0] == ("H-1", "x", "2009-07-06", "")
