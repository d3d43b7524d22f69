"""What a pack says, one sentence's worth at a time, in words an officer knows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum

from risk_service.policy.domain import MonitoringLine, PolicyPack
from risk_service.policy.factors import ConditionRule, CostRule, RiskFactor, Span


class Consequence(StrEnum):
    """What follows when a figure grows."""

    NONE = ""
    FEWER = "fewer households are warned"
    MORE = "more households are warned"
    LATER = "there is more time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """`about` and `what` name it together; `number` is there where more or less can be told."""

    about: str
    what: str
    value: str
    number: Decimal | None = None
    growing: Consequence = Consequence.NONE

    @property
    def name(self) -> tuple[str, str]:
        return self.about, self.what


# Field of a rule: how an officer says it, its unit, and what follows when it grows.
_RULE_WORDS: dict[str, tuple[str, str, Consequence]] = {
    "yellow_outage_days": ("yellow from", "days without water", Consequence.FEWER),
    "red_outage_days": ("red from", "days without water", Consequence.FEWER),
    "yellow_failed_tests": ("yellow from", "failed tests", Consequence.FEWER),
    "red_failed_tests": ("red from", "failed tests", Consequence.FEWER),
    "within_days": ("looks back", "days", Consequence.MORE),
    "yellow_changes": ("yellow for a certificate that is", "", Consequence.NONE),
    "red_to_level": ("red up to level", "", Consequence.MORE),
    "red_for_sole_earner": ("red for the only one who earns", "", Consequence.NONE),
    "from_age": ("children from", "years", Consequence.FEWER),
    "to_age": ("children up to", "years", Consequence.MORE),
    "yellow_days": ("yellow from", "days without work", Consequence.FEWER),
    "red_days_sole_earner": ("red, for the only one who earns, from", "days without work", Consequence.FEWER),
    "red_arrears_months": ("red from", "months of wages owed", Consequence.FEWER),
    "basis": ("income counted as", "", Consequence.NONE),
    "yellow_fall_percent": ("yellow from a fall of", "%", Consequence.FEWER),
    "red_fall_percent": ("red from a fall of", "%", Consequence.FEWER),
    "yellow_under_line_percent": ("yellow under", "% of the monitoring line", Consequence.MORE),
    "red_under_line_percent": ("red under", "% of the monitoring line", Consequence.MORE),
    "benefit_cut": ("a benefit that was lowered is", "", Consequence.NONE),
    "yellow_crop_percent": ("yellow from a loss of", "% of a year's production", Consequence.FEWER),
    "red_home_unusable": ("red for a home that cannot be used", "", Consequence.NONE),
    "red_severe_injury_of": ("red for a severe injury or death of", "", Consequence.NONE),
    "least_income_percent": ("a product counts from", "% of the household's income", Consequence.FEWER),
    "red_loss_percent": ("red from a loss of", "% of the household's income", Consequence.FEWER),
    "yellow_grades": ("yellow for grades", "", Consequence.NONE),
    "red_grades": ("red for grades", "", Consequence.NONE),
}

_PACK_WORDS: dict[str, str] = {
    "clocks.red_working_days": "a visit after red, working days",
    "clocks.yellow_working_days": "a visit after yellow, working days",
    "case_clocks.decision_days": "from a clue to a decision, days",
    "case_clocks.notice_days": "public notice, full days",
    "case_clocks.plan_days": "from identification to a plan, days",
    "case_clocks.first_measure_days": "from identification to a first measure, days",
    "case_clocks.resolution_months": "earliest end of a case, months",
    "case_clocks.resolution_measures": "measures delivered before a case may end",
    "case_clocks.feed_late_days": "a feed is late after, days",
    "case_clocks.answer_working_days": "answer to a self-report, working days",
    "case_clocks.visit_cap_days": "between two unasked home visits, days",
    "clearing.income_basis": "income of the legal test",
    "clearing.income_test": "income test",
    "clearing.rigid_expense_mode": "unavoidable expenses",
    "clearing.note_on_bill_required": "a note on how the bill was paid",
    "clearing.watch_days": "watch after clearing, days",
    "clearing.contest_days": "a clearing can be contested for, days",
    "bands.medium_from": "likelihood is medium from",
    "bands.high_from": "likelihood is high from",
    "plan_weights.value": "a plan counts",
    "plan_weights.red_first": "red households come first",
    "plan_weights.township_floor_percent": "floor of each township, % of its even share",
    "plan_weights.elders_floor_percent": "floor of old heads, % of their even share",
    "plan_weights.elders_from_age": "a head is old from, years",
    "workload.hours_red": "hours of a visit after red",
    "workload.hours_yellow": "hours of a visit after yellow",
}


def sayings(pack: PolicyPack) -> tuple[Saying, ...]:
    """Everything but the texts, the calendar and the head of the pack, in the order an officer reads."""
    return (
        *_costs(pack.rules, pack.currency),
        *(one for factor, rules in condition_rules(pack) for one in _conditions(factor, rules)),
        *_lines(pack.lines, pack.currency),
        *_years(pack),
        *_figures(pack),
        *_offers(pack),
    )


def condition_rules(pack: PolicyPack) -> tuple[tuple[RiskFactor, Sequence[ConditionRule]], ...]:
    return (
        (RiskFactor.DISABILITY, pack.disability_rules),
        (RiskFactor.EDUCATION, pack.schooling_rules),
        (RiskFactor.UNEMPLOYMENT, pack.unemployment_rules),
        (RiskFactor.INCOME_DROP, pack.income_drop_rules),
        (RiskFactor.DISASTER, pack.disaster_rules),
        (RiskFactor.ACCIDENT, pack.accident_rules),
        (RiskFactor.LIVELIHOOD_FAILURE, pack.livelihood_rules),
        (RiskFactor.HOUSING_SAFETY, pack.housing_rules),
        (RiskFactor.WATER_SAFETY, pack.water_rules),
    )


def _costs(rules: Sequence[CostRule], currency: str) -> Iterator[Saying]:
    for rule in rules:
        about = _about(rule.factor, rule.span)
        for what, line in (("yellow over", rule.thresholds.yellow_over), ("red over", rule.thresholds.red_over)):
            yield Saying(
                about=about, what=what, value=f"{line:,.2f} {currency}", number=line, growing=Consequence.FEWER
            )
        yield Saying(about=about, what="costs added up per", value=shown(rule.scope))
        yield Saying(about=about, what="costs added up over a", value=shown(rule.window))


def _conditions(factor: RiskFactor, rules: Sequence[ConditionRule]) -> Iterator[Saying]:
    for rule in rules:
        about = _about(factor, rule.span)
        for own in fields(rule):
            if own.name in {"texts", "span"}:
                continue
            words, unit, growing = _RULE_WORDS[own.name]
            value: object = getattr(rule, own.name)
            number = _number(value)
            # The unit is part of the name, so that two figures that begin with the same words stay apart.
            what = f"{words} … {unit}" if unit else words
            yield Saying(
                about=about,
                what=what,
                value=f"{shown(value)} {unit}".strip(),
                number=number,
                growing=growing if number is not None else Consequence.NONE,
            )


def _lines(lines: Sequence[MonitoringLine], currency: str) -> Iterator[Saying]:
    for line in lines:
        what = f"from {line.effective_from}" + (f" until {line.effective_until}" if line.effective_until else "")
        yield Saying(
            about="monitoring line",
            what=what,
            value=f"{line.amount:,.2f} {currency}",
            number=line.amount,
            growing=Consequence.MORE,
        )


def _years(pack: PolicyPack) -> Iterator[Saying]:
    for name, year in (("policy year", pack.policy_year), ("school year", pack.school_year)):
        if year is not None:
            begins = date(2000, year.start_month, year.start_day)
            yield Saying(about=name, what="begins on", value=f"{begins.day} {begins:%B}")


def _figures(pack: PolicyPack) -> Iterator[Saying]:
    for path, words in _PACK_WORDS.items():
        section, _, own = path.partition(".")
        holder: object = getattr(pack, section)
        if holder is None:
            continue
        value: object = getattr(holder, own)
        number = _number(value)
        growing = Consequence.LATER if section == "clocks" else Consequence.NONE
        yield Saying(about=_SECTIONS[section], what=words, value=shown(value), number=number, growing=growing)


_SECTIONS = {
    "clocks": "clocks",
    "case_clocks": "cases",
    "clearing": "clearing",
    "bands": "likelihood",
    "plan_weights": "plans",
    "workload": "workload",
}


def _offers(pack: PolicyPack) -> Iterator[Saying]:
    for offer in pack.measures:
        for_what = f"{offer.factor} {offer.level.name}" if offer.factor is not None else f"likelihood {offer.band}"
        yield Saying(about="offers", what=f"for {for_what}", value=", ".join(offer.types))


def _about(factor: RiskFactor, span: Span) -> str:
    begins = f" from {span.effective_from}" if span.effective_from else ""
    ends = f" until {span.effective_until}" if span.effective_until else ""
    return f"{factor.value}{begins}{ends}"


def _number(value: object) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool | Enum) or not isinstance(value, int | float):
        return None
    return Decimal(str(value))


def shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, IntEnum):
        return value.name
    if isinstance(value, frozenset):
        return ", ".join(sorted(str(one) for one in value))
    return str(value)
