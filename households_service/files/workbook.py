"""XLSX to a sheet, in a child process: a hostile workbook may exhaust memory or abort whatever reads it.

Three fences: sums over the ZIP directory here, limits on memory, time and files in the child, a wall clock over it.
The content travels by pipe, so that no readable copy of it lands on a disk.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
import zlib
from dataclasses import dataclass

import orjson

from households_service.files.domain import (
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    FileEmpty,
    FileNotAWorkbook,
    FileTooLarge,
    Sheet,
    SheetRow,
    WorkbookHostile,
    WorkbookProtected,
)

_MAX_MEMBERS = 2_000
_MAX_UNPACKED_BYTES = 200 * 1024 * 1024
_MAX_RATIO = 100
_RATIO_COUNTS_FROM_BYTES = 5 * 1024 * 1024
_CELL_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    memory_bytes: int = 1_500 * 1024 * 1024
    cpu_seconds: int = 60
    wall_seconds: float = 120.0


def read_workbook(content: bytes, limits: ReadingLimits | None = None) -> Sheet:
    """Blocking (a child process): call it in a thread. Reads the first visible sheet that is not empty."""
    chosen = limits or ReadingLimits()
    _check_archive(content)
    command = [
        sys.executable,
        "-m",
        "households_service.files.workbook_child",
        str(chosen.memory_bytes),
        str(chosen.cpu_seconds),
        str(MAX_ROWS),
        str(MAX_COLUMNS),
    ]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, arguments are numbers
            command,
            input=content,
            capture_output=True,
            timeout=chosen.wall_seconds,
            check=False,
            env=_child_environment(),
        )
    except subprocess.TimeoutExpired as error:
        raise WorkbookHostile("Reading the workbook took too long: send the rows as CSV.") from error
    if done.returncode != 0 or not done.stdout:
        raise WorkbookHostile("Reading the workbook needed more memory or time than a sheet may: send the rows as CSV.")
    return _sheet_of(done.stdout)


def _child_environment() -> dict[str, str]:
    """Only what an interpreter needs: no database address, no key path."""
    return {"PYTHONPATH": ":".join(path for path in sys.path if path), "PYTHONUTF8": "1", "PATH": "/usr/bin:/bin"}


def _check_archive(content: bytes) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileNotAWorkbook("The content is no workbook: save it again as .xlsx or .csv.") from error
    with archive:
        members = archive.infolist()
        names = {member.filename for member in members}
        if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
            raise FileNotAWorkbook("The content is an archive but no workbook: save it again as .xlsx or .csv.")
        if len(members) > _MAX_MEMBERS:
            raise WorkbookHostile(f"The workbook has {len(members)} parts; at most {_MAX_MEMBERS} are read.")
        if any(member.flag_bits & 0x1 for member in members):
            raise WorkbookProtected("The workbook has a password: take it off and send it again.")
        unpacked = 0
        for member in members:
            unpacked += _counted_size(archive, member, _MAX_UNPACKED_BYTES - unpacked)
        if unpacked > _RATIO_COUNTS_FROM_BYTES and unpacked > _MAX_RATIO * len(content):
            raise WorkbookHostile("The workbook unpacks to more than a hundred times its size: send the rows as CSV.")


def _counted_size(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    """Counts bytes instead of believing the directory; on the way refuses cells far outside any honest sheet.

    A cell in the far corner makes a dense reader ask for rows x columns of memory at once.
    """
    is_sheet = member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")
    size = 0
    tail = b""
    try:
        with archive.open(member) as part:
            while chunk := part.read(_CHUNK):
                size += len(chunk)
                if size > left:
                    raise WorkbookHostile("The workbook unpacks to more than 200 MB: send the rows as CSV.")
                if is_sheet:
                    window = tail + chunk
                    for column, row in _CELL_REFERENCE.findall(window):
                        _check_cell(column, int(row))
                    tail = window[-64:]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise FileNotAWorkbook("The workbook is damaged: save it again as .xlsx or .csv.") from error
    return size


def _check_cell(column: bytes, row: int) -> None:
    index = 0
    for letter in column:
        index = index * 26 + letter - 64
    if row > MAX_ROWS + 1 or index > MAX_COLUMNS:
        raise FileTooLarge(
            f"A cell lies outside {MAX_ROWS} rows and {MAX_COLUMNS} columns: delete the empty cells around the table."
        )


def _sheet_of(output: bytes) -> Sheet:
    lines = output.splitlines()
    verdict = lines[0]
    if verdict == b"not-a-workbook":
        raise FileNotAWorkbook("The content is no workbook that can be read: save it again as .xlsx or .csv.")
    if verdict == b"protected":
        raise WorkbookProtected("The workbook has a password: take it off and send it again.")
    if verdict == b"empty" or len(lines) < 3:
        raise FileEmpty("The workbook holds no rows.")
    if verdict != b"rows":
        raise WorkbookHostile("The workbook could not be read within the limits: send the rows as CSV.")
    header = tuple(str(cell) if cell is not None else "" for cell in orjson.loads(lines[1])[1])
    rows: list[SheetRow] = []
    for line in lines[2:]:
        number, cells = orjson.loads(line)
        fitted: tuple[Cell, ...] = tuple(cells[: len(header)]) + ("",) * (len(header) - len(cells))
        rows.append(SheetRow(number=number, cells=fitted))
    return Sheet(header=header, rows=tuple(rows))
