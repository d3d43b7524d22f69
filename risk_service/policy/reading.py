"""Reads a policy pack from TOML. Every refusal names the key; unknown keys are refused, so is a missing one."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from risk_service.policy import rule_reading
from risk_service.policy.calendar import WorkingCalendar
from risk_service.policy.domain import (
    AlertLevel,
    CaseProvisions,
    ClearingRule,
    IncomeBasis,
    IncomeTest,
    LikelihoodBand,
    LikelihoodBands,
    MeasureOffer,
    MeasureType,
    MonitoringLine,
    PlanValue,
    PlanWeights,
    PolicyPack,
    PolicyYear,
    RigidExpenseMode,
    RiskFactor,
    VisitClocks,
    Workload,
)
from risk_service.policy.rule_reading import level
from risk_service.policy.section import PolicyPackMalformed, Section

SCHEMA = 2
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
    schema = root.whole("schema", least=1, most=SCHEMA)
    pack = _pack(root, content_hash(parsed), schema=schema)
    if schema > 1:
        pack = _completed(root, pack)
    root.close()
    return pack


def content_hash(parsed: Mapping[str, object]) -> str:
    """SHA-256 of what the pack says: comments, order and spacing of the file do not change it."""
    canonical = json.dumps(parsed, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _pack(root: Section, digest: str, *, schema: int) -> PolicyPack:
    """What every schema holds."""
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
        policy_year=_year(root, "policy_year"),
        calendar=_calendar(root),
        clocks=_clocks(root),
        rules=rule_reading.cost_rules(root, schema=schema),
        water_rules=rule_reading.water_rules(root) if schema > 1 or root.has("water_safety") else (),
        lines=_lines(root),
        clearing=_clearing(root),
        bands=_bands(root),
        measures=_measures(root),
        content_hash=digest,
    )
    head.close()
    return pack


def _completed(root: Section, pack: PolicyPack) -> PolicyPack:
    """What schema 2 added: every factor has a rule, and the clocks of cases and the weights of plans are policy."""
    return replace(
        pack,
        school_year=_year(root, "school_year"),
        disability_rules=rule_reading.disability_rules(root),
        schooling_rules=rule_reading.schooling_rules(root),
        unemployment_rules=rule_reading.unemployment_rules(root),
        income_drop_rules=rule_reading.income_drop_rules(root),
        disaster_rules=rule_reading.disaster_rules(root),
        accident_rules=rule_reading.accident_rules(root),
        livelihood_rules=rule_reading.livelihood_rules(root),
        housing_rules=rule_reading.housing_rules(root),
        case_clocks=_case_clocks(root),
        plan_weights=_plan_weights(root),
        workload=_workload(root),
    )


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


def _year(root: Section, key: str) -> PolicyYear:
    table = root.section(key)
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


def _case_clocks(root: Section) -> CaseProvisions:
    table = root.section("cases")
    clocks = CaseProvisions(
        decision_days=table.whole("decision_days", least=1, most=365),
        notice_days=table.whole("notice_days", least=1, most=60),
        plan_days=table.whole("plan_days", least=1, most=365),
        first_measure_days=table.whole("first_measure_days", least=1, most=365),
        resolution_months=table.whole("resolution_months", least=1, most=60),
        resolution_measures=table.whole("resolution_measures", least=0, most=20),
        feed_late_days=table.whole("feed_late_days", least=1, most=365),
        answer_working_days=table.whole("answer_working_days", least=1, most=60),
        visit_cap_days=table.whole("visit_cap_days", least=1, most=365),
    )
    if clocks.notice_days >= clocks.decision_days:
        raise table.refuse("notice_days", "must be less than decision_days, which they are part of")
    table.close()
    return clocks


def _plan_weights(root: Section) -> PlanWeights:
    table = root.section("plan")
    weights = PlanWeights(
        value=table.choice("value", PlanValue),
        red_first=table.flag("red_first"),
        township_floor_percent=table.whole("township_floor_percent", least=0, most=100),
        elders_floor_percent=table.whole("elders_floor_percent", least=0, most=100),
        elders_from_age=table.whole("elders_from_age", least=50, most=100),
    )
    table.close()
    return weights


def _workload(root: Section) -> Workload:
    table = root.section("workload")
    workload = Workload(hours_red=table.hours("hours_red"), hours_yellow=table.hours("hours_yellow"))
    table.close()
    return workload


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
        least = AlertLevel.NONE if factor is None else level(table, "level")
        offers.append(MeasureOffer(factor=factor, level=least, band=band, types=table.choices("offer", MeasureType)))
        table.close()
    return tuple(offers)
