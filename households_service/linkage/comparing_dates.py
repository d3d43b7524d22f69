"""Dates of birth, as they are mistaken: swapped day and month, a wrong digit, only the year, 1 January for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from households_service.linkage.arrays import Coded, Flags, Float32, Int8, Int32, Int64, ranked
from households_service.linkage.measures import Feature, Measured, blank_where, share_of
from households_service.linkage.schema import FieldKind
from households_service.linkage.table import DateColumn

SAME_DAY, YEAR_ALONE = 7, 4
SAME_YEAR = 5
"""Of years without a day."""
_PLACES = 10 ** np.arange(8, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class DateComparison:
    """7 the same day, 6 swapped or one slip, 5 two of the three parts, 4 one year and no better known,
    3 one year but another day, 2 at most two years apart, 1 else.
    """

    name: str
    column: DateColumn
    codes: Int32
    shares: Float32

    @staticmethod
    def of(name: str, column: DateColumn) -> DateComparison:
        known = column.codes >= 0
        codes = np.full(len(column.codes), -1, dtype=np.int32)
        held, inverse = ranked(column.codes[known])
        codes[known] = inverse
        counts = np.bincount(inverse, minlength=len(held))
        return DateComparison(name, column, codes, (counts / max(1, counts.sum())).astype(np.float32))

    @property
    def features(self) -> tuple[Feature, ...]:
        return (
            Feature(
                name=self.name,
                kind=FieldKind.DATE_OF_BIRTH,
                prior_m=(0.03, 0.02, 0.03, 0.05, 0.05, 0.07, 0.75),
                prior_u=(0.93995, 0.044, 0.014, 0.0007, 0.0009, 0.0004, 0.00005),
            ),
        )

    def measure(self, left: Int32 | Int64, right: Int32 | Int64) -> tuple[Measured, ...]:
        one, two = self.column.codes[left], self.column.codes[right]
        levels = blank_where(date_levels(one, two), (one < 0) | (two < 0))
        # a year alone that agrees is no whole date that does, however rare the year
        return (Measured(levels=levels, share=share_of(self.shares, self.codes[left], exact=levels == SAME_DAY)),)


def date_levels(one: Int32, two: Int32) -> Int8:
    year_a, year_b = one // 10_000, two // 10_000
    rest_a, rest_b = one % 10_000, two % 10_000
    month_a, month_b = rest_a // 100, rest_b // 100
    day_a, day_b = rest_a % 100, rest_b % 100
    whole = (month_a > 0) & (month_b > 0) & (day_a > 0) & (day_b > 0)
    same_year, same_month, same_day = year_a == year_b, month_a == month_b, day_a == day_b
    vague = ~whole | (rest_a == 101) | (rest_b == 101)
    gap = np.abs(year_a - year_b)
    levels = np.ones(len(one), dtype=np.int8)
    levels[gap <= 2] = 2
    levels[same_year] = 3
    levels[same_year & vague] = 4
    two_parts = whole & (
        (same_year & (same_month | same_day)) | (same_month & same_day & (one_digit_apart(year_a, year_b) | (gap <= 2)))
    )
    levels[two_parts] = 5
    swapped = whole & same_year & (month_a == day_b) & (day_a == month_b)
    levels[whole & (swapped | slipped(one, two))] = 6
    levels[one == two] = SAME_DAY
    levels[(one == two) & ~whole] = 4
    return levels


def one_digit_apart(one: Int32, two: Int32) -> Flags:
    return np.asarray(_differing_digits(one, two) == 1)


def slipped(one: Int32, two: Int32) -> Flags:
    """One wrong digit, or two neighbours swapped, anywhere in the eight digits."""
    differing = _differing_digits(one, two)
    swap = np.zeros(len(one), dtype=np.bool_)
    for place in range(7):
        low, high = _PLACES[place], _PLACES[place + 1]
        digit_low, digit_high = one // low % 10, one // high % 10
        swap |= one + (digit_low - digit_high) * (high - low) == two
    return np.asarray((differing == 1) | (swap & (differing == 2)))


def _differing_digits(one: Int32, two: Int32) -> Int8:
    count = np.zeros(len(one), dtype=np.int8)
    for place in _PLACES:
        count += (one // place % 10) != (two // place % 10)
    return count


@dataclass(frozen=True, slots=True)
class YearComparison:
    """5 the same year, 4 one apart, 3 one digit apart, 2 two or three apart, 1 else."""

    name: str
    column: Coded
    years: Int32
    shares: Float32

    @staticmethod
    def of(name: str, column: Coded) -> YearComparison:
        values = np.array([int(text) for text in column.texts()], dtype=np.int32)
        known = column.codes >= 0
        years = np.zeros(len(column.codes), dtype=np.int32)
        years[known] = values[column.codes[known]] if len(values) else 0
        counts = column.counts()
        return YearComparison(name, column, years, (counts / max(1, counts.sum())).astype(np.float32))

    @property
    def features(self) -> tuple[Feature, ...]:
        return (
            Feature(
                name=self.name,
                kind=FieldKind.YEAR,
                prior_m=(0.04, 0.03, 0.06, 0.07, 0.80),
                prior_u=(0.84, 0.06, 0.05, 0.03, 0.02),
            ),
        )

    def measure(self, left: Int32 | Int64, right: Int32 | Int64) -> tuple[Measured, ...]:
        one, two = self.years[left], self.years[right]
        gap = np.abs(one - two)
        levels = np.ones(len(one), dtype=np.int8)
        levels[gap <= 3] = 2
        levels[one_digit_apart(one, two)] = 3
        levels[gap == 1] = 4
        levels[gap == 0] = 5
        levels = blank_where(levels, (one == 0) | (two == 0))
        return (Measured(levels=levels, share=share_of(self.shares, self.column.codes[left], exact=gap == 0)),)
