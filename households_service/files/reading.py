"""Stored bytes to a sheet, whatever the format."""

from __future__ import annotations

from households_service.files.delimited import read_delimited
from households_service.files.domain import FileFormat, Sheet
from households_service.files.encodings import decode
from households_service.files.workbook import read_workbook


def read_sheet(content: bytes, file_format: FileFormat) -> Sheet:
    """Blocking, for minutes on a large workbook: call it in a thread. Raises the refusals of `files.domain`."""
    if file_format is FileFormat.XLSX:
        return read_workbook(content)
    text, _encoding = decode(content)
    return read_delimited(text)
