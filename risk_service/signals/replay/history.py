"""What was told of households and what people decided, as it happened. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from risk_service.policy.domain import PolicyPack
from risk_service.policy.factors import AlertLevel, RiskFactor
from risk_service.signals.factors.facts import Fact, Situation
from risk_service.signals.factors.verdict import Verdict

PackOn: TypeAlias = Callable[[str, date], PolicyPack | None]
"""The pack for an area on a day; None where none is."""


class DecisionKind(StrEnum):
    CLEARED = "CLEARED"
    """A second person ended the alert: nothing it rested on warns again."""
    CONFIRMED = "CONFIRMED"
    """Whoever visited found a lasting risk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    household_id: UUID
    area_path: str
    factor: RiskFactor
    kind: DecisionKind
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`until`: the last day; what falls due by then is told too. `situations`: who lives in each household."""

    facts: tuple[Fact, ...]
    decisions: tuple[Decision, ...]
    until: date
    situations: Mapping[UUID, Situation] = field(default_factory=dict)


class Step(StrEnum):
    RAISED = "RAISED"
    ESCALATED = "ESCALATED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """An alert raised or escalated on a day, and what the rules made of it."""

    household_id: UUID
    area_path: str
    step: Step
    on: date
    verdict: Verdict
    policy: str

    @property
    def level(self) -> AlertLevel:
        return self.verdict.level

    @property
    def factor(self) -> RiskFactor:
        return self.verdict.factor


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedCase:
    """A lasting risk that a visit found. `warned`: whether this household had been warned by then, of anything."""

    household_id: UUID
    factor: RiskFactor
    on: date
    warned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """In the order of days within each household."""

    warned: tuple[Warned, ...]
    confirmed: tuple[ConfirmedCase, ...]
