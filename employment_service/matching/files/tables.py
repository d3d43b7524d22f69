"""A table as it lies in a file: CSV (comma, semicolon or tab; gzip too) or Parquet, with our names for its columns."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from chassis.errors import InvalidInput
from employment_service.file_kinds import kind_of

PARQUET, GZIP = b"PAR1", b"\x1f\x8b"
ALSO = {
    "latitude": "lat", "longitude": "lon", "lng": "lon", "long": "lon", "worker_id": "worker", "vacancy_id": "vacancy",
    "capacity": "places", "monthly_wage": "wage", "salary": "wage",
}  # fmt: skip
"""Other names of columns; ours come first where a file has both."""


class MatchFileUnreadable(InvalidInput):
    code = "MATCH_FILE_UNREADABLE"


class MatchColumnRefused(InvalidInput):
    code = "MATCH_COLUMN_REFUSED"


def read_table(path: Path, name: str) -> pl.DataFrame:
    """Every column there is, in small letters; cells of a CSV are text. Errors name the file as `name`."""
    start = b""
    try:
        with path.open("rb") as file:
            start = file.read(8)
        if start:
            return _named(pl.read_parquet(path) if start.startswith(PARQUET) else _csv(path, name, start), name)
    except (pl.exceptions.PolarsError, UnicodeDecodeError, EOFError, zlib.error, gzip.BadGzipFile) as failure:
        raise MatchFileUnreadable(f"{name}: {path.name} is {kind_of(start)}.", field=name) from failure
    except OSError as failure:
        raise MatchFileUnreadable(f"{name}: {path}: {failure.strerror}.", field=name) from failure
    raise MatchFileUnreadable(f"{name}: {path.name} is empty.", field=name)


def _csv(path: Path, name: str, start: bytes) -> pl.DataFrame:
    given = gzip.decompress(path.read_bytes()) if start.startswith(GZIP) else path
    opened = io.BytesIO(given) if isinstance(given, bytes) else given.open("rb")
    with io.TextIOWrapper(opened, encoding="utf-8-sig", newline="") as file:
        header = file.readline()
        if "\0" in header:
            raise MatchFileUnreadable(f"{name}: {path.name} is no text.", field=name)
        separator = max(",;\t", key=header.count)
        columns = next(csv.reader([header], delimiter=separator), [])
        _refuse_twice(columns, name)
        try:
            frame = pl.read_csv(given, infer_schema_length=0, encoding="utf8", separator=separator)
        except pl.exceptions.ComputeError:
            for number, row in enumerate(csv.reader(file, delimiter=separator), start=1):
                if len(row) > len(columns):
                    said = f"{len(row)} cells, the header {len(columns)}"
                    raise MatchFileUnreadable(f"{name}: row {number} has {said}.", field=name) from None
            raise
    return frame.filter(~pl.all_horizontal(pl.all().is_null()))


def _named(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    names = [column.strip().lower().replace(" ", "_") for column in frame.columns]
    _refuse_twice(names, name)
    frame = frame.rename(dict(zip(frame.columns, names, strict=True)))
    return frame.rename(dict(_others(names)))


def _refuse_twice(columns: Iterable[str], name: str) -> None:
    twice = [column for column, times in Counter(columns).items() if times > 1]
    if twice:
        raise MatchColumnRefused(f"{name}: column {twice[0]} stands there twice.", field=twice[0])


def _others(names: list[str]) -> list[tuple[str, str]]:
    met = set(names)
    found: list[tuple[str, str]] = []
    for other, ours in ALSO.items():
        if other in met and ours not in met:
            found.append((other, ours))
            met.add(ours)
    return found
