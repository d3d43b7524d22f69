"""Dates as registers, spreadsheets and clerks write them, as far as they tell: a year alone is a date too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from households_service.linkage.normal.text import distinct, fold

Parts = tuple[int, int, int]
NOTHING: Parts = (0, 0, 0)
_TIME = re.compile(r"[t ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[ap]m)?(?:z|[+-]\d{2}:?\d{2})?\s*$", re.IGNORECASE)
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SIX = re.compile(r"((?:1[5-9]|20)\d{2})(\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4}) (\d{1,2}) (\d{1,2})")
_YEAR_AND_MONTH = re.compile(r"(\d{4}) (\d{1,2})")
_MONTH_AND_YEAR = re.compile(r"(\d{1,2}) (\d{4})")
_YEAR_LAST = re.compile(r"(\d{1,2}) (\d{1,2}) (\d{4}|\d{2})")
_YEAR = re.compile("1[5-9][0-9]{2}|20[0-9]{2}")
_WORD = re.compile(r"[^\W\d]+")
_DIGITS = re.compile("[0-9]+")
_HAN_UNITS = str.maketrans("年月日号", "    ")
_MONTHS = {
    "jan": 1, "ene": 1, "gen": 1, "feb": 2, "fev": 2, "feu": 2, "mar": 3, "mrt": 3, "mae": 3, "apr": 4, "avr": 4,
    "abr": 4, "may": 5, "mai": 5, "mag": 5, "mei": 5, "maj": 5, "jun": 6, "giu": 6, "jul": 7, "lug": 7, "aug": 8,
    "aou": 8, "ago": 8, "sep": 9, "set": 9, "oct": 10, "okt": 10, "ott": 10, "out": 10, "nov": 11, "dec": 12,
    "dez": 12, "dic": 12, "des": 12, "juin": 6, "juil": 7, "juni": 6, "juli": 7,
}  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1500, 2099
"""Four digits in this range are a year, whatever stands after them."""
_PLACES = np.array([1000, 100, 10, 1], dtype=np.int16)
_PIVOT = 30
"""Two-digit years below it are of the 2000s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateColumn:
    """0 stands for what is not told. Months and days stay as written, even where there is no such day: a digit wrong
    in 1937-13-39 still tells something.
    """

    year: NDArray[np.int16]
    month: NDArray[np.int8]
    day: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.year)

    def days(self) -> NDArray[np.int32]:
        """Days since 1970-01-01 for differences in time, with mid-month and mid-year for what is missing; missing years
        give the lowest int32.
        """
        month = np.where((self.month >= 1) & (self.month <= 12), self.month, 7).astype(np.int32)
        day = np.where((self.day >= 1) & (self.day <= 31), self.day, 15).astype(np.int32)
        months = (self.year.astype(np.int32) - 1970) * 12 + month - 1
        since = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int32) + day - 1
        return np.where(self.year == 0, np.iinfo(np.int32).min, since).astype(np.int32)


def read_dates(values: Sequence[str], *, day_first: bool = True) -> DateColumn:
    """Each distinct value is read once. `day_first`: 03/04/1950 is in April, not in March."""
    column = distinct(values)
    parts, others = _plainly_written(column.values)
    read = [read_date(column.values[at], day_first=day_first) for at in others.tolist()]
    parts[others] = np.array(read, dtype=np.int16).reshape(-1, 3)
    rows = parts[column.codes]
    return DateColumn(year=rows[:, 0], month=rows[:, 1].astype(np.int8), day=rows[:, 2].astype(np.int8))


def _plainly_written(values: list[str]) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
    """Parts of 1950-04-03 and 19500403, told by column, and where the others are."""
    parts = np.zeros((max(1, len(values)), 3), dtype=np.int16)
    size = np.fromiter(map(len, values), dtype=np.int64, count=len(values))
    done = np.zeros(len(values), dtype=np.bool_)
    for width, places in ((10, (0, 1, 2, 3, 5, 6, 8, 9)), (8, range(8))):
        rows = np.flatnonzero(size == width)
        signs = np.frombuffer("".join(values[row] for row in rows.tolist()).encode("ascii", "replace"), dtype=np.uint8)
        signs = signs.reshape(-1, width)
        digits = signs[:, places] - np.uint8(ord("0"))
        plain = (digits < 10).all(axis=1)
        year, month, day = (digits[:, first:last] @ _PLACES[first - last :] for first, last in ((0, 4), (4, 6), (6, 8)))
        if width > len(places):
            plain &= (signs[:, 4] == ord("-")) & (signs[:, 7] == ord("-"))
        else:
            plain &= (year >= _FIRST_YEAR) & (year <= _LAST_YEAR)
        parts[rows[plain]] = np.stack([year, month, day], axis=1)[plain]
        done[rows[plain]] = True
    return parts, np.flatnonzero(~done)


def read_date(text: str, *, day_first: bool = True) -> Parts:  # noqa: PLR0911  one return for each form
    """(year, month, day), 0 for what is not told; all 0 for what is no date."""
    if len(text) == 10 and text[4] == text[7] == "-" and (digits := text[:4] + text[5:7] + text[8:]).isdecimal():
        return (int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    bare = _TIME.sub("", text.strip().removesuffix(".0").translate(_HAN_UNITS))
    folded = fold(bare)
    if not folded:
        return NOTHING
    if match := _EIGHT.fullmatch(folded):
        return _year_first_or_last(folded, match, day_first=day_first)
    if match := _YEAR_LAST.fullmatch(folded):
        month, day = _month_and_day(match.group(1), match.group(2), day_first=day_first)
        return (_full_year(match.group(3)), month, day)
    if match := _YEAR_FIRST.fullmatch(folded):
        return (int(match.group(1)), int(match.group(2)), int(match.group(3)))
    if match := _YEAR_AND_MONTH.fullmatch(folded) or _SIX.fullmatch(folded):
        return (int(match.group(1)), int(match.group(2)), 0)
    if match := _MONTH_AND_YEAR.fullmatch(folded):
        return (int(match.group(2)), int(match.group(1)), 0)
    return _in_words(folded)


def _year_first_or_last(digits: str, match: re.Match[str], *, day_first: bool) -> Parts:
    """19500403, or 03041950 where only that reading has a year."""
    if not _FIRST_YEAR <= int(match.group(1)) <= _LAST_YEAR and _FIRST_YEAR <= int(digits[4:]) <= _LAST_YEAR:
        month, day = _month_and_day(digits[:2], digits[2:4], day_first=day_first)
        return (int(digits[4:]), month, day)
    year, month, day = (int(group) for group in match.groups())
    return (year, month, day)


def _month_and_day(first: str, second: str, *, day_first: bool) -> tuple[int, int]:
    one, other = int(first), int(second)
    return (other, one) if (day_first and other <= 12) or one > 12 else (one, other)


def _in_words(folded: str) -> Parts:
    """3rd February 1850, 15mar1850, Feb 1850, circa 1850; without a month only the year is taken."""
    months = (_MONTHS.get(word[:4], _MONTHS.get(word[:3], 0)) for word in _WORD.findall(folded))
    month = next((found for found in months if found), 0)
    numbers = _DIGITS.findall(folded)
    year = next((int(number) for number in numbers if _YEAR.fullmatch(number)), 0)
    short = [int(number) for number in numbers if len(number) <= 2]
    if not month:
        return (year, 0, 0)
    if not year and short and (len(short) > 1 or short[0] > 31):
        year = _full_year(f"{short.pop():02}")
    day = next((number for number in short if 1 <= number <= 31), 0)
    return (year, month, day)


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < _PIVOT else 1900)


def year_last(text: str) -> tuple[int, int] | None:
    """The two numbers before the year of a date in figures, in the order written; None for any other text."""
    if text[:4].isdecimal():
        return None
    match = _YEAR_LAST.fullmatch(fold(_TIME.sub("", text.strip())))
    return None if match is None else (int(match.group(1)), int(match.group(2)))
