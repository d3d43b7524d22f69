"""ID numbers of a whole column: what a spreadsheet did to one is told apart from a typing error.

The rules of one number stand in `members.id_number` and `imports.id_cells`; here they work on the digits of all
rows as one matrix (MOD 11-2 of GB 11643 is a product with a vector of weights).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import polars as pl

from households_service.imports.id_cells import IdNumberBirthDate, IdNumberTruncated
from households_service.members.id_number import (
    SAMPLE_AREA,
    IdNumberCheckFailed,
    IdNumberLostDigits,
    MalformedIdNumber,
    SampleIdNumber,
)
from households_service.sheets.kinds import Cells, Faults, Read, Rules

Codes = npt.NDArray[np.uint8]
Digits = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

_WEIGHTS = tuple(2 ** (17 - position) % 11 for position in range(17))
_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
_SCIENTIFIC = r"^[0-9]([.,][0-9]+)?E\+?1[4-7](\.0)?$"
_ROUNDED = r"^[0-9](?:[.,][0-9]+)?E\+?[0-9]+$"
_OLDEST_BIRTH = date(1880, 1, 1)
# By the month's two digits as they stand there: what is no month has no days.
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0], dtype=np.int32)
_ZERO, _NINE = np.uint8(ord("0")), np.uint8(ord("9"))

_TRUNCATED, _LOST, _MALFORMED, _CHECK_FAILED, _NO_DAY, _SAMPLE, _IMPOSSIBLE = range(1, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdNumbers:
    """Values are numbers of 18 characters; 15 digits get their century and check character."""

    few: ClassVar[bool] = False
    dtype: ClassVar[pl.DataType] = pl.String()
    faults: ClassVar[Faults] = (
        (
            IdNumberTruncated.code,
            "A spreadsheet turned this ID number into a rounded number: format the column as text and type it again.",
        ),
        (IdNumberLostDigits.code, "A spreadsheet rounded this ID number; format the column as text."),
        (MalformedIdNumber.code, "An ID number has 17 digits and a check character."),
        (IdNumberCheckFailed.code, "The check character of this ID number does not fit."),
        (MalformedIdNumber.code, "An ID number holds a date of birth that exists."),
        (SampleIdNumber.code, "ID numbers with area code 99xxxx belong to invented people."),
        (
            IdNumberBirthDate.code,
            "The birth date inside the ID number lies in the future or too far back.",
        ),
    )

    def sure(self, texts: pl.Series, rules: Rules) -> pl.Series | None:
        whole = texts.str.len_bytes() == 18
        if whole.all():
            return pl.Series(_judge(texts, rules) == 0)
        places = whole.arg_true()
        found = pl.repeat(value=False, n=len(texts), dtype=pl.Boolean, eager=True)
        if not len(places):
            return found
        return found.scatter(places, pl.Series(_judge(texts.gather(places), rules) == 0))

    def read(self, cells: Cells, rules: Rules) -> Read:
        texts = _bare(cells.texts)
        sizes = texts.str.len_bytes().to_numpy()
        faults = np.where(sizes == 0, 0, _MALFORMED).astype(np.uint8)
        self._mark_spoilt(cells, texts, sizes, faults)
        old = np.flatnonzero(sizes == 15)
        if old.size:
            texts, grown = _with_century(texts, old)
            sizes = np.where(grown, 18, sizes)
        whole = np.flatnonzero((sizes == 18) & (faults == _MALFORMED))
        if whole.size:
            faults[whole] = _judge(texts.gather(whole), rules)
        found = pl.Series(faults)
        given = (found == 0) & (texts != "")
        return Read(values=pl.select(pl.when(given).then(texts)).to_series(), faults=found)

    @staticmethod
    def _mark_spoilt(cells: Cells, texts: pl.Series, sizes: npt.NDArray[np.uint32], faults: Codes) -> None:
        exponents = texts.str.contains("E", literal=True)
        if exponents.any():
            faults[(exponents & texts.str.contains(_ROUNDED)).to_numpy()] = _LOST
            faults[(exponents & texts.str.contains(_SCIENTIFIC)).to_numpy()] = _TRUNCATED
        if cells.numeric is not None:
            whole = texts.str.contains(r"^-?[0-9]*$").to_numpy()
            # A spreadsheet holds 15 digits of a number.
            faults[cells.numeric.to_numpy() & (~whole | (sizes >= 16))] = _TRUNCATED


def birth_dates(id_numbers: pl.Series) -> pl.Series:
    """Of valid numbers, null for null."""
    return id_numbers.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)


def _bare(texts: pl.Series) -> pl.Series:
    if not texts.str.contains(r"[ 'a-z\-]").any():
        return texts
    return texts.str.strip_prefix("'").str.replace_all(r"[ \-]", "").str.to_uppercase()


def _with_century(texts: pl.Series, places: npt.NDArray[np.intp]) -> tuple[pl.Series, Flags]:
    """Fifteen digits are of people born in the 1900s. Also: which rows grew."""
    grown = np.zeros(len(texts), dtype=np.bool_)
    short = texts.gather(places)
    good = short.str.contains(r"^[1-9][0-9]{14}$").to_numpy()
    places, short = places[good], short.filter(good)
    if not len(short):
        return texts, grown
    grown[places] = True
    stems = short.str.slice(0, 6) + "19" + short.str.slice(6)
    characters = _check_characters(_codes(stems, 17)).tobytes().decode()
    return texts.clone().scatter(places, stems + pl.Series(list(characters))), grown


def _codes(texts: pl.Series, width: int) -> Codes:
    """ASCII codes: one row a place, one column a text. Every text has `width` bytes."""
    joined = texts.str.join("").item().encode()
    return np.ascontiguousarray(np.frombuffer(joined, dtype=np.uint8).reshape(-1, width).T)


def _check_characters(codes: Codes) -> Codes:
    """Of 17 digits. Small types on purpose: there are millions of digits."""
    total = np.zeros(codes.shape[1], dtype=np.uint16)
    for place, weight in enumerate(_WEIGHTS):
        total += (codes[place] - _ZERO).astype(np.uint16) * np.uint16(weight)
    return _CHECKS[total % 11]


def _judge(texts: pl.Series, rules: Rules) -> Codes:
    """Of texts with 18 bytes."""
    codes = _codes(texts, 18)
    is_digit = (codes >= _ZERO) & (codes <= _NINE)
    shaped = is_digit[:17].all(axis=0) & (codes[0] != _ZERO) & (is_digit[17] | (codes[17] == ord("X")))
    fits = _check_characters(codes) == codes[17]
    digits = (codes[6:14] - _ZERO).astype(np.int32)
    years = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3]
    real, births = _days(years, digits[4] * 10 + digits[5], digits[6] * 10 + digits[7])
    sample = (codes[0] == ord(SAMPLE_AREA[0])) & (codes[1] == ord(SAMPLE_AREA[1]))
    lived = (births >= _day_number(_OLDEST_BIRTH)) & (births <= _day_number(rules.today))
    zeros = (codes[15:18] == _ZERO).all(axis=0)
    faults = np.select(
        [~shaped, ~fits & zeros, ~fits, ~real, sample & (not rules.sample_ids_allowed), ~lived],
        [_MALFORMED, _TRUNCATED, _CHECK_FAILED, _NO_DAY, _SAMPLE, _IMPOSSIBLE],
        default=0,
    )
    return faults.astype(np.uint8)


def _days(years: Digits, months: Digits, days: Digits) -> tuple[Flags, Digits]:
    """Which of them exist, and each as one number in the order of days."""
    leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    longest = _MONTH_DAYS.take(months, mode="clip") + (leap & (months == 2))
    return (years >= 1) & (days >= 1) & (days <= longest), years * 10_000 + months * 100 + days


def _day_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
