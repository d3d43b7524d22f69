"""An alert about something that is not a cost: raised, made graver and corrected by what the rules say. Pure.

Nothing here knows a likelihood, and no level falls: a person ends an alert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from risk_service.policy.factors import AlertLevel
from risk_service.signals.domain import Subject
from risk_service.signals.factors.facts import Fact, RecordVersion
from risk_service.signals.factors.verdict import Verdict

Step: TypeAlias = tuple[Alert, AlertEvent]
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the rules of `pack` say of a household, and the facts behind it."""

    verdict: Verdict
    pack: PolicyPack
    facts: Mapping[RecordVersion, Fact]

    def counted(self) -> tuple[CountedCondition, ...]:
        found = [self.facts[key] for key in self.verdict.records if key in self.facts]
        return tuple(
            CountedCondition(
                department=fact.department,
                record_id=fact.record_id,
                version=fact.version,
                kind=fact.kind,
                occurred_on=fact.occurred_on,
                outage_days=None,
                quality_ok=None,
            )
            for fact in found
        )


def raise_judged(
    judged: Judged,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    household_id: UUID,
    area_path: str,
    at: datetime,
    on: date,
) -> Step | None:
    """A new alert, or None where nothing reaches a rule. `on`: the civil day where the household lives."""
    found, pack = judged.verdict, judged.pack
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
        conditions=judged.counted(),
        inputs=found.inputs,
    )
    return alert, AlertRaised(alert=alert)


def weigh_judged(alert: Alert, judged: Judged) -> Step | None:
    """An open alert after something was told, corrected or withdrawn, or after a day: the level may rise and never
    falls. What stands no more is shown no more; the alert stays open. None: it is as it was.
    """
    found, conditions = judged.verdict, judged.counted()
    rises = found.level > alert.level
    if not alert.is_open or (not rises and (alert.conditions, alert.inputs) == (conditions, found.inputs)):
        return None
    moved = replace(alert, conditions=conditions, inputs=found.inputs, version=alert.version + 1)
    if not rises:
        return moved, AlertAmountChanged(alert=moved)
    raised = replace(
        moved,
        level=found.level,
        status=AlertStatus.OPEN,
        policy_version=judged.pack.label,
        policy_hash=judged.pack.content_hash,
        rule_texts=found.texts,
    )
    return raised, AlertEscalated(alert=raised)


def folded(costs: Sequence[Step], judged: Sequence[Step]) -> list[Step]:
    """The steps of what came at once, a record's cost and what else it says in one: a fire that cost 3,000 yuan and
    the home is one red alert, not a yellow one that becomes red.
    """
    last = {alert.id: place for place, (alert, _) in enumerate(costs)}
    steps = list(costs)
    for alert, event in judged:
        place = last.pop(alert.id, None)
        if place is None:
            steps.append((_after(steps, alert), event) if alert.version > 1 else (alert, event))
            continue
        before = steps[place][1]
        whole = replace(alert, version=steps[place][0].version)
        steps[place] = (whole, _graver(before, event, whole))
    return [(alert, replace(event, alert=alert)) for alert, event in steps]


def _after(steps: Sequence[Step], alert: Alert) -> Alert:
    """Numbered on from the step before, where that one was folded."""
    before = [one.version for one, _ in steps if one.id == alert.id]
    return replace(alert, version=before[-1] + 1) if before else alert


def _graver(first: AlertEvent, second: AlertEvent, alert: Alert) -> AlertEvent:
    if isinstance(first, AlertRaised):
        return AlertRaised(alert=alert)
    if isinstance(first, AlertEscalated) or isinstance(second, AlertEscalated):
        return AlertEscalated(alert=alert)
    return AlertAmountChanged(alert=alert)
