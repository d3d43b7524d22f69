"""Bytes of a CSV to text: byte-order mark, then UTF-8, then GB18030, each strictly; else a clear refusal.

Nothing is ever replaced or guessed by statistics: a wrong guess turns names into other names without a trace.
"""

from __future__ import annotations

import codecs
import re

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

_STRANGE = re.compile("[\ue000-\uf8ff\x00-\x08\x0b\x0c\x0e-\x1f]")


def decode(content: bytes, answer: FileEncoding | None = None) -> tuple[str, str]:
    """Text and the name of its encoding. `answer`: what the sender said when asked; a mark still goes before it."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], encoding), encoding
    if answer is not None:
        return _strict(content, answer.value), answer.value
    if b"\x00" in content:
        raise FileEncodingUnknown(
            "The file holds zero bytes: it is UTF-16 without a mark, or no text. Say its encoding, or "
            "save the file as UTF-8 and send it again.",
            field="encoding",
        )
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    text = _strict(content, "gb18030")
    if _looks_spoilt(text):
        raise FileEncodingUnknown(
            "The text is neither UTF-8 nor sensible GB18030: say its encoding, or "
            "save the file as UTF-8 and send it again.",
            field="encoding",
        )
    return text, "gb18030"


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileEncodingUnknown(
            f"The bytes at position {error.start} are not {encoding.upper()}: say the file's encoding, "
            "or save the file as UTF-8 and send it again.",
            field="encoding",
        ) from error


def _looks_spoilt(text: str) -> bool:
    """GB18030 can read almost any bytes; private-use and control characters betray that it was another encoding."""
    return _STRANGE.search(text) is not None
