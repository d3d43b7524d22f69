"""Late wages: since when a wage that was due has not come.

A wage counts as paid when the worker says that it came. The clock asks nothing of the employer and accuses nobody: it
says since when a wage that was due is not confirmed.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.errors import InvalidInput, NotFound
from employment_service.placements.calendar import add_months


class WageNotDue(InvalidInput):
    code = "WAGE_NOT_DUE"


class WageClaimNotFound(NotFound):
    code = "WAGE_CLAIM_NOT_FOUND"


class ArrearsLevel(StrEnum):
    """REPORTED: the worker says that it is missing, and the clock has not reached YELLOW yet."""

    REPORTED = "REPORTED"
    YELLOW = "YELLOW"
    RED = "RED"


@dataclass(frozen=True, slots=True, kw_only=True)
class WageArrears:
    """One month's wage that was due and is not confirmed. `settled_on`: the worker confirmed it after all."""

    placement_id: UUID
    month: date
    worker_id: UUID
    employer_id: UUID
    area_path: str
    due_on: date
    level: ArrearsLevel
    raised_on: date
    said_by_worker: bool = False
    help_asked_at: datetime | None = None
    help_given_at: datetime | None = None
    help_given_by: str | None = None
    settled_on: date | None = None


def months_between(first: date, last: date) -> Iterator[date]:
    """First days of months, both included."""
    while first <= last:
        yield first
        first = add_months(first, 1)


def due_on(month: date, pay_day: int) -> date:
    """The pay day of the following month, or that month's last day if it is shorter."""
    following = add_months(month.replace(day=1), 1)
    last = calendar.monthrange(following.year, following.month)[1]
    return following.replace(day=min(pay_day, last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Late, in a colour, *more than* so many days after the pay day: due on 10 October, more than 15 days is 26
    October, more than 30 is 10 November.
    """

    yellow_days: int
    red_days: int

    def yellow_from(self, due: date) -> date:
        return due + timedelta(days=self.yellow_days + 1)

    def red_from(self, due: date) -> date:
        return due + timedelta(days=self.red_days + 1)

    def level_on(self, day: date, due: date) -> tuple[ArrearsLevel, date] | None:
        """The level and since when; `None`: not late yet."""
        if day >= self.red_from(due):
            return ArrearsLevel.RED, self.red_from(due)
        if day >= self.yellow_from(due):
            return ArrearsLevel.YELLOW, self.yellow_from(due)
        return None

    def next_change(self, day: date, due: date) -> date | None:
        """The next day on which the level of this wage changes, if nobody confirms it."""
        return next((change for change in (self.yellow_from(due), self.red_from(due)) if change > day), None)


def risen(known: WageArrears, level: ArrearsLevel, since: date) -> WageArrears:
    """A level only rises; the day is the one on which it was reached."""
    order = list(ArrearsLevel)
    if order.index(level) <= order.index(known.level):
        return known
    return replace(known, level=level, raised_on=since)
