"""Workbooks whose texts stand in their cells, as many programs stream them: read as fast, and to the same answer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from households_service.files.domain import FileFormat
from households_service.files.reading import read_grid
from tests.households_service.unit.files.test_plain_workbook import SHEET, Cell, cells, numbers, plain, texts

HEADER = ("code", "name", "size", "note")
ROWS: list[Sequence[Cell]] = [
    HEADER,
    ("H-1", "x", 1, None),
    ("H-2", " 古丽·某 ", 2.5, "&<>'\""),
    ("H-2", "x", 12345678901, "x"),
]


def by_openpyxl(rows: Sequence[Sequence[Cell]], *, write_only: bool = True) -> bytes:
    book = Workbook(write_only=write_only)
    sheet = book.create_sheet("registry") if write_only else book.active
    assert sheet is not None
    for row in rows:
        made: list[object] = list(row)
        if write_only and isinstance(row[0], str):
            made[0] = WriteOnlyCell(sheet, value=row[0])
            made[0].font = Font(bold=True)  # type: ignore[attr-defined]  # a cell, not a merged one
        sheet.append(made)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def by_xlsxwriter(rows: Sequence[Sequence[Cell]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("registry")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return content.getvalue()


def changed(old: bytes, new: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(by_openpyxl(ROWS))) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            held = source.read(name)
            if name == SHEET:
                assert old in held
                held = held.replace(old, new, 1)
            target.writestr(name, held)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(by_openpyxl(ROWS), id="openpyxl, streamed"),
        pytest.param(by_openpyxl(ROWS, write_only=False), id="openpyxl"),
        pytest.param(by_xlsxwriter(ROWS), id="XlsxWriter, streamed"),
        pytest.param(changed(b' t="inlineStr"><is><t>x</t></is>', b' t="str"><v>x</v>'), id="a text as a value"),
        pytest.param(changed(b"<is><t>x</t></is>", b"<is><t></t></is>"), id="an empty text"),
    ],
)
def test_texts_in_their_cells_are_read_as_bytes(content: bytes) -> None:
    found = plain(content)
    assert found is not None
    assert cells(found) == cells(read_grid(content, FileFormat.XLSX))


@settings(max_examples=10, deadline=None)
@given(rows=st.lists(st.lists(st.one_of(texts, numbers, st.none()), min_size=4, max_size=4), min_size=1, max_size=6))
def test_both_readers_say_the_same(rows: list[list[Cell]]) -> None:
    content = by_xlsxwriter([HEADER, *rows, ["last", None, 1, "&<>'\""]])
    found = plain(content)
    assert found is not None
    assert cells(found) == cells(read_grid(content, FileFormat.XLSX))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"<is><t>x</t></is>", b"<is><r><t>x</t></r></is>", id="rich text"),
        pytest.param(b"<is><t>x</t></is>", b"<is><t>x</t><rPh sb='0' eb='1'><t>y</t></rPh></is>", id="a reading"),
        pytest.param(b"<is><t>x</t></is>", b"<is><t>&#120;</t></is>", id="a character by number"),
        pytest.param(b"<is><t>x</t></is>", b"<is><t>_x000D_</t></is>", id="an escape"),
        pytest.param(b"<is><t>x</t></is>", b"<is><t>\xff</t></is>", id="no UTF-8"),
        pytest.param(b"<is><t>x</t></is>", b"<is><t>x<!-- --></t></is>", id="a comment in a text"),
        pytest.param(b"<is><t>x</t></is>", b"<is><t><![CDATA[x]]></t></is>", id="a section of characters"),
        pytest.param(b"<is><t>x</t></is>", b"<i>x</i>", id="a tag that looks like ours"),
        pytest.param(b"<is><t>x</t></is>", b"<v>x</v>", id="a value under an inline type"),
        pytest.param(b' t="inlineStr"><is><t>x</t></is>', b' t="s"><is><t>0</t></is>', id="a text under another type"),
        pytest.param(b' t="inlineStr"><is><t>x</t></is>', b' t="str"><f>A1</f><v>x</v>', id="a formula's text"),
        pytest.param(b' t="inlineStr"><is><t>x</t></is>', b' t="e"><v>#N/A</v>', id="an error"),
        pytest.param(b"<is><t>x</t></is>", b"<is>x</is>", id="text outside of its tag"),
    ],
)
def test_whatever_is_not_plain_is_left_to_the_real_reader(old: bytes, new: bytes) -> None:
    assert plain(by_openpyxl(ROWS)) is not None
    content = changed(old, new)
    found = plain(content)
    assert found is None or cells(found) == cells(read_grid(content, FileFormat.XLSX))
    if b"&#" not in new:
        assert found is None
