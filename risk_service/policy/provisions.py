"""What a policy provides beside its rules: clocks, the weights of plans, and what a visit costs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from risk_service.policy.factors import AlertLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitClocks:
    red_working_days: int
    yellow_working_days: int

    def working_days(self, level: AlertLevel) -> int:
        return self.red_working_days if level is AlertLevel.RED else self.yellow_working_days


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProvisions:
    """From a clue to a decision, and from there to the end of a case. Days are civil days unless named working days.

    `notice_days` are full days; `feed_late_days` and `answer_working_days` are of feeds and self-reports.
    """

    decision_days: int
    notice_days: int
    plan_days: int
    first_measure_days: int
    resolution_months: int
    resolution_measures: int
    feed_late_days: int
    answer_working_days: int
    visit_cap_days: int


class PlanValue(StrEnum):
    """What a plan's value counts: poverty averted by head, or by how far below the line."""

    HEADCOUNT = "HEADCOUNT"
    DEPTH = "DEPTH"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWeights:
    """Defaults of plans. Floors are percents of a group's even share: of the budget that would be each township's, and
    that of households with an old head, if money went by the number of households.
    """

    value: PlanValue
    red_first: bool
    township_floor_percent: int
    elders_floor_percent: int
    elders_from_age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Officer hours a visit takes, with its way and report; for weighing what a policy would cost."""

    hours_red: Decimal
    hours_yellow: Decimal

    def hours(self, level: AlertLevel) -> Decimal:
        return self.hours_red if level is AlertLevel.RED else self.hours_yellow
