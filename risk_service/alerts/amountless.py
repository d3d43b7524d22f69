"""An alert that has no amount: raised and made graver by what was found. Pure.

Nothing here knows a likelihood, and no level falls: a person ends an alert.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from risk_service.alerts.domain import (
    Alert,
    AlertAmountChanged,
    AlertEscalated,
    AlertEvent,
    AlertRaised,
    AlertStatus,
    Priority,
)
from risk_service.alerts.evidence import CountedCondition
from risk_service.policy.domain import PolicyPack
from risk_service.policy.factors import AlertLevel, LocalText, RiskFactor
from risk_service.signals.domain import Subject
from risk_service.signals.factors.verdict import Input

Step: TypeAlias = tuple[Alert, AlertEvent]
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the rules of `pack` say of a household, in words too, and what they count."""

    factor: RiskFactor
    level: AlertLevel
    pack: PolicyPack
    texts: tuple[LocalText, ...]
    conditions: tuple[CountedCondition, ...]
    inputs: tuple[Input, ...] = ()


def raise_found(
    found: Ground,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    household_id: UUID,
    area_path: str,
    at: datetime,
    on: date,
) -> tuple[Alert, AlertRaised] | None:
    """A new alert, or None where nothing reaches a rule. `on`: the civil day where the household lives."""
    pack = found.pack
    if found.level is AlertLevel.NONE:
        return None
    alert = Alert(
        id=id,
        household_id=household_id,
        area_path=area_path,
        factor=found.factor,
        level=found.level,
        status=AlertStatus.OPEN,
        priority=Priority.NORMAL,
        amount=NOTHING,
        currency=pack.currency,
        subject=Subject(member_id=None, period_from=pack.policy_year.start_of(on)),
        thresholds=None,
        policy_version=pack.label,
        policy_hash=pack.content_hash,
        rule_texts=found.texts,
        counted=(),
        cleared_before=NOTHING,
        raised_at=at,
        raised_on=on,
        cleared_at=None,
        watch_until=None,
        version=1,
        conditions=found.conditions,
        inputs=found.inputs,
    )
    return alert, AlertRaised(alert=alert)


def weigh_found(alert: Alert, found: Ground) -> Step | None:
    """An open alert after something was told, corrected or withdrawn, or after a day: the level may rise and never
    falls. What stands no more is shown no more; the alert stays open. None: it is as it was.
    """
    rises = found.level > alert.level
    if not alert.is_open or (not rises and (alert.conditions, alert.inputs) == (found.conditions, found.inputs)):
        return None
    moved = replace(alert, conditions=found.conditions, inputs=found.inputs, version=alert.version + 1)
    if not rises:
        return moved, AlertAmountChanged(alert=moved)
    raised = replace(
        moved,
        level=found.level,
        status=AlertStatus.OPEN,
        policy_version=found.pack.label,
        policy_hash=found.pack.content_hash,
        rule_texts=found.texts,
    )
    return raised, AlertEscalated(alert=raised)
