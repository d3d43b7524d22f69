"""The clocks of a monitoring case, in civil days of the area's time zone. Pure.

A case counts calendar days: only visits count working days (see `verification`).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from chassis.errors import InvalidInput
from risk_service.policy.domain import PolicyPack


class Deadline(StrEnum):
    DECISION = "DECISION"
    """From the clue to the county's decision."""
    FIRST_MEASURE = "FIRST_MEASURE"
    """From the identification to the first measure delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClocks:
    """Found in published rules, but for the watch, which is a default of the product."""

    decision_days: int = 15
    notice_full_days: int = 5
    first_measure_days: int = 30
    months_to_resolution: int = 6
    measures_to_resolution: int = 1
    stable_income_months: int = 6
    watch_days: int = 90

    def __post_init__(self) -> None:
        if not 0 <= self.notice_full_days < self.decision_days or self.first_measure_days < 1:
            raise InvalidInput("A notice must fit between a clue and its decision.", field="notice_full_days")
        if min(self.months_to_resolution, self.stable_income_months, self.watch_days) < 0:
            raise InvalidInput("A clock cannot run backwards.", field="watch_days")

    def decision_due(self, clue_on: date) -> date:
        """The last day on which the decision is in time."""
        return clue_on + timedelta(days=self.decision_days)

    def first_measure_due(self, identified_on: date) -> date:
        return identified_on + timedelta(days=self.first_measure_days)

    def notice_over(self, started_on: date) -> date:
        """The first day on which may be decided: the day of posting and those after it have been full days."""
        return started_on + timedelta(days=self.notice_full_days)

    def resolvable_from(self, supported_since: date) -> date:
        return months_after(supported_since, self.months_to_resolution)

    def stable_from(self, stable_since: date) -> date:
        return months_after(stable_since, self.stable_income_months)

    def watch_until(self, resolved_on: date) -> date:
        return resolved_on + timedelta(days=self.watch_days)


def clocks_of(pack: PolicyPack) -> CaseClocks:
    """What the pack says; of an earlier schema only the watch, the others are the published ones then."""
    said = pack.case_clocks
    if said is None:
        return CaseClocks(watch_days=pack.clearing.watch_days)
    return CaseClocks(
        decision_days=said.decision_days,
        notice_full_days=said.notice_days,
        first_measure_days=said.first_measure_days,
        months_to_resolution=said.resolution_months,
        measures_to_resolution=said.resolution_measures,
        watch_days=pack.clearing.watch_days,
    )


def months_after(day: date, months: int) -> date:
    """The same day of the month, or the month's last: 31 August and six months are 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
