"""Windows of civil days over which a statement counts. Both ends belong to a window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    @staticmethod
    def twelve_months_before(day: date) -> Window:
        """Whole months: on 18 September 2020 the 1 September 2019 to 31 August 2020."""
        return Window(first=date(day.year - 1, day.month, 1), last=date(day.year, day.month, 1) - ONE_DAY)

    @staticmethod
    def twelve_months_to(day: date) -> Window:
        """Up to and with the day: on 18 September 2020 from 19 September 2019."""
        return Window(first=_year_apart(day, -1) + ONE_DAY, last=day)

    @staticmethod
    def twelve_months_from(day: date) -> Window:
        """The day and what follows: on 18 September 2020 until 17 September 2021."""
        return Window(first=day, last=_year_apart(day, 1) - ONE_DAY)


def year_of(day: date) -> Window:
    return Window(first=date(day.year, 1, 1), last=date(day.year, 12, 31))


def whole_months(period_from: date, period_to: date | None, window: Window) -> int:
    """Months of the period that lie in the window; both are made of whole months."""
    first = max(period_from, window.first)
    last = window.last if period_to is None else min(period_to, window.last)
    return 0 if last < first else (last.year - first.year) * 12 + last.month - first.month + 1


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - ONE_DAY)


def _year_apart(day: date, years: int) -> date:
    """The same day of another year; 28 February for 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
