"""Bytes of a CSV to text: byte-order mark, then UTF-8, then GB18030, each strictly; else a clear refusal.

Nothing is ever replaced or guessed by statistics: a wrong guess turns names into other names without a trace.
"""

from __future__ import annotations

import codecs

from households_service.files.domain import FileEncodingUnknown

# The longer mark first: the UTF-32 little-endian mark begins with the UTF-16 one.
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)


def decode(content: bytes) -> tuple[str, str]:
    """Text and the name of its encoding."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], encoding), encoding
    if b"\x00" in content:
        raise FileEncodingUnknown(
            "The file holds zero bytes: it is UTF-16 without a mark, or no text. Save it as UTF-8."
        )
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        text = _gb18030(content, fault_in_utf8=_row(content, error.start))
    if _looks_spoilt(text):
        raise FileEncodingUnknown(
            "The text is neither UTF-8 nor sensible GB18030: save the file as UTF-8 and send it again."
        )
    return text, "gb18030"


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileEncodingUnknown(
            f"Row {_row(content, error.start)} is not {encoding.upper()}, as the file's mark says:"
            " save the file as UTF-8 and send it again."
        ) from error


def _gb18030(content: bytes, *, fault_in_utf8: int) -> str:
    """The sender knows which of both was meant, so both faults are told."""
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise FileEncodingUnknown(
            f"The file is neither UTF-8 (fault in row {fault_in_utf8}) nor GB18030 (fault in row"
            f" {_row(content, error.start)}): save the file as UTF-8 and send it again."
        ) from error


def _row(content: bytes, position: int) -> int:
    """As an editor counts lines; the header is the first."""
    return content.count(b"\n", 0, position) + 1


def _looks_spoilt(text: str) -> bool:
    """GB18030 can read almost any bytes; private-use and control characters betray that it was another encoding."""
    strange = sum(
        1 for character in text if "\ue000" <= character <= "\uf8ff" or (character < " " and character not in "\r\n\t")
    )
    return strange > 0
