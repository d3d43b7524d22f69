"""What is asked of the ZIP around a workbook before anything opens it. Every XLSX is one.

A directory may lie: sizes are counted while unpacking, and cells far outside any honest sheet are looked for on the
way, since one in the far corner makes a dense reader ask for rows x columns of memory at once.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from households_service.files.domain import (
    MAX_COLUMNS,
    MAX_ROWS,
    FileNotAWorkbook,
    FileTooLarge,
    WorkbookHostile,
    WorkbookProtected,
)

_MAX_MEMBERS = 2_000
_MAX_UNPACKED_BYTES = 200 * 1024 * 1024
_MAX_RATIO = 100
_RATIO_COUNTS_FROM_BYTES = 5 * 1024 * 1024
_CHUNK = 1 << 20
_LONGEST_REFERENCE = 16
# Columns behind GR (the 200th), or rows of 500,000 and more: found first, then looked at closely.
# No word boundary in front: it would cost four times as much, and what it adds is looked at below.
_FAR_CELL = re.compile(
    rb'r="(?:(?=[A-Z]{3}|G[S-Z]|[H-Z][A-Z])([A-Z]{2,3})([0-9]{1,7})|([A-Z]{1,2})([0-9]{7}|[5-9][0-9]{5}))"'
)
_DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]{1,3}[0-9]{1,7}:)?([A-Z]{1,3}[0-9]{1,7})"')
_HEAD_BYTES = 4096


def check_archive(content: bytes) -> None:
    """Raises FileNotAWorkbook, WorkbookProtected, WorkbookHostile or FileTooLarge."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileNotAWorkbook("The content is no workbook: save it again as .xlsx or .csv.") from error
    with archive:
        members = archive.infolist()
        names = {member.filename for member in members}
        if "EncryptedPackage" in names:
            raise WorkbookProtected("The workbook has a password: take it off and send it again.")
        if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
            raise FileNotAWorkbook("The content is an archive but no workbook: save it again as .xlsx or .csv.")
        if len(members) > _MAX_MEMBERS:
            raise WorkbookHostile(f"The workbook has {len(members)} parts; at most {_MAX_MEMBERS} are read.")
        if len(names) < len(members):
            raise FileNotAWorkbook("The workbook holds a part twice: save it again as .xlsx or .csv.")
        if any(member.flag_bits & 0x1 for member in members):
            raise WorkbookProtected("The workbook has a password: take it off and send it again.")
        unpacked = 0
        for member in members:
            unpacked += _counted_size(archive, member, _MAX_UNPACKED_BYTES - unpacked)
        if unpacked > _RATIO_COUNTS_FROM_BYTES and unpacked > _MAX_RATIO * len(content):
            raise WorkbookHostile("The workbook unpacks to more than a hundred times its size: send the rows as CSV.")


def _counted_size(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    """Counts bytes instead of believing the directory."""
    is_sheet = member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")
    size = 0
    tail = b""
    checked = not is_sheet
    try:
        with archive.open(member) as part:
            while chunk := part.read(_CHUNK):
                size += len(chunk)
                if size > left:
                    raise WorkbookHostile("The workbook unpacks to more than 200 MB: send the rows as CSV.")
                if size == len(chunk) and _says_small(chunk):
                    checked = True
                if not checked:
                    _check_cells(tail + chunk)
                    tail = chunk[-_LONGEST_REFERENCE:]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise FileNotAWorkbook("The workbook is damaged: save it again as .xlsx or .csv.") from error
    if size != member.file_size:
        raise FileNotAWorkbook("The workbook's directory lies about its sizes: save it again as .xlsx or .csv.")
    return size


def _says_small(start: bytes) -> bool:
    """Whether a sheet tells its own size, as every program writes it, and it is one we read.

    One that lies costs the reading process its life and nobody else anything.
    """
    found = _DIMENSION.search(start[:_HEAD_BYTES])
    if found is None:
        return False
    _check_cells(b'r="' + found[1] + b'"')
    return True


def _check_cells(xml: bytes) -> None:
    for found in _FAR_CELL.finditer(xml):
        column, row = found[1] or found[3], int(found[2] or found[4])
        index = 0
        for letter in column:
            index = index * 26 + letter - 64
        if row > MAX_ROWS + 1 or index > MAX_COLUMNS:
            raise FileTooLarge(
                f"A cell lies outside {MAX_ROWS} rows and {MAX_COLUMNS} columns: "
                "delete the empty cells around the table."
            )
