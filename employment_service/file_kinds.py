"""What a file that is no table seems to be, and what to do about it: told by its first bytes."""

from __future__ import annotations

KINDS = (
    (b"\xff\xfe", "UTF-16 text: save it as CSV in UTF-8"),
    (b"\xfe\xff", "UTF-16 text: save it as CSV in UTF-8"),
    (b"PK\x03\x04", "a workbook or an archive: save the sheet as CSV in UTF-8"),
    (b"\xd0\xcf\x11\xe0", "an old workbook: save the sheet as CSV in UTF-8"),
    (b"\x1f\x8b", "packed by gzip and cut off, or no table within"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"PAR1", "a Parquet file that is cut off or damaged"),
)
OTHER = "not UTF-8 text: save it as CSV in UTF-8"


def kind_of(start: bytes) -> str:
    """Of the first bytes of a file that could not be read; what follows "it is"."""
    return next((kind for mark, kind in KINDS if start.startswith(mark)), OTHER)
