"""Does 03/04/1960 lie in April or in March? Each column of each file has its own clerk, so each is asked by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from households_service.linkage.normal.dates import Parts, read_date, year_last

_MOST_SEEN = 50_000
_MOST_MONTH = 12


class Order(StrEnum):
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


class Ground(StrEnum):
    STATED = "stated"
    NUMBERS = "numbers"
    """A number above twelve can be no month."""
    OTHER_DATES = "other dates"
    """Read so, more of them are dates that stand elsewhere in full."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOrder:
    """How the dates of one column were read, and why; counts are of distinct values."""

    day_first: bool
    ground: Ground
    ambiguous: int
    """Dates that both orders make one of, a different one each."""
    for_day: int
    for_month: int
    """Dates that only the one order makes one of; with other dates as the ground, those that stand there."""


def date_order(values: Sequence[str], others: Iterable[Parts] = (), *, stated: Order | None = None) -> DateOrder:
    """`others`: dates that can be read in one way only, of this column and of the one it is laid beside.

    Without any evidence the day comes first, as in most of the world.
    """
    above_first = above_second = 0
    both: list[str] = []
    for value in values[:_MOST_SEEN]:
        if (pair := year_last(value)) is None:
            continue
        first, second = pair
        above_first += first > _MOST_MONTH >= second
        above_second += second > _MOST_MONTH >= first
        if first != second and max(pair) <= _MOST_MONTH:
            both.append(value)
    counts = above_first, above_second
    if stated is not None:
        day_first, ground = stated is Order.DAY_FIRST, Ground.STATED
    elif above_first != above_second:
        day_first, ground = above_first > above_second, Ground.NUMBERS
    else:
        known = set(others) if both else set()
        as_day, as_month = (
            sum(read_date(value, day_first=first) in known for value in both) for first in (True, False)
        )
        day_first, ground = as_day >= as_month, Ground.OTHER_DATES if as_day != as_month else Ground.NONE
        if ground is Ground.OTHER_DATES:
            counts = as_day, as_month
    return DateOrder(day_first=day_first, ground=ground, ambiguous=len(both), for_day=counts[0], for_month=counts[1])


_YEAR_FIRST = re.compile(r"\s*\d{4}\D\d{1,2}\D\d{1,2}\s*")


def certain_dates(values: Iterable[str]) -> set[Parts]:
    """Those in which the year comes first."""
    return {read_date(value) for value in values if _YEAR_FIRST.fullmatch(value)}


class CertainDates(Iterable[Parts]):
    """`certain_dates` of columns, read when they are first asked for: most orders are told without them."""

    def __init__(self, columns: Sequence[Sequence[str]]) -> None:
        self._columns = columns
        self._found: set[Parts] | None = None

    def __iter__(self) -> Iterator[Parts]:
        if self._found is None:
            self._found = certain_dates(value for column in self._columns for value in column)
        return iter(self._found)
