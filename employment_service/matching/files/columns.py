"""Columns of a CSV or Parquet file as arrays; a value that cannot be read is refused by its row and column."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chassis.errors import InvalidInput
from employment_service.matching.files.tables import MatchColumnRefused, read_table
from employment_service.matching.market.arrays import Flags, Floats, Ints
from employment_service.matching.market.builder import CodeSets

YES, NO = frozenset({"yes", "true", "1", "y"}), frozenset({"no", "false", "0", "n"})
CODE = re.compile(r"\w[\w .:/+&()-]{0,59}")
PARTS = re.compile(r"[;,|]")
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::\d\d(?:\.\d+)?)?")
DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ].*)?")
MONTHS = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?")
THOUSANDS, CURRENCY = r"^(\d{1,3}(?:,\d{3})+(?:\.\d+)?)$", r"^[¥￥$€£]\s*|\s*(?:元|[¥￥$€£]|[A-Z]{3})$"
NEVER = frozenset({"ethnicity", "nationality", "religion", "political_affiliation", "party", "police_record"})
"""Dropped unread, wherever they stand."""
NOT_HERE = frozenset({"target", "quota", "rank", "countdown"})
"""A file with such a column plans people by numbers; it is refused whole."""


class MatchColumnMissing(InvalidInput):
    code = "MATCH_COLUMN_MISSING"


class MatchValueInvalid(InvalidInput):
    code = "MATCH_VALUE_INVALID"


class MatchKeyRepeated(InvalidInput):
    code = "MATCH_KEY_REPEATED"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's columns as trimmed text; empty is absent. Rows are counted from 1, the header not included.

    `unread`: columns of no meaning here, with the known one that may have been meant.
    """

    name: str
    frame: pl.DataFrame
    dropped: int
    unread: tuple[str, ...]

    @property
    def rows(self) -> int:
        return self.frame.height

    def has(self, column: str) -> bool:
        return column in self.frame.columns

    def require(self, *columns: str) -> None:
        missing = [column for column in columns if not self.has(column)]
        if missing:
            others = f" (not read: {', '.join(self.unread)})" if self.unread else ""
            raise MatchColumnMissing(f"{self.name}: column {', '.join(missing)} is missing{others}.", field=missing[0])

    def keys(self, column: str) -> list[str]:
        """Names of rows: all given, each once."""
        series = self._text(column)
        if series.null_count():
            self._refuse(column, int(series.is_null().arg_max() or 0), "every row needs one")
        twice = series.is_duplicated()
        if twice.any():
            first = int(twice.arg_max() or 0)
            again = int((series == series[first]).to_numpy().nonzero()[0][1])
            raise MatchKeyRepeated(f"{self.name}: row {again + 1} has the {column} of row {first + 1}.", field=column)
        return [str(key) for key in series.to_list()]

    def numbers(self, column: str, low: float, high: float, *, absent: float | None) -> Floats:
        """`absent`: stands for an empty cell or a missing column; `None`: every row needs a number."""
        if not self.has(column) and absent is not None:
            return np.full(self.rows, absent)
        return self._numbers(column, self._text(column), (low, high), absent)

    def _numbers(self, column: str, text: pl.Series, span: tuple[float, float], absent: float | None) -> Floats:
        low, high = span
        values = text.cast(pl.Float64, strict=False)
        wrong = (
            text.is_not_null() & (values.is_null() | values.is_nan() | (values < low) | (values > high))
        ).fill_null(value=True)
        if absent is None:
            wrong |= text.is_null()
        if wrong.any():
            self._refuse(column, int(wrong.arg_max() or 0), f"a number from {low:g} to {high:g} is needed")
        return values.fill_null(absent if absent is not None else np.nan).to_numpy().astype(np.float64)

    def whole(self, column: str, low: int, high: int, *, absent: int | None) -> Ints:
        values = self.numbers(column, low, high, absent=absent)
        broken = values != np.rint(values)
        if broken.any():
            self._refuse(column, int(np.argmax(broken)), "a whole number is needed")
        return values.astype(np.int64)

    def money(self, column: str, *, absent: float | None) -> Ints:
        """Cents, from 3200, 3200.50, 3,200.50 or ¥3200."""
        if not self.has(column) and absent is not None:
            return np.full(self.rows, round(absent * 100), dtype=np.int64)
        text = self._text(column).str.replace(CURRENCY, "")
        grouped = text.str.contains(THOUSANDS).fill_null(value=False)
        text = text.to_frame("text").select(
            pl.when(grouped).then(pl.col("text").str.replace_all(",", "")).otherwise(pl.col("text"))
        )["text"]
        values: Ints = np.rint(self._numbers(column, text, (0, 10_000_000), absent) * 100).astype(np.int64)
        return values

    def flags(self, column: str, *, absent: bool) -> Flags:
        found = self._each(column, _flag, "yes or no is needed", int(absent))
        return found.astype(bool)

    def minutes(self, column: str, *, absent: int) -> Ints:
        """Minutes after midnight, from HH:MM."""
        return self._each(column, _minutes, "a time such as 08:30 is needed", absent)

    def days(self, column: str, *, absent: int) -> Ints:
        """Day numbers, from dates that name the year first."""
        return self._each(column, _day, "a date such as 2026-03-01 is needed", absent)

    def months(self, column: str) -> Ints:
        """Bits, January first, from numbers such as 5;6 or 11-2."""
        return self._each(column, _months, "months from 1 to 12 such as 5;6 or 11-2 are needed", 0)

    def codes(self, column: str) -> CodeSets:
        """Codes separated by ; , or |"""
        if not self.has(column):
            return CodeSets.none(self.rows)
        sets: list[frozenset[str]] = []
        places = self._each(column, lambda text: _listed(text, sets), "codes separated by ; are needed", -1)
        absent = places == -1
        if absent.any():
            sets.append(frozenset())
            places = np.where(absent, len(sets) - 1, places)
        return CodeSets(sets=tuple(sets) or (frozenset(),), of=places)

    def care(self, column: str) -> list[tuple[int, str]]:
        """(row, text) of every cell that is given and is not a no."""
        if not self.has(column):
            return []
        return [
            (row, text)
            for row, text in enumerate(self._text(column).to_list())
            if text is not None and text.lower() not in NO
        ]

    def refuse(self, column: str, row: int, why: str) -> None:
        self._refuse(column, row, why)

    def _each(self, column: str, read: Callable[[str], int | None], why: str, absent: int) -> Ints:
        """Each distinct text is read once."""
        if not self.has(column):
            return np.full(self.rows, absent, dtype=np.int64)
        text = self._text(column)
        known: dict[str, int] = {}
        for value in text.drop_nulls().unique(maintain_order=True).to_list():
            found = read(value)
            if found is None:
                self._refuse(column, int((text == value).fill_null(value=False).arg_max() or 0), why)
            known[value] = found or 0
        return np.array([absent if value is None else known[value] for value in text.to_list()], dtype=np.int64)

    def _text(self, column: str) -> pl.Series:
        self.require(column)
        return self.frame[column]

    def _refuse(self, column: str, row: int, why: str) -> None:
        raise MatchValueInvalid(f"{self.name}: row {row + 1}, column {column}: {why}.", field=column)


def read_sheet(path: Path, name: str, *, known: Collection[str]) -> Sheet:
    """Parquet by its first bytes, CSV (comma, semicolon or tab) otherwise. Columns not known are not read."""
    frame = read_table(path, name)
    columns = frame.columns
    for column in columns:
        if column in NOT_HERE or any(column.endswith(f"_{word}") for word in NOT_HERE):
            raise MatchColumnRefused(f"{name}: a column {column} is not accepted.", field=column)
    texts = [_as_text(frame[column]) for column in columns if column in known]
    return Sheet(
        name,
        pl.DataFrame(texts) if texts else pl.DataFrame({"": [None] * frame.height}),
        sum(column in NEVER for column in columns),
        tuple(_unread(column, known) for column in columns if column not in known and column not in NEVER),
    )


def _unread(column: str, known: Collection[str]) -> str:
    meant = difflib.get_close_matches(column, known, n=1, cutoff=0.75)
    return f"{column} ({meant[0]}?)" if meant else column


def _as_text(series: pl.Series) -> pl.Series:
    if isinstance(series.dtype, pl.List):
        series = series.cast(pl.List(pl.Utf8)).list.join(";")
    elif series.dtype == pl.Boolean:
        series = series.cast(pl.Int8).cast(pl.Utf8)
    text = series.cast(pl.Utf8).str.strip_chars()
    return text.set(text == "", None)


def _flag(text: str) -> int | None:
    word = text.lower()
    return 1 if word in YES else 0 if word in NO else None


def _minutes(text: str) -> int | None:
    found = CLOCK.fullmatch(text)
    return None if found is None else int(found[1]) * 60 + int(found[2])


def _day(text: str) -> int | None:
    found = DAY.fullmatch(text)
    try:
        return None if found is None else date(int(found[1]), int(found[2]), int(found[3])).toordinal()
    except ValueError:
        return None


def _parts(text: str) -> list[str]:
    return [part.strip().strip("'\"") for part in PARTS.split(text.strip("[]{}() ")) if part.strip()]


def _months(text: str) -> int | None:
    bits = 0
    for part in _parts(text):
        found = MONTHS.fullmatch(part)
        first = int(found[1]) if found else 0
        last = int(found[2] or first) if found else 0
        if not (1 <= first <= 12 and 1 <= last <= 12):
            return None
        for step in range((last - first) % 12 + 1):
            bits |= 1 << ((first - 1 + step) % 12)
    return bits


def _listed(text: str, sets: list[frozenset[str]]) -> int | None:
    codes = frozenset(_parts(text))
    if not all(CODE.fullmatch(code) for code in codes):
        return None
    sets.append(codes)
    return len(sets) - 1


def no_sex(rows: int) -> NDArray[np.int8]:
    return np.full(rows, -1, dtype=np.int8)
