"""What a rule makes of what is known: a level, the rule in words, and the figures it was held against. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from risk_service.policy.factors import AlertLevel, LocalText, RiskFactor
from risk_service.signals.factors.facts import Fact, RecordVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One figure a level rests on, as it is shown."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one clause of a rule found. `again_on`: the day from which it would find more, if nothing else came."""

    level: AlertLevel
    texts: tuple[LocalText, ...] = ()
    inputs: tuple[Input, ...] = ()
    records: tuple[RecordVersion, ...] = ()
    again_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`texts` hold one text per locale, of the clauses that reach the level."""

    factor: RiskFactor
    level: AlertLevel
    texts: tuple[LocalText, ...]
    inputs: tuple[Input, ...]
    records: tuple[RecordVersion, ...]
    again_on: date | None


def verdict(factor: RiskFactor, findings: Iterable[Finding]) -> Verdict:
    """The gravest finding counts; equal ones are told together."""
    found = list(findings)
    level = max((one.level for one in found), default=AlertLevel.NONE)
    behind = [one for one in found if one.level is level] if level is not AlertLevel.NONE else []
    days = [one.again_on for one in found if one.again_on is not None]
    return Verdict(
        factor=factor,
        level=level,
        texts=_together([one.texts for one in behind]),
        inputs=tuple(dict.fromkeys(figure for one in behind for figure in one.inputs)),
        records=tuple(dict.fromkeys(key for one in behind for key in one.records)),
        again_on=min(days, default=None),
    )


def keys(facts: Iterable[Fact]) -> tuple[RecordVersion, ...]:
    return tuple(fact.key for fact in facts)


def figure(name: str, value: object) -> Input:
    return Input(name=name, value=str(value))


def _together(parts: Sequence[tuple[LocalText, ...]]) -> tuple[LocalText, ...]:
    by_locale: dict[str, list[str]] = {}
    for part in dict.fromkeys(parts):
        for text in part:
            by_locale.setdefault(text.locale, []).append(text.text)
    return tuple(LocalText(locale=locale, text=" ".join(texts)) for locale, texts in sorted(by_locale.items()))
