"""One answer per factor: what the policy makes of all that is known of a household on a day. Pure.

Levels follow from rules alone. Whether a household accepted, declined or left anything is no argument here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from risk_service.policy.domain import PolicyPack
from risk_service.policy.factors import COST_FACTORS, RiskFactor, on_day
from risk_service.signals.factors import income, people, places
from risk_service.signals.factors.costs import costs
from risk_service.signals.factors.facts import Situation, Window
from risk_service.signals.factors.verdict import Finding, Verdict, verdict


def judge(factor: RiskFactor, window: Window, *, pack: PolicyPack, situation: Situation, day: date) -> Verdict:
    """`day`: the civil day on which it is asked; what happened later says nothing yet."""
    found = [*_conditions(factor, window, pack, situation, day)]
    if factor in COST_FACTORS:
        found += costs(window, factor, pack, day)
    return verdict(factor, found)


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
