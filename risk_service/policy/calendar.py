"""Working days: Monday to Friday, less public holidays, plus the weekend days worked in their stead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from chassis.errors import InvalidInput


class CalendarContradictsItself(InvalidInput):
    code = "POLICY_CALENDAR_CONTRADICTS_ITSELF"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """`known_until`: from this day on (exclusive end of what was announced) only weekends are known."""

    closed: frozenset[date]
    worked: frozenset[date]
    known_until: date

    def __post_init__(self) -> None:
        if both := self.closed & self.worked:
            raise CalendarContradictsItself(f"{min(both)} is both closed and worked.", field="calendar")

    def is_working_day(self, day: date) -> bool:
        if day in self.worked:
            return True
        return day.weekday() < 5 and day not in self.closed

    def after(self, day: date, working_days: int) -> date:
        """The `working_days`-th working day after `day`; `day` itself does not count."""
        if working_days < 1:
            raise InvalidInput("At least one working day is needed.", field="working_days")
        due = day
        left = working_days
        while left:
            due += timedelta(days=1)
            left -= self.is_working_day(due)
        return due
