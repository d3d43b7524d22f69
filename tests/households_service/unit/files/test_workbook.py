"""Workbooks, honest and hostile: the reading process may die, ours does not."""

from __future__ import annotations

import io
import subprocess
import sys
import warnings
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from households_service.files.domain import (
    FileEmpty,
    FileFormat,
    FileFormatUnknown,
    FileNotAWorkbook,
    FileTooCostly,
    FileTooLarge,
    Sheet,
    WorkbookHostile,
    WorkbookProtected,
    format_of,
)
from households_service.files.grid import sheet_of
from households_service.files.reading import ReadingLimits, child_environment, read_grid, read_sheet

ROOT = Path(__file__).resolve().parents[4]


def read_workbook(content: bytes, limits: ReadingLimits | None = None) -> Sheet:
    return sheet_of(read_grid(content, FileFormat.XLSX, limits=limits))


def book(rows: list[list[object]]) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def with_sheet_xml(content: bytes, xml: bytes) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            data = xml if member.filename == "xl/worksheets/sheet1.xml" else old.read(member)
            new.writestr(member.filename, data)
    return changed.getvalue()


def test_cells_keep_what_tells_a_spoilt_id_number() -> None:
    sheet = read_workbook(
        book([["户编号", "证件号码", "出生日期"], ["H1", 990101198001011230, date(1980, 1, 1)], ["007", 42, None]])
    )
    assert sheet.header == ("户编号", "证件号码", "出生日期")
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (2, ("H1", 9.901011980010112e17, "1980-01-01")),
        (3, ("007", 42, "")),
    ]


def test_blank_rows_keep_their_number() -> None:
    sheet = read_workbook(book([["a"], [1], [], [2]]))
    assert [(row.number, row.cells) for row in sheet.rows] == [(2, (1,)), (4, (2,))]


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(FileEmpty):
        read_workbook(book([]))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"household_code,name\nH1,X\n", id="a CSV named .xlsx"),
        pytest.param(b"PK\x03\x04" + b"\x00" * 60, id="a broken archive"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_an_xlsx_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(FileNotAWorkbook) as caught:
        read_workbook(content)
    assert caught.value.code == "FILE_NOT_A_WORKBOOK"


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(FileNotAWorkbook):
        read_workbook(content.getvalue())


def test_damaged_xml_is_refused() -> None:
    with pytest.raises((FileNotAWorkbook, FileEmpty)):
        read_workbook(with_sheet_xml(book([["a"], [1]]), b"<worksheet><sheetData><row"))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_sheet_xml(book([["a"], [1]]), b"<worksheet>" + b" " * (250 * 1024 * 1024))
    assert len(bomb) < 1_000_000
    with pytest.raises(WorkbookHostile):
        read_workbook(bomb)


def test_a_cell_in_the_far_corner_is_refused() -> None:
    xml = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
        b"</sheetData></worksheet>"
    )
    with pytest.raises(FileTooLarge):
        read_workbook(with_sheet_xml(book([["a"], [1]]), xml))


def far_corner(reference: str = 'r="XFD1048576"') -> bytes:
    xml = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row r="1"><c r="A1"><v>1</v></c></row><row><c {reference}><v>2</v></c></row>'
        "</sheetData></worksheet>"
    )
    return with_sheet_xml(book([["a"], [1]]), xml.encode())


def test_two_used_cells_far_apart_cannot_abort_us_however_they_are_written() -> None:
    """Every reader of dense ranges asks for 17 thousand million cells here and aborts its process."""
    assert len(far_corner()) < 10_000
    with pytest.raises(FileTooLarge):
        read_workbook(far_corner())
    with pytest.raises((WorkbookHostile, FileTooLarge)):
        read_workbook(far_corner("r='XFD1048576'"))


def test_a_sheet_that_lies_about_its_size_costs_the_reading_process_only() -> None:
    xml = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:B2"/>'
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row><c r="XFD1048576"><v>2</v></c></row></sheetData>'
        "</worksheet>"
    )
    with pytest.raises((WorkbookHostile, FileTooLarge)):
        read_workbook(with_sheet_xml(book([["a"], [1]]), xml.encode()))


def test_the_process_that_reads_dies_of_such_a_book_and_ours_does_not() -> None:
    command = [sys.executable, "-m", "households_service.files.reading_child", "XLSX", str(1 << 30), "20", ""]
    died = subprocess.run(command, input=far_corner(), capture_output=True, check=False, cwd=ROOT)
    refused = b'"refusal"' in died.stdout
    assert died.returncode != 0 or refused


def lying(content: bytes) -> bytes:
    """The directory says 10 bytes for the sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return content.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))


def test_a_directory_that_lies_about_sizes_is_refused() -> None:
    rows: list[list[object]] = [[n] for n in range(500)]
    with pytest.raises((FileNotAWorkbook, WorkbookHostile)):
        read_workbook(lying(book([["a"], *rows])))


def test_a_part_that_stands_twice_is_refused() -> None:
    content = io.BytesIO(book([["a"], [1]]))
    with warnings.catch_warnings(), zipfile.ZipFile(content, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    with pytest.raises(FileNotAWorkbook):
        read_workbook(content.getvalue())


def test_a_book_with_a_password_is_refused() -> None:
    content = book([["a"], [1]])
    flagged = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            flagged[place + offset] |= 1
            place = content.find(mark, place + 4)
    with pytest.raises(WorkbookProtected):
        read_workbook(bytes(flagged))


def test_a_csv_that_costs_too_much_is_refused_and_we_live() -> None:
    content = b"a,b\n" + (b"1," + b"2" * 57 + b"\n") * 400_000
    with pytest.raises(FileTooCostly):
        read_grid(content, FileFormat.CSV, limits=ReadingLimits(memory_bytes=40 * 1024 * 1024))
    with pytest.raises(FileTooCostly):
        read_grid(content, FileFormat.CSV, limits=ReadingLimits(wall_seconds=0.001))


def test_the_reading_process_works_for_so_long_and_no_longer() -> None:
    """Rows in quotes are read one by one, which takes seconds here."""
    content = b"a,b,c,d,e,f,g,h\n" + b'"1","2","3","4","5","6","7","8"\n' * 480_000
    with pytest.raises(FileTooCostly):
        read_grid(content, FileFormat.CSV, limits=ReadingLimits(cpu_seconds=1))


def test_the_reading_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", "postgresql://secret")
    assert "HOLDFAST_DATABASE_URL" not in child_environment()


def test_blanks_beside_a_table_do_not_shift_it() -> None:
    sheet = read_sheet(book([[], [None, "a", "b"], [None, "x", 1.5], [], [None, None, True]]), FileFormat.XLSX)
    assert sheet.header == ("", "a", "b")
    assert [(row.number, row.cells) for row in sheet.rows] == [(3, ("", "x", 1.5)), (5, ("", "", "true"))]


def test_a_control_character_in_a_cell_stays_in_its_cell() -> None:
    row = '<row><c t="inlineStr"><is><t>{}</t></is></c><c t="inlineStr"><is><t>{}</t></is></c></row>'
    xml = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + row.format("a", "b")
        + row.format("p_x001F_q", "y")
        + row.format("p\x1fq", "z")
        + "</sheetData></worksheet>"
    )
    sheet = read_workbook(with_sheet_xml(book([["a"]]), xml.encode()))
    assert [row.cells[1] for row in sheet.rows] == ["y", "z"]


def test_a_reader_that_needs_too_much_memory_dies_alone() -> None:
    content = book([["a"], [1]])
    with pytest.raises(WorkbookHostile):
        read_workbook(content, ReadingLimits(memory_bytes=8 * 1024 * 1024))


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("county.csv", b"a,b", FileFormat.CSV),
        ("COUNTY.XLSX", b"PK\x03\x04", FileFormat.XLSX),
    ],
)
def test_the_format_is_known_by_name_and_bytes(name: str, head: bytes, expected: FileFormat) -> None:
    assert format_of(name, head) is expected


@pytest.mark.parametrize(
    ("name", "head", "refusal"),
    [
        pytest.param("county.xlsx", b"a,b", FileNotAWorkbook, id="an XLSX that is not one"),
        pytest.param("county.csv", b"PK\x03\x04", FileFormatUnknown, id="a CSV that is an XLSX"),
        pytest.param("county.xls", b"\xd0\xcf\x11\xe0", FileNotAWorkbook, id="the old binary form"),
        pytest.param("county.pdf", b"%PDF", FileFormatUnknown, id="another format"),
        pytest.param("county", b"a,b", FileFormatUnknown, id="no ending"),
    ],
)
def test_other_files_are_refused(name: str, head: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        format_of(name, head)
