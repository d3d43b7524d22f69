"""What is kept of an uploaded file, and why one is refused before a single row is looked at.

Pure: bytes and names in, values and refusals out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chassis.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

MAX_ROWS = 500_000
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 2_000
TEMPLATE_SHEETS = ("Households", "Members")
"""A workbook with both is a filled template: its households stand once, its members name them by code."""
RETENTION_DAYS = 90
"""Uploaded files hold raw personal rows; after this they are deleted (domain rule on raw feed rows)."""

Cell = str | int | float | bool | None
"""What a sheet can hold once dates are ISO text. A float is kept as one: it tells a spoilt ID number."""


class FilePurpose(StrEnum):
    REGISTRY_IMPORT = "REGISTRY_IMPORT"
    DEPARTMENT_RECORDS = "DEPARTMENT_RECORDS"
    ERROR_REPORT = "ERROR_REPORT"


class FileFormat(StrEnum):
    CSV = "CSV"
    XLSX = "XLSX"


class FileEncoding(StrEnum):
    """What a sender may answer when the bytes of a CSV do not tell it themselves; the value is the codec's name."""

    UTF_8 = "utf-8"
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"
    GB18030 = "gb18030"
    BIG5 = "big5"
    WINDOWS_1250 = "cp1250"
    WINDOWS_1251 = "cp1251"
    WINDOWS_1252 = "cp1252"
    WINDOWS_1254 = "cp1254"
    WINDOWS_1256 = "cp1256"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    id: UUID
    purpose: FilePurpose
    format: FileFormat
    area_path: str
    department: str | None
    sha256: str
    size_bytes: int
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row as the sender sees it: `number` counts every row of the sheet from 1, those above the header too."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    header: tuple[str, ...]
    header_row: int = 1
    rows: tuple[SheetRow, ...]


class FileNotStored(NotFound):
    code = "FILE_NOT_FOUND"


class FileEmpty(InvalidInput):
    code = "FILE_EMPTY"


class FileTooLarge(InvalidInput):
    code = "FILE_TOO_LARGE"


class FileFormatUnknown(InvalidInput):
    code = "FILE_FORMAT_UNKNOWN"


class FileEncodingUnknown(InvalidInput):
    code = "FILE_ENCODING_UNKNOWN"


class FileNotAWorkbook(InvalidInput):
    code = "FILE_NOT_A_WORKBOOK"


class WorkbookHostile(InvalidInput):
    """The workbook asks for more memory or time than any honest sheet of its size needs."""

    code = "WORKBOOK_TOO_COSTLY"


class WorkbookProtected(InvalidInput):
    code = "WORKBOOK_PROTECTED"


class CsvMalformed(InvalidInput):
    code = "CSV_MALFORMED"


class FileTooCostly(InvalidInput):
    """Reading asked for more memory or time than any honest file of that size."""

    code = "FILE_TOO_COSTLY"


class HouseholdWithoutMembers(InvalidInput):
    """In a filled template: a row of Households to which no row of Members belongs."""

    code = "HOUSEHOLD_WITHOUT_MEMBERS"


def format_of(file_name: str, content: bytes) -> FileFormat:
    """By the bytes, not by the name alone: a name that promises one thing and bytes of another are refused.

    Every XLSX is a ZIP and starts with PK. The old binary form and a workbook with a password are OLE containers and
    start with D0CF11E0; the name of what the latter holds tells them apart.
    """
    suffix = file_name.rsplit(".", 1)[-1].lower() if "." in file_name else ""
    zipped = content.startswith(b"PK\x03\x04")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise WorkbookProtected("The workbook has a password: take it off and send it again.")
        raise FileNotAWorkbook("This is a workbook in the old binary form (.xls): save it as .xlsx or .csv.")
    if suffix in {"xlsx", "xlsm"}:
        if not zipped:
            raise FileNotAWorkbook(
                "The name says .xlsx but the content is no workbook: save it again as .xlsx or .csv."
            )
        return FileFormat.XLSX
    if suffix in {"csv", "txt", "tsv"}:
        if zipped:
            raise FileFormatUnknown("The name says .csv but the content is a workbook: rename it to .xlsx.")
        return FileFormat.CSV
    raise FileFormatUnknown("Only .csv, .tsv, .txt and .xlsx are read.")
