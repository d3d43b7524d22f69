"""CSV files as columns of text. What cannot be read is refused by file, row and column."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from chassis.errors import InvalidInput, NotFound

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

    ids: list[str]
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
            kept: list[list[str]] = [[] for _ in needed]
            for number, row in enumerate(rows, start=1):
                if len(row) != len(header):
                    if not row:
                        raise LinkFileMalformed(f"{path.name}, row {number}: the line is blank.", field=f"row {number}")
                    raise LinkFileMalformed(
                        f"{path.name}, row {number}: {len(row)} cells, but the header has {len(header)}.",
                        field=f"row {number}",
                    )
                for column, place in zip(kept, places, strict=True):
                    column.append(row[place])
        except csv.Error as failure:
            raise LinkFileMalformed(
                f"{path.name}, near line {rows.line_num}: {failure}.", field=f"line {rows.line_num}"
            ) from failure
    found = {name: pl.Series(values=values, dtype=pl.String) for name, values in zip(wanted, kept, strict=False)}
    ids = [str(number) for number in range(1, len(kept[0]) + 1)] if id_column is None else kept[-1]
    if id_column is not None:
        _distinct(path, id_column, ids)
    return LinkFile(ids=ids, columns=found)


def read_pairs(path: Path, left_ids: list[str], right_ids: list[str]) -> set[tuple[int, int]]:
    """True pairs, as row numbers from 0, from a CSV whose first two columns name rows."""
    left, right = ({name: row for row, name in enumerate(ids)} for ids in (left_ids, right_ids))
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


def _opened(path: Path) -> _Lines:
    return _Lines(path)


class _Lines:
    """A text file whose encoding is found by trying: UTF-8 with or without mark, else GB18030."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Iterable[str]:
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            raise LinkFileMissing(f"There is no file {self.path.name}.", field=self.path.name) from None
        except OSError as failure:
            raise LinkFileMalformed(f"{self.path.name} cannot be read.", field=self.path.name) from failure
        for encoding in _ENCODINGS:
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            return text.splitlines(keepends=True) if "\0" not in text else _refused_binary(self.path)
        raise LinkFileMalformed(f"{self.path.name} is neither UTF-8 nor GB18030 text.", field=self.path.name)

    def __exit__(self, *_: object) -> None:
        return


def _refused_binary(path: Path) -> Iterable[str]:
    raise LinkFileMalformed(f"{path.name} is no text; save it as CSV.", field=path.name)


def _places(path: Path, header: list[str], needed: tuple[str, ...]) -> list[int]:
    for column in needed:
        if header.count(column) > 1:
            raise LinkFileMalformed(f"{path.name} has the column {column!r} more than once.", field=column)
        if column not in header:
            near = get_close_matches(column, header, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" It has: {', '.join(header[:20])}."
            raise LinkColumnMissing(f"{path.name} has no column {column!r}.{hint}", field=column)
    return [header.index(column) for column in needed]


def _distinct(path: Path, column: str, ids: list[str]) -> None:
    met: dict[str, int] = {}
    for number, name in enumerate(ids, start=1):
        if not name:
            raise LinkFileMalformed(f"{path.name}, row {number}, column {column}: the id is blank.", field=column)
        if met.setdefault(name, number) != number:
            raise LinkRowIdRepeated(
                f"{path.name}, row {number}, column {column}: the id stands in row {met[name]} already.", field=column
            )
