"""From where on an event warns: the rules of the ten factors, as figures. Pure.

A rule holds figures and texts only; what is done with them is code (`risk_service/signals/factors`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import TypeVar

from chassis.errors import InvalidInput


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


COST_FACTORS = (RiskFactor.ILLNESS, RiskFactor.EDUCATION, RiskFactor.DISASTER, RiskFactor.ACCIDENT)
"""Those with lines of cost."""


class AlertLevel(IntEnum):
    NONE = 0
    YELLOW = 1
    RED = 2


class CostScope(StrEnum):
    """Whose costs are added up before they are held against the lines."""

    PERSON = "PERSON"
    HOUSEHOLD = "HOUSEHOLD"


class CostWindow(StrEnum):
    """Over which year costs are added up."""

    POLICY_YEAR = "POLICY_YEAR"
    SCHOOL_YEAR = "SCHOOL_YEAR"


class IncomeBasis(StrEnum):
    RECEIVED_12M = "RECEIVED_12M"
    CALENDAR_YEAR_PROJECTED = "CALENDAR_YEAR_PROJECTED"
    RUN_RATE_12M = "RUN_RATE_12M"


class ThresholdsOutOfOrder(InvalidInput):
    code = "THRESHOLDS_OUT_OF_ORDER"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalText:
    locale: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days a rule is for within its pack; None: as long as the pack."""

    effective_from: date | None = None
    effective_until: date | None = None

    def covers(self, day: date) -> bool:
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_until is None or day < self.effective_until
        )


ALWAYS = Span()


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
class CostRule:
    """`texts` tell a household why it was warned; {yellow_over} and {red_over} stand for the lines."""

    factor: RiskFactor
    thresholds: CostThresholds
    scope: CostScope
    texts: tuple[LocalText, ...]
    window: CostWindow = CostWindow.POLICY_YEAR
    span: Span = ALWAYS

    def figures(self) -> Mapping[str, str]:
        return {
            "yellow_over": f"{self.thresholds.yellow_over:,.2f}",
            "red_over": f"{self.thresholds.red_over:,.2f}",
        }

    def told(self) -> tuple[LocalText, ...]:
        """The rule in words, with its lines filled in."""
        return told(self.texts, self.figures())


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionRule(ABC):
    """A rule about something other than a cost; `texts` may name its figures in braces."""

    texts: tuple[LocalText, ...]
    span: Span = ALWAYS

    @abstractmethod
    def figures(self) -> Mapping[str, str]:
        """What the texts may name, as shown."""

    def told(self) -> tuple[LocalText, ...]:
        """The rule in words, with its figures filled in."""
        return told(self.texts, self.figures())


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterRule(ConditionRule):
    """From so many days without water, and so many failed tests within so many days, whom a point serves is warned."""

    yellow_outage_days: int
    red_outage_days: int
    yellow_failed_tests: int
    red_failed_tests: int
    within_days: int

    def figures(self) -> Mapping[str, str]:
        return {
            "yellow_days": str(self.yellow_outage_days),
            "red_days": str(self.red_outage_days),
            "yellow_tests": str(self.yellow_failed_tests),
            "red_tests": str(self.red_failed_tests),
            "within_days": str(self.within_days),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DisabilityRule(ConditionRule):
    """Yellow for a certificate with one of `yellow_changes`; red up to level `red_to_level` (1 is the gravest)."""

    yellow_changes: frozenset[str]
    red_to_level: int
    red_for_sole_earner: bool

    def figures(self) -> Mapping[str, str]:
        return {"red_to_level": str(self.red_to_level)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolingRule(ConditionRule):
    """Red when a child of these ages (both ends belong to it) is not enrolled."""

    from_age: int
    to_age: int

    def figures(self) -> Mapping[str, str]:
        return {"from_age": str(self.from_age), "to_age": str(self.to_age)}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnemploymentRule(ConditionRule):
    """Days without work since insured work ended; wages late by whole months."""

    yellow_days: int
    red_days_sole_earner: int
    red_arrears_months: int

    def figures(self) -> Mapping[str, str]:
        return {
            "yellow_days": str(self.yellow_days),
            "red_days": str(self.red_days_sole_earner),
            "red_months": str(self.red_arrears_months),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeDropRule(ConditionRule):
    """Falls are reached ("by 20 % or more"); a household must lie under a share of the line ("under 110 %")."""

    basis: IncomeBasis
    yellow_fall_percent: int
    red_fall_percent: int
    yellow_under_line_percent: int
    red_under_line_percent: int
    benefit_cut: AlertLevel

    def figures(self) -> Mapping[str, str]:
        return {
            "yellow_fall": str(self.yellow_fall_percent),
            "red_fall": str(self.red_fall_percent),
            "yellow_line": str(self.yellow_under_line_percent),
            "red_line": str(self.red_under_line_percent),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DisasterRule(ConditionRule):
    """Besides the cost lines: a loss of so much of the year's production is yellow, a home nobody can use red."""

    yellow_crop_percent: int
    red_home_unusable: bool

    def figures(self) -> Mapping[str, str]:
        return {"yellow_crop": str(self.yellow_crop_percent)}


class Victim(StrEnum):
    """Whose severe injury or death makes an accident red."""

    EARNER = "EARNER"
    ANYONE = "ANYONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccidentRule(ConditionRule):
    """Besides the cost lines."""

    red_severe_injury_of: Victim
    red_home_unusable: bool

    def figures(self) -> Mapping[str, str]:
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class LivelihoodRule(ConditionRule):
    """Prices against the mean of three years, for a product that makes so much of a household's income."""

    yellow_fall_percent: int
    red_fall_percent: int
    least_income_percent: int
    red_loss_percent: int

    def figures(self) -> Mapping[str, str]:
        return {
            "yellow_fall": str(self.yellow_fall_percent),
            "red_fall": str(self.red_fall_percent),
            "least_income": str(self.least_income_percent),
            "red_loss": str(self.red_loss_percent),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class HousingRule(ConditionRule):
    yellow_grades: frozenset[str]
    red_grades: frozenset[str]

    def figures(self) -> Mapping[str, str]:
        return {
            "yellow_grades": ", ".join(sorted(self.yellow_grades)),
            "red_grades": ", ".join(sorted(self.red_grades)),
        }


Dated = TypeVar("Dated", bound=CostRule | ConditionRule)


def on_day(rules: Sequence[Dated], day: date) -> Dated | None:
    """The one in force; reading a pack makes sure that there is at most one."""
    return next((rule for rule in rules if rule.span.covers(day)), None)


def told(texts: Sequence[LocalText], figures: Mapping[str, str]) -> tuple[LocalText, ...]:
    return tuple(LocalText(locale=text.locale, text=text.text.format(**figures)) for text in texts)
