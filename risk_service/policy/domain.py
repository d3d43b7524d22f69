"""What an area's policy says: lines of cost and income, clocks, and the rule of clearing. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum

from chassis.errors import Conflict, InvalidInput, NotFound
from risk_service.policy.calendar import WorkingCalendar


class RiskFactor(StrEnum):
    ILLNESS = "ILLNESS"
    DISABILITY = "DISABILITY"
    EDUCATION = "EDUCATION"
    UNEMPLOYMENT = "UNEMPLOYMENT"
    INCOME_DROP = "INCOME_DROP"
    DISASTER = "DISASTER"
    ACCIDENT = "ACCIDENT"
    LIVELIHOOD_FAILURE = "LIVELIHOOD_FAILURE"
    HOUSING_SAFETY = "HOUSING_SAFETY"
    WATER_SAFETY = "WATER_SAFETY"


class AlertLevel(IntEnum):
    NONE = 0
    YELLOW = 1
    RED = 2


class CostScope(StrEnum):
    """Whose costs are added up before they are held against the lines."""

    PERSON = "PERSON"
    HOUSEHOLD = "HOUSEHOLD"


class IncomeBasis(StrEnum):
    RECEIVED_12M = "RECEIVED_12M"
    CALENDAR_YEAR_PROJECTED = "CALENDAR_YEAR_PROJECTED"
    RUN_RATE_12M = "RUN_RATE_12M"


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


class ThresholdsOutOfOrder(InvalidInput):
    code = "THRESHOLDS_OUT_OF_ORDER"


class PolicyPeriodEmpty(InvalidInput):
    code = "POLICY_PERIOD_EMPTY"


class PolicyVersionTaken(Conflict):
    """The same version of an area's pack was applied before with other content."""

    code = "POLICY_VERSION_TAKEN"


class NoPolicyInForce(NotFound):
    code = "NO_POLICY_IN_FORCE"


class NoMonitoringLine(NotFound):
    code = "NO_MONITORING_LINE"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostThresholds:
    """Costs, in the policy's currency, that must be *exceeded* to be warned about.

    "Exceeds" is strict: 2,000.00 is calm, 2,000.01 is yellow.
    """

    yellow_over: Decimal
    red_over: Decimal

    def __post_init__(self) -> None:
        if not Decimal(0) <= self.yellow_over < self.red_over:
            raise ThresholdsOutOfOrder(f"Need 0 <= yellow < red, got {self.yellow_over} and {self.red_over}.")

    def level_of(self, cost: Decimal) -> AlertLevel:
        if cost.is_nan():
            raise InvalidInput("A cost must be a number.")
        if cost > self.red_over:
            return AlertLevel.RED
        return AlertLevel.YELLOW if cost > self.yellow_over else AlertLevel.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalText:
    locale: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRule:
    """`texts` tell a household why it was warned; {yellow_over} and {red_over} stand for the lines."""

    factor: RiskFactor
    thresholds: CostThresholds
    scope: CostScope
    texts: tuple[LocalText, ...]

    def told(self) -> tuple[LocalText, ...]:
        """The rule in words, with its lines filled in."""
        lines = {"yellow_over": f"{self.thresholds.yellow_over:,.2f}", "red_over": f"{self.thresholds.red_over:,.2f}"}
        return tuple(LocalText(locale=text.locale, text=text.text.format(**lines)) for text in self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterRule:
    """From so many days without water, and so many failed tests within so many days, whom a point serves is warned."""

    yellow_outage_days: int
    red_outage_days: int
    yellow_failed_tests: int
    red_failed_tests: int
    within_days: int
    texts: tuple[LocalText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyYear:
    """The year over which costs are added up; it begins each year on this day."""

    start_month: int
    start_day: int

    def start_of(self, day: date) -> date:
        start = date(day.year, self.start_month, self.start_day)
        return start if start <= day else date(day.year - 1, self.start_month, self.start_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitClocks:
    red_working_days: int
    yellow_working_days: int

    def working_days(self, level: AlertLevel) -> int:
        return self.red_working_days if level is AlertLevel.RED else self.yellow_working_days


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
    """One version of one area's policy. `area_path` "" means everywhere; `content_hash` is over its content."""

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
    water: WaterRule | None
    lines: tuple[MonitoringLine, ...]
    clearing: ClearingRule
    bands: LikelihoodBands
    measures: tuple[MeasureOffer, ...]
    content_hash: str

    def __post_init__(self) -> None:
        if self.effective_until is not None and self.effective_until <= self.effective_from:
            raise PolicyPeriodEmpty("A pack must end after it begins.", field="pack.effective_until")

    @property
    def label(self) -> str:
        """How an alert names the version it was raised under."""
        return f"{self.name}@{self.version}"

    def covers(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_until is None or day < self.effective_until)

    def rule_of(self, factor: RiskFactor) -> CostRule | None:
        return next((rule for rule in self.rules if rule.factor is factor), None)

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
