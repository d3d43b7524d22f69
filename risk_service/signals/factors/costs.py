"""Costs held against their lines: illness, schooling, disasters and accidents. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

from risk_service.policy.domain import AlertLevel, PolicyPack, RiskFactor
from risk_service.signals.domain import Signal, level_of, standings
from risk_service.signals.factors.facts import Fact, Window, amount_of
from risk_service.signals.factors.verdict import Finding, figure

NOBODY = UUID(int=0)


def costs(window: Window, factor: RiskFactor, pack: PolicyPack, day: date) -> Iterator[Finding]:
    """One finding per subject and year over a line; the lines are those in force on the day of its newest cost."""
    known = signals_of(window.facts, factor, pack)
    for rule in pack.rules:
        if rule.factor is not factor:
            continue
        year = pack.year_of(rule.window)
        for one in standings(known, window.cleared_sums, rule=rule, year=year):
            latest = max(signal.occurred_on for signal in one.signals)
            if pack.rule_of(factor, latest) is not rule or latest > day:
                continue
            level = level_of(one, rule)
            if level is AlertLevel.NONE:
                continue
            yield Finding(
                level=level,
                texts=rule.told(),
                inputs=(
                    figure("amount", f"{one.counted:.2f}"),
                    figure("yellow_over", rule.thresholds.yellow_over),
                    figure("red_over", rule.thresholds.red_over),
                    figure("scope", rule.scope),
                    figure("since", one.subject.period_from),
                ),
                records=tuple((signal.department, signal.record_id, signal.version) for signal in one.signals),
            )


def losses_by_year(window: Window, factor: RiskFactor, pack: PolicyPack, day: date) -> list[Decimal]:
    """What the whole household lost in each policy year up to `day`, less what was cleared."""
    totals: dict[date, Decimal] = {}
    for one in signals_of(window.facts, factor, pack):
        if one.occurred_on <= day:
            start = pack.policy_year.start_of(one.occurred_on)
            totals[start] = totals.get(start, Decimal(0)) + one.amount
    for entry in window.cleared_sums:
        if entry.subject.member_id is None and entry.subject.period_from in totals:
            totals[entry.subject.period_from] -= entry.amount
    return list(totals.values())


def signals_of(facts: Iterable[Fact], factor: RiskFactor, pack: PolicyPack) -> list[Signal]:
    """The costs among them. What corrects a record of another kind says nothing of a cost."""
    return [
        _signal(fact, amount, factor, pack)
        for fact in facts
        if fact.factor is factor and (amount := amount_of(fact.detail)) is not None
    ]


def _signal(fact: Fact, amount: Decimal, factor: RiskFactor, pack: PolicyPack) -> Signal:
    return Signal(
        id=NOBODY,
        department=fact.department,
        record_id=fact.record_id,
        version=fact.version,
        household_id=fact.household_id,
        member_id=fact.member_id or fact.household_id,
        area_path=fact.area_path,
        factor=factor,
        kind=fact.kind,
        occurred_on=fact.occurred_on,
        amount=amount,
        currency=pack.currency,
        corrects=fact.corrects,
    )
