"""Reads a policy pack from TOML. Every refusal names the key; unknown keys are refused, so is a missing one."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from risk_service.policy.calendar import WorkingCalendar
from risk_service.policy.domain import (
    AlertLevel,
    ClearingRule,
    CostRule,
    CostScope,
    CostThresholds,
    IncomeBasis,
    IncomeTest,
    LikelihoodBand,
    LikelihoodBands,
    MeasureOffer,
    MeasureType,
    MonitoringLine,
    PolicyPack,
    PolicyYear,
    RigidExpenseMode,
    RiskFactor,
    VisitClocks,
    WaterRule,
)
from risk_service.policy.section import WATER_PLACEHOLDERS, PolicyPackMalformed, Section

SCHEMA = 1
AREA_PATH = re.compile(r"(?:\d{2}/(?:\d{2}/(?:\d{2}/(?:\d{3}/(?:\d{3}/)?)?)?)?)?")
MAX_BYTES = 262_144


def read_pack(source: str) -> PolicyPack:
    """A pack from its TOML text. Raises PolicyPackMalformed (or the rule's own refusal), naming the key."""
    if len(source.encode()) > MAX_BYTES:
        raise PolicyPackMalformed(f"A policy pack has at most {MAX_BYTES} bytes.")
    try:
        parsed = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise PolicyPackMalformed(f"Not TOML: {error}.") from None
    root = Section(parsed, "")
    if root.whole("schema", least=1, most=SCHEMA) != SCHEMA:
        raise root.refuse("schema", f"must be {SCHEMA}")
    pack = _pack(root, content_hash(parsed))
    root.close()
    return pack


def content_hash(parsed: Mapping[str, object]) -> str:
    """SHA-256 of what the pack says: comments, order and spacing of the file do not change it."""
    canonical = json.dumps(parsed, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _pack(root: Section, digest: str) -> PolicyPack:
    head = root.section("pack")
    pack = PolicyPack(
        name=head.text("name", most=60),
        version=head.text("version", most=30),
        area_path=_area_path(head),
        effective_from=head.day("effective_from"),
        effective_until=head.day_or_none("effective_until"),
        approved_by=head.text("approved_by", most=120),
        approved_on=head.day("approved_on"),
        currency=_currency(head),
        time_zone=_time_zone(head),
        policy_year=_policy_year(root),
        calendar=_calendar(root),
        clocks=_clocks(root),
        rules=_rules(root),
        water=_water(root) if root.has("water_safety") else None,
        lines=_lines(root),
        clearing=_clearing(root),
        bands=_bands(root),
        measures=_measures(root),
        content_hash=digest,
    )
    head.close()
    return pack


def _area_path(head: Section) -> str:
    value = head.take("area")
    if not isinstance(value, str) or not AREA_PATH.fullmatch(value):
        raise head.refuse("area", 'must be an area path such as "99/01/01/", or "" for everywhere')
    return value


def _currency(head: Section) -> str:
    value = head.text("currency", most=3)
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise head.refuse("currency", "must be an ISO 4217 code")
    return value


def _time_zone(head: Section) -> str:
    value = head.text("time_zone", most=60)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise head.refuse("time_zone", "is not a known time zone") from None
    return value


def _policy_year(root: Section) -> PolicyYear:
    table = root.section("policy_year")
    year = PolicyYear(
        start_month=table.whole("start_month", least=1, most=12),
        start_day=table.whole("start_day", least=1, most=28),
    )
    table.close()
    return year


def _calendar(root: Section) -> WorkingCalendar:
    table = root.section("calendar")
    calendar = WorkingCalendar(
        closed=table.days("closed"), worked=table.days("worked"), known_until=table.day("known_until")
    )
    table.close()
    return calendar


def _clocks(root: Section) -> VisitClocks:
    table = root.section("clocks")
    clocks = VisitClocks(
        red_working_days=table.whole("visit_red_working_days", least=1, most=60),
        yellow_working_days=table.whole("visit_yellow_working_days", least=1, most=60),
    )
    table.close()
    return clocks


def _rules(root: Section) -> tuple[CostRule, ...]:
    rules: list[CostRule] = []
    for table in root.sections("rules"):
        factor = table.choice("factor", RiskFactor)
        if any(rule.factor is factor for rule in rules):
            raise table.refuse("factor", "has a rule already")
        thresholds = CostThresholds(yellow_over=table.amount("yellow_over"), red_over=table.amount("red_over"))
        rules.append(
            CostRule(
                factor=factor,
                thresholds=thresholds,
                scope=table.choice("scope", CostScope),
                texts=table.local_texts("text"),
            )
        )
        table.close()
    return tuple(rules)


def _water(root: Section) -> WaterRule:
    table = root.section("water_safety")
    rule = WaterRule(
        yellow_outage_days=table.whole("yellow_outage_days", least=1, most=365),
        red_outage_days=table.whole("red_outage_days", least=1, most=366),
        yellow_failed_tests=table.whole("yellow_failed_tests", least=1, most=99),
        red_failed_tests=table.whole("red_failed_tests", least=1, most=100),
        within_days=table.whole("within_days", least=1, most=366),
        texts=table.local_texts("text", placeholders=WATER_PLACEHOLDERS),
    )
    if rule.red_outage_days <= rule.yellow_outage_days or rule.red_failed_tests <= rule.yellow_failed_tests:
        raise table.refuse("red_outage_days", "and red_failed_tests must be more than the yellow ones")
    table.close()
    return rule


def _lines(root: Section) -> tuple[MonitoringLine, ...]:
    lines: list[MonitoringLine] = []
    for table in root.sections("monitoring_lines"):
        line = MonitoringLine(
            effective_from=table.day("from"),
            effective_until=table.day_or_none("until"),
            amount=table.amount("amount"),
        )
        previous = lines[-1] if lines else None
        if previous is not None and previous.effective_until != line.effective_from:
            raise table.refuse("from", "must be the day on which the line before it ends")
        lines.append(line)
        table.close()
    return tuple(lines)


def _clearing(root: Section) -> ClearingRule:
    table = root.section("clearing")
    rule = ClearingRule(
        income_basis=table.choice("income_basis", IncomeBasis),
        income_test=table.choice("income_test", IncomeTest),
        rigid_expense_mode=table.choice("rigid_expense_mode", RigidExpenseMode),
        note_on_bill_required=table.flag("note_on_bill_required"),
        watch_days=table.whole("watch_days", least=0, most=730),
        contest_days=table.whole("contest_days", least=1, most=365),
    )
    table.close()
    return rule


def _bands(root: Section) -> LikelihoodBands:
    table = root.section("likelihood")
    bands = LikelihoodBands(medium_from=table.share("medium_from"), high_from=table.share("high_from"))
    table.close()
    return bands


def _measures(root: Section) -> tuple[MeasureOffer, ...]:
    offers: list[MeasureOffer] = []
    for table in root.sections("measures"):
        factor = table.choice("factor", RiskFactor) if table.has("factor") else None
        band = table.choice("band", LikelihoodBand) if table.has("band") else None
        if (factor is None) == (band is None):
            raise table.refuse("factor", "or band must be given, not both")
        level = AlertLevel.NONE if factor is None else _level(table)
        offers.append(MeasureOffer(factor=factor, level=level, band=band, types=table.choices("offer", MeasureType)))
        table.close()
    return tuple(offers)


def _level(table: Section) -> AlertLevel:
    name = table.text("level", most=10)
    if name not in {AlertLevel.YELLOW.name, AlertLevel.RED.name}:
        raise table.refuse("level", "must be YELLOW or RED")
    return AlertLevel[name]
