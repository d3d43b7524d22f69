"""CSV files as columns of text. What cannot be read is refused by file, row and column."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl

from chassis.errors import InvalidInput, NotFound

_CHUNK = 20_000
_BLOCK = 1 << 18
"""Small enough to stay in the processor's cache while it is looked at from several sides."""
_COMMA, _LINE_END = b",\n"
_ENCODINGS = ("utf-8-sig", "gb18030")


class LinkFileMissing(NotFound):
    code = "LINK_FILE_MISSING"


class LinkFileMalformed(InvalidInput):
    code = "LINK_FILE_MALFORMED"


class LinkColumnMissing(InvalidInput):
    code = "LINK_COLUMN_MISSING"


class LinkRowIdRepeated(InvalidInput):
    code = "LINK_ROW_ID_REPEATED"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFile:
    """`ids` name the rows in the output; `columns` hold what the schema asks for, by its column names."""

    ids: pl.Series
    columns: dict[str, pl.Series]


def read_link_file(path: Path, *, id_column: str | None, columns: Iterable[str]) -> LinkFile:
    """Rows are numbered from 1 without the header; a row of another length than the header is refused."""
    wanted = tuple(dict.fromkeys(columns))
    needed = (*wanted, *(() if id_column is None else (id_column,)))
    text = _seen(path)
    kept = _read_plain(path, text, needed)
    if kept is None:
        kept = _read_any(path, text, needed)
    found = dict(zip(wanted, kept, strict=False))
    if id_column is None:
        rows = len(kept[0])
        return LinkFile(ids=pl.int_range(1, rows + 1, eager=True).cast(pl.String), columns=found)
    _distinct(path, id_column, kept[-1])
    return LinkFile(ids=kept[-1], columns=found)


def _read_plain(path: Path, text: _Seen, needed: tuple[str, ...]) -> list[pl.Series] | None:
    """Eight times as fast, for files without quotes in which every line has as many commas as the first.

    None for all others, and for those that the fast reader refuses: the other one says why, or can read them.
    """
    if text.quotes or text.encoding != "utf-8-sig" or text.returns:
        return None
    with path.open(encoding="utf-8-sig", newline="") as lines:
        header = next(csv.reader([lines.readline()]), None)
    if header is None:
        return None
    if len(header) < 2 or text.commas != text.lines * (len(header) - 1):
        return None
    places = _places(path, header, needed)
    try:
        frame = pl.read_csv(path, infer_schema=False, empty_string_is_null=False, columns=places)
    except pl.exceptions.PolarsError:
        return None
    return [frame[header[place]] for place in places]


def _read_any(path: Path, text: _Seen, needed: tuple[str, ...]) -> list[pl.Series]:
    with path.open(encoding=text.encoding, newline="") as lines:
        rows = csv.reader(lines, strict=True)
        try:
            header = next(rows, None)
            if header is None:
                raise LinkFileMalformed(f"{path.name} is empty: it needs a header row.", field=path.name)
            places = _places(path, header, needed)
            chunks: list[list[pl.Series]] = [[] for _ in needed]
            read = 0
            while some := list(islice(rows, _CHUNK)):
                _same_length(path, some, len(header), read)
                for column, place in zip(chunks, places, strict=True):
                    column.append(pl.Series(values=[row[place] for row in some], dtype=pl.String))
                read += len(some)
        except csv.Error as failure:
            raise LinkFileMalformed(
                f"{path.name}, near line {rows.line_num}: {failure}.", field=f"line {rows.line_num}"
            ) from failure
    return [pl.concat(column) if column else pl.Series(values=[], dtype=pl.String) for column in chunks]


def _same_length(path: Path, rows: list[list[str]], length: int, before: int) -> None:
    if {*map(len, rows)} == {length}:
        return
    at, row = next((at, row) for at, row in enumerate(rows) if len(row) != length)
    raise LinkFileMalformed(
        f"{path.name}, row {before + at + 1}: {len(row)} cells, but the header has {length}.",
        field=f"row {before + at + 1}",
    )


def read_pairs(path: Path, left_ids: pl.Series, right_ids: pl.Series) -> set[tuple[int, int]]:
    """True pairs, as row numbers from 0, from a CSV whose first two columns name rows."""
    left, right = ({name: row for row, name in enumerate(ids.to_list())} for ids in (left_ids, right_ids))
    found: set[tuple[int, int]] = set()
    with path.open(encoding=_seen(path).encoding, newline="") as lines:
        rows = csv.reader(lines, strict=True)
        try:
            header = next(rows, None)
            if header is None or len(header) < 2:
                raise LinkFileMalformed(f"{path.name} needs a header and two columns: left and right.", field=path.name)
            for number, row in enumerate(rows, start=1):
                if len(row) < 2:
                    raise LinkFileMalformed(f"{path.name}, row {number}: fewer than two cells.", field=f"row {number}")
                if row[0] in left and row[1] in right:
                    found.add((left[row[0]], right[row[1]]))
                elif row[1] in left and row[0] in right:
                    found.add((left[row[1]], right[row[0]]))
                else:
                    column = header[0] if row[0] not in left and row[0] not in right else header[1]
                    raise LinkFileMalformed(
                        f"{path.name}, row {number}, column {column}: no row of the files has this id.",
                        field=f"row {number}",
                    )
        except csv.Error as failure:
            raise LinkFileMalformed(f"{path.name}, near line {rows.line_num}: {failure}.", field=path.name) from failure
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What one look over the bytes of a file tells."""

    encoding: str
    quotes: bool
    returns: bool
    commas: int
    lines: int


def _seen(path: Path) -> _Seen:
    """Text in UTF-8, with or without mark, else in GB18030."""
    try:
        with path.open("rb") as file:
            for encoding in _ENCODINGS:
                found = _seen_as(path, file, encoding)
                if found is not None:
                    return found
    except FileNotFoundError:
        raise LinkFileMissing(f"There is no file {path.name}.", field=path.name) from None
    except OSError as failure:
        raise LinkFileMalformed(f"{path.name} cannot be read.", field=path.name) from failure
    raise LinkFileMalformed(f"{path.name} is neither UTF-8 nor GB18030 text.", field=path.name)


def _seen_as(path: Path, file: BinaryIO, encoding: str) -> _Seen | None:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    waiting = b""
    quotes = returns = False
    commas = lines = 0
    last = b"\n"
    try:
        while block := file.read(_BLOCK):
            if b"\0" in block:
                raise LinkFileMalformed(f"{path.name} is no text; save it as CSV.", field=path.name)
            if encoding == "utf-8-sig":
                block = waiting + block
                end = _end_of_whole_characters(block)
                _check_utf_8(block[:end])
                block, waiting = block[:end], block[end:]
            else:
                decoder.decode(block)
            quotes, returns = quotes or b'"' in block, returns or b"\r" in block
            signs = np.frombuffer(block, dtype=np.uint8)
            commas += int(np.count_nonzero(signs == _COMMA))
            lines += int(np.count_nonzero(signs == _LINE_END))
            last = block[-1:] or last
        decoder.decode(waiting, final=True)
    except (UnicodeDecodeError, pl.exceptions.PolarsError):
        return None
    open_end = bool(waiting) or last != b"\n"
    return _Seen(encoding=encoding, quotes=quotes, returns=returns, commas=commas, lines=lines + open_end)


def _check_utf_8(block: bytes) -> None:
    """A look by column: decoding builds strings that nobody reads."""
    pl.Series(values=[block], dtype=pl.Binary).cast(pl.String)


def _end_of_whole_characters(block: bytes) -> int:
    """Where a last character of several bytes begins, as it may go on in the next block."""
    for back, byte in enumerate(reversed(block[-4:]), start=1):
        if byte < 0x80:
            break
        if byte >= 0xC0:
            return len(block) - back
    return len(block)


def _places(path: Path, header: list[str], needed: tuple[str, ...]) -> list[int]:
    for column in needed:
        if header.count(column) > 1:
            raise LinkFileMalformed(f"{path.name} has the column {column!r} more than once.", field=column)
        if column not in header:
            near = get_close_matches(column, header, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" It has: {', '.join(header[:20])}."
            raise LinkColumnMissing(f"{path.name} has no column {column!r}.{hint}", field=column)
    return [header.index(column) for column in needed]


def _distinct(path: Path, column: str, ids: pl.Series) -> None:
    blank = (ids == "").arg_true()
    if len(blank):
        raise LinkFileMalformed(f"{path.name}, row {blank[0] + 1}, column {column}: the id is blank.", field=column)
    hashes = np.sort(ids.hash().to_numpy())
    if not (hashes[1:] == hashes[:-1]).any():
        return
    again = (~ids.is_first_distinct()).arg_true()
    if len(again):
        first = (ids == ids[again[0]]).arg_true()[0]
        raise LinkRowIdRepeated(
            f"{path.name}, row {again[0] + 1}, column {column}: the id stands in row {first + 1} already.", field=column
        )
