"""CSV files as columns of text. What cannot be read is refused by file, row and column."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO

import polars as pl

from chassis.errors import InvalidInput, NotFound

_CHUNK = 20_000
_BLOCK = 1 << 20
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
    with _opened(path) as lines:
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
    kept = [pl.concat(column) if column else pl.Series(values=[], dtype=pl.String) for column in chunks]
    found = dict(zip(wanted, kept, strict=False))
    if id_column is None:
        return LinkFile(ids=pl.int_range(1, read + 1, eager=True).cast(pl.String), columns=found)
    ids = kept[-1]
    _distinct(path, id_column, ids)
    return LinkFile(ids=ids, columns=found)


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
    with _opened(path) as lines:
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


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """Text in UTF-8, with or without mark, else in GB18030."""
    try:
        with path.open("rb") as file:
            encoding = _encoding(path, file)
    except FileNotFoundError:
        raise LinkFileMissing(f"There is no file {path.name}.", field=path.name) from None
    except OSError as failure:
        raise LinkFileMalformed(f"{path.name} cannot be read.", field=path.name) from failure
    with path.open(encoding=encoding, newline="") as text:
        yield text


def _encoding(path: Path, file: BinaryIO) -> str:
    for encoding in _ENCODINGS:
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while block := file.read(_BLOCK):
                if b"\0" in block:
                    raise LinkFileMalformed(f"{path.name} is no text; save it as CSV.", field=path.name)
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise LinkFileMalformed(f"{path.name} is neither UTF-8 nor GB18030 text.", field=path.name)


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
    again = (~ids.is_first_distinct()).arg_true()
    if len(again):
        first = (ids == ids[again[0]]).arg_true()[0]
        raise LinkRowIdRepeated(
            f"{path.name}, row {again[0] + 1}, column {column}: the id stands in row {first + 1} already.", field=column
        )
