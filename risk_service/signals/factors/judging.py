"""One answer per factor: what the policy makes of all that is known of a household on a day. Pure.

Levels follow from rules alone. Whether a household accepted, declined or left anything is no argument here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from risk_service.policy.domain import PolicyPack
from risk_service.policy.factors import COST_FACTORS, AlertLevel, ConditionRule, RiskFactor, on_day
from risk_service.signals.factors import income, people, places
from risk_service.signals.factors.costs import costs
from risk_service.signals.factors.facts import Situation, Window
from risk_service.signals.factors.verdict import Finding, Verdict, verdict


def judge(
    factor: RiskFactor,
    window: Window,
    *,
    pack: PolicyPack,
    situation: Situation,
    day: date,
    cost_pack: PolicyPack | None = None,
) -> Verdict:
    """`day`: the civil day on which it is asked; what happened later says nothing yet.

    `cost_pack`: in force on the day of the costs, where that is another one: its lines count for them.
    """
    found = [*_conditions(factor, window, pack, situation, day)]
    if factor in COST_FACTORS:
        found += costs(window, factor, cost_pack or pack, day)
    return verdict(factor, found)


def judge_conditions(
    factor: RiskFactor, window: Window, *, pack: PolicyPack, situation: Situation, day: date
) -> Verdict:
    """As `judge`, of everything but the lines of cost: those are weighed cost by cost as they come."""
    return verdict(factor, _conditions(factor, window, pack, situation, day))


def _conditions(
    factor: RiskFactor, window: Window, pack: PolicyPack, situation: Situation, day: date
) -> Iterator[Finding]:
    if factor is RiskFactor.DISABILITY and (certificates := on_day(pack.disability_rules, day)):
        yield from people.disability(window, certificates, situation, day)
    if factor is RiskFactor.EDUCATION and (school := on_day(pack.schooling_rules, day)):
        yield from people.schooling(window, school, situation, day)
    if factor is RiskFactor.UNEMPLOYMENT and (work := on_day(pack.unemployment_rules, day)):
        yield from people.unemployment(window, work, situation, day)
    if factor is RiskFactor.INCOME_DROP and (drop := on_day(pack.income_drop_rules, day)):
        yield from income.income_drop(window, drop, pack, day)
    if factor is RiskFactor.LIVELIHOOD_FAILURE and (prices := on_day(pack.livelihood_rules, day)):
        yield from income.livelihood(window, prices, day)
    if factor is RiskFactor.DISASTER and (damage := on_day(pack.disaster_rules, day)):
        yield from places.disaster(window, damage, pack, day)
    if factor is RiskFactor.ACCIDENT and (harm := on_day(pack.accident_rules, day)):
        yield from places.accident(window, harm, situation, day)
    if factor is RiskFactor.HOUSING_SAFETY and (grades := on_day(pack.housing_rules, day)):
        yield from places.housing(window, grades, day)
    if factor is RiskFactor.WATER_SAFETY and (points := pack.water_on(day)):
        yield from places.water(window, points, day)
    yield from _rules_ahead(factor, window, pack, day)


def _rules_ahead(factor: RiskFactor, window: Window, pack: PolicyPack, day: date) -> Iterator[Finding]:
    """A rule of the pack that begins later may say more of what is known today."""
    if not window.facts:
        return
    begins = [rule.span.effective_from for rule in _rules(pack).get(factor, ())]
    ahead = [on for on in (*begins, pack.effective_until) if on is not None and on > day]
    if ahead:
        yield Finding(level=AlertLevel.NONE, again_on=min(ahead))


def _rules(pack: PolicyPack) -> Mapping[RiskFactor, Sequence[ConditionRule]]:
    return {
        RiskFactor.DISABILITY: pack.disability_rules,
        RiskFactor.EDUCATION: pack.schooling_rules,
        RiskFactor.UNEMPLOYMENT: pack.unemployment_rules,
        RiskFactor.INCOME_DROP: pack.income_drop_rules,
        RiskFactor.LIVELIHOOD_FAILURE: pack.livelihood_rules,
        RiskFactor.DISASTER: pack.disaster_rules,
        RiskFactor.ACCIDENT: pack.accident_rules,
        RiskFactor.HOUSING_SAFETY: pack.housing_rules,
    }
