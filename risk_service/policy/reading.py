"""Reads a policy pack from TOML. Every refusal names the key; unknown keys are refused, so is a missing one."""

from __future__ import annotations

import hashlib
import json
import re
import string
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chassis.errors import InvalidInput
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
    LocalText,
    MeasureOffer,
    MeasureType,
    MonitoringLine,
    PolicyPack,
    PolicyYear,
    RigidExpenseMode,
    RiskFactor,
    VisitClocks,
)

SCHEMA = 1
AREA_PATH = re.compile(r"(?:\d{2}/(?:\d{2}/(?:\d{2}/(?:\d{3}/(?:\d{3}/)?)?)?)?)?")
AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,2})?")
MAX_BYTES = 262_144
RULE_PLACEHOLDERS = {"yellow_over", "red_over"}
Choice = TypeVar("Choice", bound=StrEnum)


class PolicyPackMalformed(InvalidInput):
    code = "POLICY_PACK_MALFORMED"


class Section:
    """One TOML table being read; `close` refuses what nobody asked for."""

    def __init__(self, table: object, name: str) -> None:
        if not isinstance(table, dict):
            raise PolicyPackMalformed(f"{name or 'The file'} must be a table.", field=name)
        self._left: dict[str, object] = dict(table)
        self._name = name

    def path(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key

    def refuse(self, key: str, why: str) -> PolicyPackMalformed:
        return PolicyPackMalformed(f"{self.path(key)} {why}.", field=self.path(key))

    def take(self, key: str) -> object:
        if key not in self._left:
            raise self.refuse(key, "is missing")
        return self._left.pop(key)

    def has(self, key: str) -> bool:
        return key in self._left

    def text(self, key: str, *, most: int = 400) -> str:
        value = self.take(key)
        if not isinstance(value, str) or not value.strip() or len(value) > most:
            raise self.refuse(key, f"must be a text of 1 to {most} characters")
        return value.strip()

    def whole(self, key: str, *, least: int, most: int) -> int:
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.refuse(key, f"must be a whole number from {least} to {most}")
        return value

    def share(self, key: str) -> float:
        value = self.take(key)
        if not isinstance(value, float) or not 0.0 < value < 1.0:
            raise self.refuse(key, "must be a number between 0 and 1")
        return value

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if not isinstance(value, bool):
            raise self.refuse(key, "must be true or false")
        return value

    def day(self, key: str) -> date:
        return self._day(self.take(key), key)

    def day_or_none(self, key: str) -> date | None:
        return self.day(key) if self.has(key) else None

    def days(self, key: str) -> frozenset[date]:
        return frozenset(self._day(value, key) for value in self._list(key))

    def amount(self, key: str) -> Decimal:
        """Amounts are texts ("2000.00"): a TOML float would round them."""
        value = self.take(key)
        if not isinstance(value, str) or not AMOUNT.fullmatch(value):
            raise self.refuse(key, 'must be an amount in quotes, such as "2000.00"')
        try:
            return Decimal(value)
        except InvalidOperation:
            raise self.refuse(key, "is not an amount") from None

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        value = self.take(key)
        try:
            return kind(str(value))
        except ValueError:
            raise self.refuse(key, f"must be one of {', '.join(kind)}") from None

    def choices(self, key: str, kind: type[Choice]) -> tuple[Choice, ...]:
        try:
            return tuple(kind(str(value)) for value in self._list(key))
        except ValueError:
            raise self.refuse(key, f"must hold only {', '.join(kind)}") from None

    def section(self, key: str) -> Section:
        return Section(self.take(key), self.path(key))

    def sections(self, key: str) -> list[Section]:
        return [Section(table, f"{self.path(key)}[{place}]") for place, table in enumerate(self._list(key))]

    def local_texts(self, key: str) -> tuple[LocalText, ...]:
        table = self.section(key)
        texts = tuple(LocalText(locale=locale, text=table.text(locale)) for locale in sorted(table._left))  # noqa: SLF001
        if not any(text.locale == "en" for text in texts):
            raise self.refuse(key, 'needs at least the locale "en"')
        for text in texts:
            try:
                named = {name for _, name, _, _ in string.Formatter().parse(text.text) if name is not None}
            except ValueError:
                raise self.refuse(key, "has unpaired braces") from None
            if named - RULE_PLACEHOLDERS:
                raise self.refuse(key, "may only use {yellow_over} and {red_over}")
        return texts

    def close(self) -> None:
        if self._left:
            raise self.refuse(min(self._left), "is not a key of a policy pack")

    def _list(self, key: str) -> list[object]:
        value = self.take(key)
        if not isinstance(value, list):
            raise self.refuse(key, "must be a list")
        return list(value)

    def _day(self, value: object, key: str) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.refuse(key, "must be a date, such as 2020-09-18")
        return value


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
