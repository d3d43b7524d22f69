"""What was found at a supply point, and what it means for whoever it serves. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
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
from risk_service.policy.domain import AlertLevel, LocalText, PolicyPack, RiskFactor, WaterRule
from risk_service.signals.domain import WITHDRAWAL, Subject

NOTHING = Decimal(0)
RecordVersion = tuple[str, str, int]
"""Department, record id and version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One version of one report about a supply point. The newest version of a record counts alone."""

    id: UUID
    department: str
    record_id: str
    version: int
    point_id: UUID
    area_path: str
    kind: str
    occurred_on: date
    corrects: str | None
    outage_days: int | None
    quality_ok: bool | None

    @property
    def key(self) -> RecordVersion:
        return self.department, self.record_id, self.version

    def counted(self) -> CountedCondition:
        return CountedCondition(
            department=self.department,
            record_id=self.record_id,
            version=self.version,
            kind=self.kind,
            occurred_on=self.occurred_on,
            outage_days=self.outage_days,
            quality_ok=self.quality_ok,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PointState:
    """What counts of a point's reports, in the order of their days."""

    conditions: tuple[Condition, ...]

    @property
    def outage_days(self) -> int:
        """Of the longest outage."""
        return max((one.outage_days or 0 for one in self.conditions), default=0)

    @property
    def failed_tests(self) -> int:
        return sum(1 for one in self.conditions if one.quality_ok is False)

    def without(self, cleared: Collection[RecordVersion]) -> PointState:
        """For a household whose alert about some of them a person has cleared: those never warn it again."""
        return replace(self, conditions=tuple(one for one in self.conditions if one.key not in cleared))


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterPolicy:
    rule: WaterRule
    pack: PolicyPack


def state_of(newest: Iterable[Condition], *, rule: WaterRule, day: date) -> PointState:
    """`newest`: the newest version of each record of a point. What was withdrawn or is too long ago does not count."""
    all_of = list(newest)
    withdrawn = {(one.department, one.corrects) for one in all_of if one.kind == WITHDRAWAL}
    since = day - timedelta(days=rule.within_days)
    counting = [
        one
        for one in all_of
        if one.kind != WITHDRAWAL
        and (one.department, one.record_id) not in withdrawn
        and since < one.occurred_on <= day
        and (one.outage_days or one.quality_ok is False)
    ]
    return PointState(conditions=tuple(sorted(counting, key=lambda one: (one.occurred_on, one.record_id))))


def level_of(state: PointState, rule: WaterRule) -> AlertLevel:
    if state.outage_days >= rule.red_outage_days or state.failed_tests >= rule.red_failed_tests:
        return AlertLevel.RED
    if state.outage_days >= rule.yellow_outage_days or state.failed_tests >= rule.yellow_failed_tests:
        return AlertLevel.YELLOW
    return AlertLevel.NONE


def raise_warning(
    *,
    id: UUID,  # noqa: A002 - the field's own name
    household_id: UUID,
    area_path: str,
    state: PointState,
    policy: WaterPolicy,
    at: datetime,
    on: date,
) -> tuple[Alert, AlertRaised] | None:
    """A new alert, or None where nothing reaches the rule. `on`: the civil day where the household lives."""
    level = level_of(state, policy.rule)
    if level is AlertLevel.NONE:
        return None
    alert = Alert(
        id=id,
        household_id=household_id,
        area_path=area_path,
        factor=RiskFactor.WATER_SAFETY,
        level=level,
        status=AlertStatus.OPEN,
        priority=Priority.NORMAL,
        amount=NOTHING,
        currency=policy.pack.currency,
        subject=Subject(member_id=None, period_from=policy.pack.policy_year.start_of(on)),
        thresholds=None,
        policy_version=policy.pack.label,
        policy_hash=policy.pack.content_hash,
        rule_texts=told(policy.rule),
        counted=(),
        cleared_before=NOTHING,
        raised_at=at,
        raised_on=on,
        cleared_at=None,
        watch_until=None,
        version=1,
        conditions=tuple(one.counted() for one in state.conditions),
    )
    return alert, AlertRaised(alert=alert)


def weigh_warning(alert: Alert, state: PointState, policy: WaterPolicy) -> tuple[Alert, tuple[AlertEvent, ...]]:
    """An open alert after a new, corrected or withdrawn report: the level may rise and never falls."""
    conditions = tuple(one.counted() for one in state.conditions)
    if not alert.is_open or alert.conditions == conditions:
        return alert, ()
    moved = replace(alert, conditions=conditions, version=alert.version + 1)
    found = level_of(state, policy.rule)
    if found <= alert.level:
        return moved, (AlertAmountChanged(alert=moved),)
    raised = replace(
        moved,
        level=found,
        status=AlertStatus.OPEN,
        policy_version=policy.pack.label,
        policy_hash=policy.pack.content_hash,
        rule_texts=told(policy.rule),
    )
    return raised, (AlertEscalated(alert=raised),)


def told(rule: WaterRule) -> tuple[LocalText, ...]:
    """The rule in words, with its figures filled in."""
    figures = {
        "yellow_days": rule.yellow_outage_days,
        "red_days": rule.red_outage_days,
        "yellow_tests": rule.yellow_failed_tests,
        "red_tests": rule.red_failed_tests,
        "within_days": rule.within_days,
    }
    return tuple(LocalText(locale=text.locale, text=text.text.format(**figures)) for text in rule.texts)
