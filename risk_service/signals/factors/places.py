"""Homes that are graded or cannot be used, supply points that fail, and who was hurt. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from risk_service.conditions.domain import Condition, level_of, state_of
from risk_service.policy.domain import PolicyPack
from risk_service.policy.factors import (
    AccidentRule,
    AlertLevel,
    DisasterRule,
    HousingRule,
    IncomeBasis,
    LocalText,
    RiskFactor,
    Victim,
    WaterRule,
)
from risk_service.signals.factors.costs import NOBODY, losses_by_year
from risk_service.signals.factors.facts import (
    AccidentLoss,
    DisasterLoss,
    Fact,
    HousingGrade,
    Situation,
    WaterReport,
    Window,
)
from risk_service.signals.factors.income import WHOLE, statements
from risk_service.signals.factors.verdict import Finding, figure, keys


def housing(window: Window, rule: HousingRule, day: date) -> Iterator[Finding]:
    """The newest inspection counts."""
    graded = [one for one in window.told() if isinstance(one.detail, HousingGrade) and one.occurred_on <= day]
    if not graded or graded[-1].key in window.cleared or not isinstance(graded[-1].detail, HousingGrade):
        return
    grade = graded[-1].detail.grade
    level = AlertLevel.YELLOW if grade in rule.yellow_grades else AlertLevel.NONE
    if grade in rule.red_grades:
        level = AlertLevel.RED
    yield Finding(level=level, texts=rule.told(), inputs=(figure("grade", grade),), records=keys(graded[-1:]))


def water(window: Window, rule: WaterRule, day: date) -> Iterator[Finding]:
    """Each supply point by itself, as the reports of it are weighed when they come."""
    by_point: dict[UUID, list[Condition]] = {}
    for fact in window.facts:
        if isinstance(fact.detail, WaterReport):
            by_point.setdefault(fact.detail.point_id, []).append(_condition(fact, fact.detail))
    for reports in by_point.values():
        state = state_of(reports, rule=rule, day=day).without(window.cleared)
        yield Finding(
            level=level_of(state, rule),
            texts=rule.told(),
            inputs=(figure("outage_days", state.outage_days), figure("failed_tests", state.failed_tests)),
            records=tuple(one.key for one in state.conditions),
        )


def disaster(window: Window, rule: DisasterRule, pack: PolicyPack, day: date) -> Iterator[Finding]:
    """Whatever stands and was not decided about, however late it came. Production is what the newest statement says."""
    standing = [one for one in window.standing() if one.occurred_on <= day]
    if rule.red_home_unusable:
        yield from _unusable(standing, DisasterLoss, rule.told())
    known = statements(window.told(), IncomeBasis.RECEIVED_12M, day)
    if not known or known[-1][1].production <= 0:
        return
    production = known[-1][1].production
    loss = max(losses_by_year(window, RiskFactor.DISASTER, pack, day), default=Decimal(0))
    reached = loss > 0 and loss * WHOLE >= production * rule.yellow_crop_percent
    yield Finding(
        level=AlertLevel.YELLOW if reached else AlertLevel.NONE,
        texts=rule.told(),
        inputs=(figure("loss", f"{loss:.2f}"), figure("production", f"{production:.2f}")),
        records=keys(one for one in standing if isinstance(one.detail, DisasterLoss)),
    )


def accident(window: Window, rule: AccidentRule, situation: Situation, day: date) -> Iterator[Finding]:
    standing = [one for one in window.standing() if one.occurred_on <= day]
    if rule.red_home_unusable:
        yield from _unusable(standing, AccidentLoss, rule.told())
    for fact in standing:
        if not isinstance(fact.detail, AccidentLoss) or not fact.detail.severe:
            continue
        earns = situation.may_earn(fact.member_id, fact.occurred_on)
        if rule.red_severe_injury_of is Victim.ANYONE or earns:
            yield Finding(
                level=AlertLevel.RED,
                texts=rule.told(),
                inputs=(figure("severe_injury_or_death", "yes"), figure("earner", "yes" if earns else "no")),
                records=keys([fact]),
            )


def _unusable(
    facts: Iterable[Fact], kind: type[DisasterLoss | AccidentLoss], texts: Sequence[LocalText]
) -> Iterator[Finding]:
    for fact in facts:
        if isinstance(fact.detail, kind) and fact.detail.home_usable is False:
            yield Finding(
                level=AlertLevel.RED,
                texts=tuple(texts),
                inputs=(figure("home_usable", "no"),),
                records=keys([fact]),
            )


def _condition(fact: Fact, report: WaterReport) -> Condition:
    return Condition(
        id=NOBODY,
        department=fact.department,
        record_id=fact.record_id,
        version=fact.version,
        point_id=report.point_id,
        area_path=fact.area_path,
        kind=fact.kind,
        occurred_on=fact.occurred_on,
        corrects=fact.corrects,
        outage_days=report.outage_days,
        quality_ok=report.quality_ok,
    )
