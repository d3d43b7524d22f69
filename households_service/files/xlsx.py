"""Workbooks written as a stream: rows go out as they come, nothing lies on a disk, memory does not grow with rows.

Texts are typed as text, so that ID numbers keep their digits and no text runs as a formula; numbers are numbers.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import polars as pl

if TYPE_CHECKING:
    from typing_extensions import Buffer

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PACKAGE = "application/vnd.openxmlformats-package.relationships+xml"
_TEXT = '<c s="1" t="inlineStr"><is><t'
_UNPRINTABLE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
# Most columns hold none of these and are written as they are.
_NOT_AS_IT_IS = r"[&<>\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]|^\s|\s$"
# Cells in the first style are texts ("@"), in the second the bold header.
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font/><font><b/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" applyFont="1" '
    'applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)


def workbook(title: str, header: Sequence[str], parts: Iterable[pl.DataFrame]) -> Iterator[bytes]:
    """The bytes of a workbook with one sheet. `parts`: frames of String and number columns, as wide as the header."""
    stream = WorkbookStream(title, header)
    yield stream.begin()
    for part in parts:
        yield stream.rows(part)
    yield stream.end()


class WorkbookStream:
    """A workbook with one sheet, its bytes taken as its rows come: `begin`, then `rows` again and again, `end`."""

    def __init__(self, title: str, header: Sequence[str]) -> None:
        self._out = _Outgoing()
        self._archive = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        for name, content in _frame(title):
            self._archive.writestr(name, content)
        self._sheet = self._archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._sheet.write(
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
            f"<sheetData>{_header(header)}".encode()
        )

    def begin(self) -> bytes:
        return self._out.taken()

    def rows(self, part: pl.DataFrame) -> bytes:
        if part.height:
            self._sheet.write(_rows(part))
        return self._out.taken()

    def end(self) -> bytes:
        self._sheet.write(b"</sheetData></worksheet>")
        self.close()
        return self._out.taken()

    def close(self) -> None:
        """Also of one that nobody reads to its end. Closing twice does nothing."""
        self._sheet.close()
        self._archive.close()


class _Outgoing(io.RawIOBase):
    """What was written and not yet taken. A ZIP is written to it as to a pipe."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: Buffer) -> int:
        part = bytes(content)
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        content = b"".join(self._parts)
        self._parts.clear()
        return content


def _frame(title: str) -> Iterator[tuple[str, str]]:
    parts = (
        ("/xl/workbook.xml", "sheet.main"),
        ("/xl/worksheets/sheet1.xml", "worksheet"),
        ("/xl/styles.xml", "styles"),
    )
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{_SPREADSHEET}.{kind}+xml"/>' for part, kind in parts
    )
    types = (
        f'{_XML}<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="{_PACKAGE}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
    yield "[Content_Types].xml", types
    yield "_rels/.rels", _relations(("officeDocument", "xl/workbook.xml"))
    book = (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name={quoteattr(title)} sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    yield "xl/workbook.xml", book
    yield "xl/_rels/workbook.xml.rels", _relations(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"))
    yield "xl/styles.xml", _STYLES


def _relations(*targets: tuple[str, str]) -> str:
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>'


def _header(header: Sequence[str]) -> str:
    cells = "".join(
        f'<c s="2" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>' for text in header
    )
    return f"<row>{cells}</row>"


def _rows(part: pl.DataFrame) -> bytes:
    """Written a column at a time; an empty cell stays empty."""
    cells = [_text_cell(column) if column.dtype == pl.String else _number_cell(pl.col(column.name)) for column in part]
    rows = part.select(pl.concat_str(pl.lit("<row>"), *cells, pl.lit("</row>"))).to_series()
    return str(rows.str.join("").item()).encode()


def _text_cell(column: pl.Series) -> pl.Expr:
    text = pl.col(column.name).fill_null("")
    opened = pl.lit(f"{_TEXT}>")
    if column.str.contains(_NOT_AS_IT_IS).any():
        text = text.str.replace_all(_UNPRINTABLE, "\ufffd").str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"])
        spaced = text.str.contains(r"^\s|\s$")
        opened = pl.when(spaced).then(pl.lit(f'{_TEXT} xml:space="preserve">')).otherwise(opened)
    cell = pl.concat_str(opened, text, pl.lit("</t></is></c>"))
    return pl.when(text == "").then(pl.lit("<c/>")).otherwise(cell)


def _number_cell(number: pl.Expr) -> pl.Expr:
    return pl.when(number.is_null()).then(pl.lit("<c/>")).otherwise(pl.format("<c><v>{}</v></c>", number))
