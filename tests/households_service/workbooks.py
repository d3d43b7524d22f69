"""Workbooks that no honest program writes, and some that honest ones do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
OLD_BINARY = OLE + "Workbook".encode("utf-16-le") + b"\0" * 496
WITH_PASSWORD = OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 480


def book(rows: Sequence[Sequence[object]]) -> Workbook:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    return made


def saved(made: Workbook) -> bytes:
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def with_sheet_xml(xml: bytes) -> bytes:
    """A workbook whose only sheet is this."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(book([["a"], [1]])))) as source,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, xml if name == SHEET else source.read(name))
    return content.getvalue()


def far_corner(*, told: bool) -> bytes:
    """Two used cells, A1 and XFD1048576. `told`: as every program would; else the sheet says that it is small."""
    dimension = "" if told else '<dimension ref="A1:B2"/>'
    row = ' r="1048576"' if told else ""
    return with_sheet_xml(
        f'<worksheet xmlns="{MAIN}">{dimension}<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        f'<row{row}><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>'.encode()
    )


def bomb() -> bytes:
    """Some hundred kilobytes that unpack to 250 MB."""
    return with_sheet_xml(b"<worksheet>" + b" " * (250 * 1024 * 1024))


def lying() -> bytes:
    """The directory says 10 bytes for the sheet."""
    content = saved(book([["a"], *([n] for n in range(500))]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo(SHEET).file_size
    return content.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
