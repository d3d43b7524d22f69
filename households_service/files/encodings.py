"""Bytes of a CSV to text: byte-order mark, then UTF-8, then GB18030, each strictly; else the sender is asked.

Nothing is ever replaced or guessed by statistics: a wrong guess turns names into other names without a trace.
"""

from __future__ import annotations

import codecs
import re

from chassis.errors import InvalidInput
from households_service.files.domain import FileEncoding, FileEncodingUnknown

# The longer mark first: the UTF-32 little-endian mark begins with the UTF-16 one.
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# GB18030 can read almost any bytes; private-use and control characters betray that it was another encoding.
_STRANGE = re.compile("[\ue000-\uf8ff\x00-\x08\x0b\x0c\x0e-\x1f]")
_PIECE_BYTES = 64 * 1024
_ASKED = "say the file's encoding, or save the file as UTF-8 and send it again."


class EncodingUnknown(InvalidInput):
    code = "ENCODING_UNKNOWN"


def encoding_named(name: str) -> FileEncoding:
    """By its name, as in GB18030 or windows-1256. Raises EncodingUnknown, which names all."""
    plain = name.strip().upper().replace("-", "_")
    if plain not in FileEncoding.__members__:
        raise EncodingUnknown(f"The encoding is none of {', '.join(FileEncoding.__members__)}.", field="encoding")
    return FileEncoding[plain]


def utf8_of(content: bytes, answer: FileEncoding | None = None) -> tuple[bytes, str]:
    """The text as UTF-8, without a mark, and the name of its encoding.

    `answer`: what the sender said when asked; a mark still goes before it. Raises FileEncodingUnknown.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], encoding, said_by="the file's mark says"), encoding
    if answer is not None:
        return _strict(content, answer.value, said_by="you said"), answer.value
    if b"\x00" in content:
        raise _unknown(f"The file holds zero bytes: it is UTF-16 without a mark, or no text: {_ASKED}")
    if _is_utf8(content):
        return content, "utf-8"
    text = _gb18030(content, fault_in_utf8=_row(content, _fault(content)))
    if _STRANGE.search(text):
        raise _unknown(f"The text is neither UTF-8 nor sensible GB18030: {_ASKED}")
    return text.encode(), "gb18030"


def _is_utf8(content: bytes) -> bool:
    """A piece at a time, so that no second copy of the file is made only to be thrown away."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _PIECE_BYTES):
            decoder.decode(content[start : start + _PIECE_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _fault(content: bytes) -> int:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return len(content)


def _strict(content: bytes, encoding: str, *, said_by: str) -> bytes:
    if encoding == "utf-8" and _is_utf8(content):
        return content
    try:
        return content.decode(encoding).encode()
    except UnicodeError as error:
        where = f"Row {_row(content, error.start)}" if isinstance(error, UnicodeDecodeError) else "A row"
        raise _unknown(f"{where} is not {encoding.upper()}, as {said_by}: {_ASKED}") from error


def _gb18030(content: bytes, *, fault_in_utf8: int) -> str:
    """The sender knows which of both was meant, so both faults are told."""
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise _unknown(
            f"The file is neither UTF-8 (fault in row {fault_in_utf8}) nor GB18030 (fault in row"
            f" {_row(content, error.start)}): {_ASKED}"
        ) from error


def _row(content: bytes, position: int) -> int:
    """As an editor counts lines; the header is the first."""
    return content.count(b"\n", 0, position) + 1


def _unknown(message: str) -> FileEncodingUnknown:
    return FileEncodingUnknown(message, field="encoding")
