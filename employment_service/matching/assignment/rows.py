"""Rows of a CSV or Parquet file, a block at a time, so that millions of edges need no second copy in memory.

CSV: UTF-8 with or without a byte order mark, comma, semicolon or tab, any line ends, quoted or not, gzip too.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias, cast

import polars as pl

from chassis.errors import InvalidInput

BLOCK, STEP = 2**20, 2**18
"""Bytes of CSV and rows of Parquet that are read at once."""
PARQUET, GZIP = b"PAR1", b"\x1f\x8b"
MARKS = {b"\xef\xbb\xbf": "", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
Names: TypeAlias = Mapping[str, tuple[str, ...]]
"""Our name of each column, and what else it may be called."""


class MatchTableInvalid(InvalidInput):
    code = "MATCH_TABLE_INVALID"


@dataclass(frozen=True, slots=True)
class Table:
    """`name` stands in refusals. Rows are counted from 1, without the header and lines of nothing."""

    path: Path
    name: str
    columns: Names

    def blocks(self) -> Iterator[tuple[int, pl.DataFrame]]:
        """How many rows lie before, and the next rows; columns by our names, of CSV as trimmed text."""
        try:
            with self.path.open("rb") as file:
                first = file.read(4)
            if first == PARQUET:
                yield from self._of_parquet()
            elif first[:2] == GZIP:
                with gzip.open(self.path, "rb") as packed:
                    yield from self._of_csv(cast("BinaryIO", packed))
            else:
                with self.path.open("rb") as file:
                    yield from self._of_csv(file)
        except (OSError, EOFError, zlib.error) as failure:
            told = getattr(failure, "strerror", None) or "it is cut off or damaged"
            raise MatchTableInvalid(f"{self.name}: the file cannot be read ({told}).") from failure
        except pl.exceptions.PolarsError as failure:
            raise MatchTableInvalid(
                f"{self.name}: this is no CSV (UTF-8, with a header) and no Parquet file."
            ) from failure

    def refuse(self, before: int, wrong: pl.Series, column: str, why: str) -> None:
        self.refuse_row(before + int(wrong.arg_true()[0]), column, why)

    def refuse_row(self, row: int, column: str, why: str) -> None:
        raise MatchTableInvalid(f"{self.name}: row {row + 1}, {column}: {why}.", field=column)

    def _of_parquet(self) -> Iterator[tuple[int, pl.DataFrame]]:
        given = pl.scan_parquet(self.path)
        names = self._chosen(given.collect_schema().names())
        rows = int(given.select(pl.len()).collect().item())
        for before in range(0, max(rows, 1), STEP):
            frame = given.select(names.keys()).slice(before, STEP).collect()
            yield before, frame.rename(names)

    def _of_csv(self, file: BinaryIO) -> Iterator[tuple[int, pl.DataFrame]]:
        head = file.read(BLOCK)
        for mark, encoding in MARKS.items():
            if head.startswith(mark):
                if encoding:
                    raise MatchTableInvalid(f"{self.name}: the file is {encoding}; save it as UTF-8.")
                head = head[len(mark) :]
        if b"\n" not in head and b"\r" in head:
            raise MatchTableInvalid(f"{self.name}: its lines end in CR alone; save it with LF or CR LF.")
        if not head.strip():
            raise MatchTableInvalid(f"{self.name}: the file is empty; {self._wanted()}.")
        head = head.lstrip(b"\r\n")
        end = _line_end(head, first=True)
        header, rest = head[:end], head[end:]
        separator = max(",;\t", key=lambda each: header.count(each.encode()))
        names = self._chosen(pl.read_csv(io.BytesIO(header), infer_schema=False, separator=separator).columns)
        before = 0
        while True:
            more = file.read(BLOCK)
            cut = len(rest) if not more else _line_end(rest, first=False)
            if cut:
                frame = self._read(header, rest[:cut], separator, before).select(names.keys()).rename(names)
                frame = frame.filter(~pl.all_horizontal(pl.all().is_null()))
                yield before, frame
                before += frame.height
            if not more:
                break
            rest = rest[cut:] + more
        if before == 0:
            yield 0, pl.DataFrame(schema=dict.fromkeys(self.columns, pl.String))

    def _read(self, header: bytes, rows: bytes, separator: str, before: int) -> pl.DataFrame:
        try:
            frame = pl.read_csv(io.BytesIO(header + rows), infer_schema=False, separator=separator)
        except pl.exceptions.NoDataError:
            return pl.DataFrame()
        except pl.exceptions.PolarsError as failure:
            raise MatchTableInvalid(
                f"{self.name}: a row from {before + 1} on has more cells than the header, an open quote or no UTF-8."
            ) from failure
        return frame

    def _chosen(self, given: list[str]) -> dict[str, str]:
        """Our name of each column that is read."""
        plain: dict[str, str] = {}
        for column in given:
            plain.setdefault(column.strip().lower().replace(" ", "_").replace("-", "_"), column)
        found: dict[str, str] = {}
        for name, others in self.columns.items():
            known = next((plain[each] for each in (name, *others) if each in plain), None)
            if known is None:
                raise MatchTableInvalid(f"{self.name}: the column {name} is missing; {self._wanted()}.", field=name)
            found[known] = name
        return found

    def _wanted(self) -> str:
        return f"a header with {', '.join(self.columns)} is needed"


def _line_end(text: bytes, *, first: bool) -> int:
    """Behind the first or the last line end that does not lie between quotes; 0 or all where there is none."""
    at = text.find(b"\n") if first else text.rfind(b"\n")
    while at >= 0 and text.count(b'"', 0, at) % 2:
        at = text.find(b"\n", at + 1) if first else text.rfind(b"\n", 0, at)
    return at + 1 if at >= 0 else len(text) if first else 0
