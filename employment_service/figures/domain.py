"""Months and counts of work, in which nobody's answer can be read.

Only confirmed facts are counted, never an offer or an answer to one. A small count is not shown, and neither is a
second one where a single gap could be filled from the others. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Fact(StrEnum):
    """What is counted, by the month in which it happened."""

    CONFIRMED = "CONFIRMED"
    ARRIVED = "ARRIVED"
    STARTED = "STARTED"
    STABLE = "STABLE"
    WAGES_LATE = "WAGES_LATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`count` is `None` where it is withheld; zero is shown."""

    month: date
    fact: Fact
    count: int | None


def withheld(counts: Mapping[tuple[date, Fact], int], *, months: tuple[date, ...], least: int) -> tuple[Cell, ...]:
    """Every month and fact in order. Counts from 1 to below `least` are withheld; if that leaves one gap in a row of
    months, the smallest other count of the row goes too, so that a sum known from elsewhere fills none.
    """
    cells: list[Cell] = []
    for fact in Fact:
        row = {month: counts.get((month, fact), 0) for month in months}
        hidden = {month for month, count in row.items() if 0 < count < least}
        others = [month for month, count in row.items() if count >= least]
        if len(hidden) == 1 and others:
            hidden.add(min(others, key=lambda month: row[month]))
        cells += [Cell(month=month, fact=fact, count=None if month in hidden else row[month]) for month in months]
    return tuple(sorted(cells, key=lambda cell: (cell.month, list(Fact).index(cell.fact))))
