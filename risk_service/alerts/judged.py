"""What is known of a household, judged: the ground of an alert, and steps of one breath in one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from risk_service.alerts.amountless import Ground, Step
from risk_service.alerts.domain import Alert, AlertAmountChanged, AlertEscalated, AlertEvent, AlertRaised
from risk_service.alerts.evidence import CountedCondition
from risk_service.policy.domain import PolicyPack
from risk_service.signals.factors.facts import Fact, RecordVersion
from risk_service.signals.factors.verdict import Verdict


def ground_of(verdict: Verdict, pack: PolicyPack, facts: Mapping[RecordVersion, Fact]) -> Ground:
    """What the rules of `pack` say of a household, and the facts behind it."""
    found = [facts[key] for key in verdict.records if key in facts]
    return Ground(
        factor=verdict.factor,
        level=verdict.level,
        pack=pack,
        texts=verdict.texts,
        conditions=tuple(
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
        ),
        inputs=verdict.inputs,
    )


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
