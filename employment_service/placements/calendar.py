"""Whole months of the civil calendar."""

from __future__ import annotations

import calendar
import re
from datetime import date

from chassis.errors import InvalidInput

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day: 30 November + 3 months = 28 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def month_of(text: str, *, field: str = "month") -> date:
    """The first day of a month written "2020-09"."""
    found = MONTH.fullmatch(text)
    if found is None or not int(found.group(1)) >= 1:
        raise InvalidInput("A month is written like 2020-09.", field=field)
    return date(int(found.group(1)), int(found.group(2)), 1)


def month_text(month: date) -> str:
    return f"{month.year:04d}-{month.month:02d}"
