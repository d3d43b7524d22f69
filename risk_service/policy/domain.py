"""What an area's policy says: lines of cost and income, clocks, and the rule of clearing. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from chassis.errors import Conflict, InvalidInput, NotFound
from risk_service.policy.calendar import WorkingCalendar
from risk_service.policy.factors import (
    AccidentRule,
    AlertLevel,
    CostRule,
    CostScope,
    CostThresholds,
    CostWindow,
    DisabilityRule,
    DisasterRule,
    HousingRule,
    IncomeBasis,
    IncomeDropRule,
    LivelihoodRule,
    LocalText,
    RiskFactor,
    SchoolingRule,
    ThresholdsOutOfOrder,
    UnemploymentRule,
    WaterRule,
    on_day,
)
from risk_service.policy.provisions import CaseProvisions, PlanValue, PlanWeights, VisitClocks, Workload

__all__ = [
    "AlertLevel",
    "CaseProvisions",
    "ClearingRule",
    "CostRule",
    "CostScope",
    "CostThresholds",
    "CostWindow",
    "IncomeBasis",
    "IncomeTest",
    "LikelihoodBand",
    "LikelihoodBands",
    "LocalText",
    "MeasureOffer",
    "MeasureType",
    "MonitoringLine",
    "NoMonitoringLine",
    "NoPolicyInForce",
    "PlanValue",
    "PlanWeights",
    "PolicyPack",
    "PolicyPeriodEmpty",
    "PolicySaysNothing",
    "PolicyVersionTaken",
    "PolicyYear",
    "RigidExpenseMode",
    "RiskFactor",
    "ThresholdsOutOfOrder",
    "VisitClocks",
    "WaterRule",
    "Workload",
    "pack_in_force",
]


class RigidExpenseMode(StrEnum):
    """Whether unavoidable expenses are only shown beside the income, or deducted before the legal test."""

    SHOW = "SHOW"
    DEDUCT = "DEDUCT"


class IncomeTest(StrEnum):
    """Whether an alert may be cleared while the income is not over the monitoring line."""

    REQUIRED = "REQUIRED"
    SHOWN = "SHOWN"


class LikelihoodBand(StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class MeasureType(StrEnum):
    INDUSTRY_SUPPORT = "INDUSTRY_SUPPORT"
    JOB_REFERRAL = "JOB_REFERRAL"
    PUBLIC_WELFARE_POST = "PUBLIC_WELFARE_POST"
    SKILLS_TRAINING = "SKILLS_TRAINING"
    CHILDCARE = "CHILDCARE"
    ELDER_CARE = "ELDER_CARE"
    MICROCREDIT = "MICROCREDIT"
    HEALTH_AID = "HEALTH_AID"
    EDUCATION_AID = "EDUCATION_AID"
    HOUSING_REPAIR = "HOUSING_REPAIR"
    WATER_FIX = "WATER_FIX"
    SUBSISTENCE_ALLOWANCE = "SUBSISTENCE_ALLOWANCE"
    TEMPORARY_RELIEF = "TEMPORARY_RELIEF"
    DISASTER_RELIEF = "DISASTER_RELIEF"
    ANTI_POVERTY_INSURANCE = "ANTI_POVERTY_INSURANCE"
    DISABILITY_AID = "DISABILITY_AID"
    LEGAL_AID = "LEGAL_AID"
    SOCIAL_DONATION = "SOCIAL_DONATION"


class PolicyPeriodEmpty(InvalidInput):
    code = "POLICY_PERIOD_EMPTY"


class PolicyVersionTaken(Conflict):
    """The same version of an area's pack was applied before with other content."""

    code = "POLICY_VERSION_TAKEN"


class NoPolicyInForce(NotFound):
    code = "NO_POLICY_IN_FORCE"


class NoMonitoringLine(NotFound):
    code = "NO_MONITORING_LINE"


class PolicySaysNothing(NotFound):
    """The pack in force is of an earlier schema, without the section that is asked for."""

    code = "POLICY_SAYS_NOTHING"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyYear:
    """The year over which costs are added up; it begins each year on this day."""

    start_month: int
    start_day: int

    def start_of(self, day: date) -> date:
        start = date(day.year, self.start_month, self.start_day)
        return start if start <= day else date(day.year - 1, self.start_month, self.start_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringLine:
    """Income per person and year that must be exceeded, from a day on until another (exclusive)."""

    effective_from: date
    effective_until: date | None
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingRule:
    """`income_basis` is the one of the legal test; the other is always shown beside it."""

    income_basis: IncomeBasis
    income_test: IncomeTest
    rigid_expense_mode: RigidExpenseMode
    note_on_bill_required: bool
    watch_days: int
    contest_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodBands:
    medium_from: float
    high_from: float

    def __post_init__(self) -> None:
        if not 0.0 < self.medium_from < self.high_from < 1.0:
            raise ThresholdsOutOfOrder("Need 0 < medium_from < high_from < 1.", field="likelihood")

    def band_of(self, likelihood: float) -> LikelihoodBand:
        if not 0.0 <= likelihood <= 1.0:
            raise InvalidInput("A likelihood lies between 0 and 1.")
        if likelihood >= self.high_from:
            return LikelihoodBand.HIGH
        return LikelihoodBand.MEDIUM if likelihood >= self.medium_from else LikelihoodBand.LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureOffer:
    """What is worth offering when an alert of `factor` and at least `level` is open, or in a likelihood `band`."""

    factor: RiskFactor | None
    level: AlertLevel
    band: LikelihoodBand | None
    types: tuple[MeasureType, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPack:
    """One version of one area's policy. `area_path` "" means everywhere; `content_hash` is over its content.

    Of a factor there may be several rules, each for its own days. A pack of schema 1 knows illness and water only.
    """

    name: str
    version: str
    area_path: str
    effective_from: date
    effective_until: date | None
    approved_by: str
    approved_on: date
    currency: str
    time_zone: str
    policy_year: PolicyYear
    calendar: WorkingCalendar
    clocks: VisitClocks
    rules: tuple[CostRule, ...]
    lines: tuple[MonitoringLine, ...]
    clearing: ClearingRule
    bands: LikelihoodBands
    measures: tuple[MeasureOffer, ...]
    content_hash: str
    water_rules: tuple[WaterRule, ...] = ()
    disability_rules: tuple[DisabilityRule, ...] = ()
    schooling_rules: tuple[SchoolingRule, ...] = ()
    unemployment_rules: tuple[UnemploymentRule, ...] = ()
    income_drop_rules: tuple[IncomeDropRule, ...] = ()
    disaster_rules: tuple[DisasterRule, ...] = ()
    accident_rules: tuple[AccidentRule, ...] = ()
    livelihood_rules: tuple[LivelihoodRule, ...] = ()
    housing_rules: tuple[HousingRule, ...] = ()
    school_year: PolicyYear | None = None
    case_clocks: CaseProvisions | None = None
    plan_weights: PlanWeights | None = None
    workload: Workload | None = None

    def __post_init__(self) -> None:
        if self.effective_until is not None and self.effective_until <= self.effective_from:
            raise PolicyPeriodEmpty("A pack must end after it begins.", field="pack.effective_until")

    @property
    def label(self) -> str:
        """How an alert names the version it was raised under."""
        return f"{self.name}@{self.version}"

    def covers(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_until is None or day < self.effective_until)

    def rule_of(self, factor: RiskFactor, day: date) -> CostRule | None:
        """The cost lines in force for a cost of `day`."""
        return on_day([rule for rule in self.rules if rule.factor is factor], day)

    def water_on(self, day: date) -> WaterRule | None:
        return on_day(self.water_rules, day)

    def year_of(self, window: CostWindow) -> PolicyYear:
        """Raises PolicySaysNothing."""
        if window is CostWindow.POLICY_YEAR:
            return self.policy_year
        if self.school_year is None:
            raise PolicySaysNothing(f"{self.label} has no school_year.", field="school_year")
        return self.school_year

    def cost_year(self, factor: RiskFactor, day: date) -> PolicyYear:
        """The year over which costs of the factor are added up; raises PolicySaysNothing."""
        rule = self.rule_of(factor, day)
        return self.policy_year if rule is None else self.year_of(rule.window)

    def cases(self) -> CaseProvisions:
        """Raises PolicySaysNothing."""
        if self.case_clocks is None:
            raise PolicySaysNothing(f"{self.label} has no clocks of cases.", field="cases")
        return self.case_clocks

    def plan(self) -> PlanWeights:
        """Raises PolicySaysNothing."""
        if self.plan_weights is None:
            raise PolicySaysNothing(f"{self.label} has no weights of plans.", field="plan")
        return self.plan_weights

    def line_on(self, day: date) -> Decimal:
        """Raises NoMonitoringLine where the pack gives none for the day."""
        for line in self.lines:
            if line.effective_from <= day and (line.effective_until is None or day < line.effective_until):
                return line.amount
        raise NoMonitoringLine(f"{self.label} has no monitoring line on {day}.")


def pack_in_force(packs: Iterable[PolicyPack], *, area_path: str, day: date) -> PolicyPack:
    """The pack of the nearest area at or above `area_path` that covers `day`; of one area, the newest.

    Raises NoPolicyInForce.
    """
    fitting = [pack for pack in packs if area_path.startswith(pack.area_path) and pack.covers(day)]
    if not fitting:
        raise NoPolicyInForce(f"No policy pack is in force on {day} for this area.")
    return max(fitting, key=lambda pack: (len(pack.area_path), pack.effective_from, pack.approved_on, pack.version))
