"""What was found at a supply point, and what it means for whoever it serves. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from risk_service.alerts.amountless import Ground
from risk_service.alerts.evidence import CountedCondition
from risk_service.policy.domain import AlertLevel, LocalText, PolicyPack, RiskFactor, WaterRule
from risk_service.signals.domain import WITHDRAWAL

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


def ground_of(state: PointState, policy: WaterPolicy) -> Ground:
    return Ground(
        factor=RiskFactor.WATER_SAFETY,
        level=level_of(state, policy.rule),
        pack=policy.pack,
        texts=told(policy.rule),
        conditions=tuple(one.counted() for one in state.conditions),
    )


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
