"""An early warning: how it is raised, escalates, is visited and is cleared. Pure.

An alert colours an event, never a person; it can only bring a visit or an offer. It rises by itself and falls
only by a person's decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from risk_service.alerts.evidence import CountedCondition, CountedCost, RecordBehind
from risk_service.alerts.refusals import (
    AlertAlreadyCleared,
    AlertChanged,
    SecondPersonRequired,
    VerificationRequired,
)
from risk_service.policy.domain import AlertLevel, CostRule, CostThresholds, LocalText, RiskFactor
from risk_service.signals.domain import Standing, Subject
from risk_service.signals.factors.verdict import Input


class AlertStatus(StrEnum):
    OPEN = "OPEN"
    VISITED = "VISITED"
    CLEARED = "CLEARED"


class Priority(StrEnum):
    NORMAL = "NORMAL"
    HIGH = "HIGH"


class ChangeKind(StrEnum):
    RAISED = "RAISED"
    ESCALATED = "ESCALATED"
    AMOUNT_CHANGED = "AMOUNT_CHANGED"
    VISITED = "VISITED"
    CLEARED = "CLEARED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`amount` is what counts now: added up over the subject's policy year, less what was cleared before.

    An alert about a condition, not a cost, has no `thresholds`, an amount of nought, its `conditions`, and the
    figures that were held against the rule as `inputs`. One about both has all of them.
    """

    id: UUID
    household_id: UUID
    area_path: str
    factor: RiskFactor
    level: AlertLevel
    status: AlertStatus
    priority: Priority
    amount: Decimal
    currency: str
    subject: Subject
    thresholds: CostThresholds | None
    policy_version: str
    policy_hash: str
    rule_texts: tuple[LocalText, ...]
    counted: tuple[CountedCost, ...]
    cleared_before: Decimal
    raised_at: datetime
    raised_on: date
    cleared_at: datetime | None
    watch_until: date | None
    version: int
    conditions: tuple[CountedCondition, ...] = ()
    inputs: tuple[Input, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.status is not AlertStatus.CLEARED

    @property
    def records(self) -> tuple[RecordBehind, ...]:
        """Those it rests on, each once."""
        keys = [(cost.department, cost.record_id) for cost in self.counted if cost.in_amount]
        found = dict.fromkeys([*keys, *((one.department, one.record_id) for one in self.conditions)])
        return tuple(RecordBehind(department=department, record_id=record_id) for department, record_id in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChange:
    """One row of an alert's history; `number` counts from 1 within the alert."""

    alert_id: UUID
    number: int
    kind: ChangeKind
    level: AlertLevel
    amount: Decimal
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised:
    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEscalated:
    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAmountChanged:
    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertVisited:
    """Stays inside the service: the visit itself is published as VisitReported."""

    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCleared:
    alert: Alert
    statement_id: UUID
    watch_until: date


AlertEvent = AlertRaised | AlertEscalated | AlertAmountChanged | AlertVisited | AlertCleared

_KIND_OF: dict[type[AlertEvent], ChangeKind] = {
    AlertRaised: ChangeKind.RAISED,
    AlertEscalated: ChangeKind.ESCALATED,
    AlertAmountChanged: ChangeKind.AMOUNT_CHANGED,
    AlertVisited: ChangeKind.VISITED,
    AlertCleared: ChangeKind.CLEARED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyUsed:
    """The rule an alert is weighed by, and the version it comes from."""

    rule: CostRule
    version: str
    content_hash: str
    currency: str


def raise_alert(
    *,
    id: UUID,  # noqa: A002 - the field's own name
    household_id: UUID,
    area_path: str,
    standing: Standing,
    beside: Sequence[Standing] = (),
    policy: PolicyUsed,
    at: datetime,
    on: date,
) -> tuple[Alert, AlertRaised] | None:
    """A new alert, or None where the standing is over no line. `beside`: the household's lighter standings.

    `on` is the civil day in the area's time zone.
    """
    level = policy.rule.thresholds.level_of(standing.counted)
    if level is AlertLevel.NONE:
        return None
    alert = Alert(
        id=id,
        household_id=household_id,
        area_path=area_path,
        factor=policy.rule.factor,
        level=level,
        status=AlertStatus.OPEN,
        priority=Priority.NORMAL,
        amount=standing.counted,
        currency=policy.currency,
        subject=standing.subject,
        thresholds=policy.rule.thresholds,
        policy_version=policy.version,
        policy_hash=policy.content_hash,
        rule_texts=policy.rule.told(),
        counted=_counted(standing, beside),
        cleared_before=standing.cleared,
        raised_at=at,
        raised_on=on,
        cleared_at=None,
        watch_until=None,
        version=1,
    )
    return alert, AlertRaised(alert=alert)


def weigh(
    alert: Alert, standing: Standing, policy: PolicyUsed, *, beside: Sequence[Standing] = ()
) -> tuple[Alert, tuple[AlertEvent, ...]]:
    """An open alert after a new, corrected or reimbursed cost: the level may rise and never falls.

    An escalation asks for a visit again: what was seen before it spoke of a smaller cost.
    """
    found = policy.rule.thresholds.level_of(standing.counted)
    counted = _counted(standing, beside)
    known = (alert.amount, alert.subject, alert.counted)
    if not alert.is_open or known == (standing.counted, standing.subject, counted):
        return alert, ()
    moved = replace(
        alert,
        amount=standing.counted,
        subject=standing.subject,
        counted=counted,
        cleared_before=standing.cleared,
        version=alert.version + 1,
    )
    if found <= alert.level:
        if moved.thresholds is None and found is not AlertLevel.NONE:
            # It was about a condition alone until now.
            moved = replace(moved, thresholds=policy.rule.thresholds)
        return moved, (AlertAmountChanged(alert=moved),)
    raised = replace(
        moved,
        level=found,
        status=AlertStatus.OPEN,
        thresholds=policy.rule.thresholds,
        policy_version=policy.version,
        policy_hash=policy.content_hash,
        rule_texts=policy.rule.told(),
    )
    return raised, (AlertEscalated(alert=raised),)


def visit(alert: Alert) -> tuple[Alert, AlertVisited]:
    """A visit was reported. Raises AlertAlreadyCleared."""
    if not alert.is_open:
        raise AlertAlreadyCleared("This alert was cleared before.")
    seen = replace(alert, status=AlertStatus.VISITED, version=alert.version + 1)
    return seen, AlertVisited(alert=seen)


def require_clearable(
    alert: Alert, *, clearer_subject: str, visitor_subjects: frozenset[str], expected_version: int
) -> None:
    """Raises SecondPersonRequired, AlertAlreadyCleared, VerificationRequired or AlertChanged, in this order."""
    if clearer_subject in visitor_subjects:
        raise SecondPersonRequired("Who visited the household may not clear its alert: a second person decides.")
    if not alert.is_open:
        raise AlertAlreadyCleared("This alert was cleared before.")
    if alert.status is not AlertStatus.VISITED:
        raise VerificationRequired("The household must be visited before its alert can be cleared.")
    if alert.version != expected_version:
        raise AlertChanged("The alert has changed since you read it; read it again.", field="expectedVersion")


def clear(alert: Alert, *, at: datetime, statement_id: UUID, watch_until: date) -> tuple[Alert, AlertCleared]:
    """Ends an alert after `require_clearable`. No benefit changes: an alert never granted or cut one."""
    done = replace(alert, status=AlertStatus.CLEARED, cleared_at=at, watch_until=watch_until, version=alert.version + 1)
    return done, AlertCleared(alert=done, statement_id=statement_id, watch_until=watch_until)


def prioritised(open_alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """A household's open alerts with their priority: HIGH for a red one, and for all once two factors are open."""
    alerts = tuple(open_alerts)
    several = len({alert.factor for alert in alerts}) > 1
    return tuple(
        replace(alert, priority=Priority.HIGH if several or alert.level is AlertLevel.RED else Priority.NORMAL)
        for alert in alerts
    )


def change_of(event: AlertEvent, *, number: int, at: datetime) -> AlertChange:
    return AlertChange(
        alert_id=event.alert.id,
        number=number,
        kind=_KIND_OF[type(event)],
        level=event.alert.level,
        amount=event.alert.amount,
        at=at,
    )


def _counted(standing: Standing, beside: Sequence[Standing]) -> tuple[CountedCost, ...]:
    return tuple(
        CountedCost(
            department=signal.department,
            record_id=signal.record_id,
            occurred_on=signal.occurred_on,
            amount=signal.amount,
            in_amount=one is standing,
        )
        for one in (standing, *beside)
        for signal in one.signals
    )
