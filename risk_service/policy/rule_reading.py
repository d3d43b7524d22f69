"""Reads the rules of the ten factors: one table each, or a list of dated ones. Every refusal names the key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from risk_service.policy.factors import (
    ALWAYS,
    COST_FACTORS,
    AccidentRule,
    AlertLevel,
    ConditionRule,
    CostRule,
    CostScope,
    CostThresholds,
    CostWindow,
    DisabilityRule,
    DisasterRule,
    HousingRule,
    IncomeBasis,
    IncomeDropRule,
    LivelihoodRule,
    RiskFactor,
    SchoolingRule,
    Span,
    ThresholdsOutOfOrder,
    UnemploymentRule,
    Victim,
    WaterRule,
)
from risk_service.policy.section import Section

CHANGES = frozenset({"NEW", "WORSE", "BETTER", "RENEWED", "ENDED"})
GRADES = frozenset({"A", "B", "C", "D"})
Rule = TypeVar("Rule", bound=ConditionRule)


def cost_rules(root: Section, *, schema: int) -> tuple[CostRule, ...]:
    """Of schema 1 at most one of a factor, over the policy year; later ones name their window and may be dated."""
    rules: list[CostRule] = []
    for table in root.sections("rules"):
        rule = CostRule(
            factor=table.choice("factor", RiskFactor),
            thresholds=_thresholds(table),
            scope=table.choice("scope", CostScope),
            window=CostWindow.POLICY_YEAR if schema == 1 else table.choice("window", CostWindow),
            span=ALWAYS if schema == 1 else table.span(),
            texts=table.local_texts("text", placeholders=("yellow_over", "red_over")),
        )
        if schema > 1 and rule.factor not in COST_FACTORS:
            raise table.refuse("factor", f"must be one of {', '.join(COST_FACTORS)}: others have no lines of cost")
        if any(_overlap(rule.span, other.span) for other in rules if other.factor is rule.factor):
            raise table.refuse("factor", "has a rule already")
        rules.append(rule)
        table.close()
    if schema > 1:
        for factor in COST_FACTORS:
            if all(rule.factor is not factor for rule in rules):
                raise root.refuse("rules", f"must hold a rule of {factor}")
    return tuple(rules)


def water_rules(root: Section) -> tuple[WaterRule, ...]:
    return _dated(root, "water_safety", _water)


def disability_rules(root: Section) -> tuple[DisabilityRule, ...]:
    return _dated(root, "disability", _disability)


def schooling_rules(root: Section) -> tuple[SchoolingRule, ...]:
    return _dated(root, "schooling", _schooling)


def unemployment_rules(root: Section) -> tuple[UnemploymentRule, ...]:
    return _dated(root, "unemployment", _unemployment)


def income_drop_rules(root: Section) -> tuple[IncomeDropRule, ...]:
    return _dated(root, "income_drop", _income_drop)


def disaster_rules(root: Section) -> tuple[DisasterRule, ...]:
    return _dated(root, "disaster", _disaster)


def accident_rules(root: Section) -> tuple[AccidentRule, ...]:
    return _dated(root, "accident", _accident)


def livelihood_rules(root: Section) -> tuple[LivelihoodRule, ...]:
    return _dated(root, "livelihood_failure", _livelihood)


def housing_rules(root: Section) -> tuple[HousingRule, ...]:
    return _dated(root, "housing_safety", _housing)


def level(table: Section, key: str) -> AlertLevel:
    name = table.text(key, most=10)
    if name not in {AlertLevel.YELLOW.name, AlertLevel.RED.name}:
        raise table.refuse(key, "must be YELLOW or RED")
    return AlertLevel[name]


def _dated(root: Section, key: str, read: Callable[[Section], Rule]) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for table in root.one_or_several(key):
        span = table.span()
        if any(_overlap(span, other.span) for other in rules):
            raise table.refuse("from", "lies within the days of another rule of this factor")
        rule = replace(read(table), span=span)
        texts = table.local_texts("text", placeholders=tuple(rule.figures()))
        rules.append(replace(rule, texts=texts))
        table.close()
    return tuple(rules)


def _overlap(one: Span, other: Span) -> bool:
    return _from(one) < _until(other) and _from(other) < _until(one)


def _from(span: Span) -> date:
    return span.effective_from or date.min


def _until(span: Span) -> date:
    return span.effective_until or date.max


def _thresholds(table: Section) -> CostThresholds:
    yellow, red = table.amount("yellow_over"), table.amount("red_over")
    if not yellow < red:
        raise ThresholdsOutOfOrder(
            f"{table.path('red_over')} must be more than yellow_over.", field=table.path("red_over")
        )
    return CostThresholds(yellow_over=yellow, red_over=red)


def _water(table: Section) -> WaterRule:
    rule = WaterRule(
        yellow_outage_days=table.whole("yellow_outage_days", least=1, most=365),
        red_outage_days=table.whole("red_outage_days", least=1, most=366),
        yellow_failed_tests=table.whole("yellow_failed_tests", least=1, most=99),
        red_failed_tests=table.whole("red_failed_tests", least=1, most=100),
        within_days=table.whole("within_days", least=1, most=366),
        texts=(),
    )
    if rule.red_outage_days <= rule.yellow_outage_days or rule.red_failed_tests <= rule.yellow_failed_tests:
        raise table.refuse("red_outage_days", "and red_failed_tests must be more than the yellow ones")
    return rule


def _disability(table: Section) -> DisabilityRule:
    return DisabilityRule(
        yellow_changes=table.words("yellow_changes", allowed=CHANGES),
        red_to_level=table.whole("red_to_level", least=1, most=4),
        red_for_sole_earner=table.flag("red_for_sole_earner"),
        texts=(),
    )


def _schooling(table: Section) -> SchoolingRule:
    rule = SchoolingRule(
        from_age=table.whole("from_age", least=3, most=18), to_age=table.whole("to_age", least=3, most=18), texts=()
    )
    if rule.to_age < rule.from_age:
        raise table.refuse("to_age", "must not be less than from_age")
    return rule


def _unemployment(table: Section) -> UnemploymentRule:
    rule = UnemploymentRule(
        yellow_days=table.whole("yellow_days", least=1, most=365),
        red_days_sole_earner=table.whole("red_days_sole_earner", least=1, most=366),
        red_arrears_months=table.whole("red_arrears_months", least=1, most=24),
        texts=(),
    )
    if rule.red_days_sole_earner <= rule.yellow_days:
        raise table.refuse("red_days_sole_earner", "must be more than yellow_days")
    return rule


def _income_drop(table: Section) -> IncomeDropRule:
    rule = IncomeDropRule(
        basis=table.choice("basis", IncomeBasis),
        yellow_fall_percent=table.whole("yellow_fall_percent", least=1, most=99),
        red_fall_percent=table.whole("red_fall_percent", least=1, most=100),
        yellow_under_line_percent=table.whole("yellow_under_line_percent", least=1, most=500),
        red_under_line_percent=table.whole("red_under_line_percent", least=1, most=500),
        benefit_cut=level(table, "benefit_cut"),
        texts=(),
    )
    if rule.red_fall_percent <= rule.yellow_fall_percent:
        raise table.refuse("red_fall_percent", "must be more than yellow_fall_percent")
    if rule.red_under_line_percent >= rule.yellow_under_line_percent:
        raise table.refuse("red_under_line_percent", "must be less than yellow_under_line_percent")
    return rule


def _disaster(table: Section) -> DisasterRule:
    return DisasterRule(
        yellow_crop_percent=table.whole("yellow_crop_percent", least=1, most=100),
        red_home_unusable=table.flag("red_home_unusable"),
        texts=(),
    )


def _accident(table: Section) -> AccidentRule:
    return AccidentRule(
        red_severe_injury_of=table.choice("red_severe_injury_of", Victim),
        red_home_unusable=table.flag("red_home_unusable"),
        texts=(),
    )


def _livelihood(table: Section) -> LivelihoodRule:
    rule = LivelihoodRule(
        yellow_fall_percent=table.whole("yellow_fall_percent", least=1, most=99),
        red_fall_percent=table.whole("red_fall_percent", least=1, most=100),
        least_income_percent=table.whole("least_income_percent", least=0, most=100),
        red_loss_percent=table.whole("red_loss_percent", least=1, most=100),
        texts=(),
    )
    if rule.red_fall_percent <= rule.yellow_fall_percent:
        raise table.refuse("red_fall_percent", "must be more than yellow_fall_percent")
    return rule


def _housing(table: Section) -> HousingRule:
    rule = HousingRule(
        yellow_grades=table.words("yellow_grades", allowed=GRADES),
        red_grades=table.words("red_grades", allowed=GRADES),
        texts=(),
    )
    if rule.yellow_grades & rule.red_grades:
        raise table.refuse("red_grades", "and yellow_grades must not share a grade")
    return rule
