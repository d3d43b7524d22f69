"""History once more, under another policy: who would have been warned, and when. Pure.

A level rises by itself and falls only when a person decides; a decision counts where there is something to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.clock import civil_date
from risk_service.policy.domain import PolicyPack
from risk_service.policy.factors import AlertLevel, RiskFactor
from risk_service.signals.domain import ClearedSum, Subject, lowered, standings, sums_to_clear
from risk_service.signals.factors.costs import signals_of
from risk_service.signals.factors.facts import USING_INCOME, Fact, Income, RecordVersion, Situation, Window
from risk_service.signals.factors.judging import judge
from risk_service.signals.replay.history import (
    ConfirmedCase,
    Decision,
    DecisionKind,
    History,
    PackOn,
    Replayed,
    Step,
    Warned,
)


def replay(history: History, pack_on: PackOn) -> Replayed:
    """Facts are weighed in the order in which they were received, each under the policy of its own day."""
    told: dict[UUID, list[Fact]] = {}
    for fact in history.facts:
        told.setdefault(fact.household_id, []).append(fact)
    decided: dict[UUID, list[Decision]] = {}
    for decision in history.decisions:
        decided.setdefault(decision.household_id, []).append(decision)
    warned: list[Warned] = []
    confirmed: list[ConfirmedCase] = []
    for household_id in sorted({*told, *decided}):
        one = _Household(id=household_id, pack_on=pack_on, situation=history.situations.get(household_id, Situation()))
        one.live(told.get(household_id, ()), decided.get(household_id, ()), until=history.until)
        warned += one.warned
        confirmed += one.confirmed
    return Replayed(warned=tuple(warned), confirmed=tuple(confirmed))


@dataclass(slots=True, kw_only=True)
class _Household:
    id: UUID
    pack_on: PackOn
    situation: Situation
    facts: dict[tuple[str, str], Fact] = field(default_factory=dict)
    cleared_sums: dict[RiskFactor, dict[Subject, Decimal]] = field(default_factory=dict)
    cleared: set[RecordVersion] = field(default_factory=set)
    open: dict[RiskFactor, AlertLevel] = field(default_factory=dict)
    again: dict[RiskFactor, date] = field(default_factory=dict)
    area_path: str = ""
    warned: list[Warned] = field(default_factory=list)
    confirmed: list[ConfirmedCase] = field(default_factory=list)

    def live(self, told: Iterable[Fact], decided: Iterable[Decision], *, until: date) -> None:
        for at, happening in _in_order(told, decided):
            self.area_path = happening.area_path
            pack = self._pack(at.date())
            # Without a policy nobody is warned; the day is still told by the clock of the product.
            today = at.date() if pack is None else civil_date(at, ZoneInfo(pack.time_zone))
            if today > until:
                break
            self._catch_up(today)
            if isinstance(happening, Fact):
                self._hear(happening, today)
            else:
                self._decide(happening, today)
        self._catch_up(until)

    def _hear(self, fact: Fact, today: date) -> None:
        known = self.facts.get(fact.record)
        if known is not None and known.version >= fact.version:
            return
        self.facts[fact.record] = fact
        touched = {fact.factor} if known is None else {fact.factor, known.factor}
        if isinstance(fact.detail, Income):
            touched.update(USING_INCOME)
        for factor in sorted(touched):
            lines = self._pack(fact.occurred_on)
            self._lower_cleared(factor, lines, fact.occurred_on)
            self._weigh(factor, today, lines=lines)

    def _catch_up(self, day: date) -> None:
        """What a day alone changes: work that ended long enough ago, a benefit that ran out, a new line."""
        while due := [(on, factor) for factor, on in self.again.items() if on <= day]:
            on, factor = min(due)
            del self.again[factor]
            self._weigh(factor, on, lines=None)

    def _weigh(self, factor: RiskFactor, today: date, *, lines: PolicyPack | None) -> None:
        """`lines`: the policy of the day of a cost, whose lines count for it; the rest is weighed by that of today."""
        pack = self._pack(today)
        if pack is None:
            return
        window = self._window(factor)
        found = judge(factor, window, pack=pack, situation=self.situation, day=today, cost_pack=lines)
        self.again.pop(factor, None)
        if found.again_on is not None and found.again_on > today:
            self.again[factor] = found.again_on
        before = self.open.get(factor, AlertLevel.NONE)
        if found.level <= before:
            return
        self.open[factor] = found.level
        self.warned.append(
            Warned(
                household_id=self.id,
                area_path=self.area_path,
                step=Step.RAISED if before is AlertLevel.NONE else Step.ESCALATED,
                on=today,
                verdict=found,
                policy=pack.label,
            )
        )

    def _decide(self, decision: Decision, today: date) -> None:
        if decision.kind is DecisionKind.CONFIRMED:
            self.confirmed.append(
                ConfirmedCase(household_id=self.id, factor=decision.factor, on=today, warned=bool(self.warned))
            )
            return
        pack = self._pack(today)
        if pack is None or self.open.pop(decision.factor, None) is None:
            return
        mine = self._window(decision.factor).facts
        signals = signals_of(mine, decision.factor, pack)
        for entry in sums_to_clear(signals, year=pack.cost_year(decision.factor, today)):
            self.cleared_sums.setdefault(decision.factor, {})[entry.subject] = entry.amount
        self.cleared.update(fact.key for fact in mine if fact.factor is decision.factor)

    def _lower_cleared(self, factor: RiskFactor, pack: PolicyPack | None, day: date) -> None:
        """What was cleared is never more than what is there now: money paid back does not hide the next bill."""
        sums = self.cleared_sums.get(factor)
        rule = None if pack is None else pack.rule_of(factor, day)
        if not sums or pack is None or rule is None:
            return
        window = self._window(factor)
        known = signals_of(window.facts, factor, pack)
        found = standings(known, window.cleared_sums, rule=rule, year=pack.year_of(rule.window))
        for entry in lowered(window.cleared_sums, found):
            sums[entry.subject] = entry.amount

    def _window(self, factor: RiskFactor) -> Window:
        mine = [one for one in self.facts.values() if one.factor is factor or isinstance(one.detail, Income)]
        sums = self.cleared_sums.get(factor, {})
        return Window(
            facts=tuple(mine),
            cleared_sums=tuple(ClearedSum(subject=subject, amount=amount) for subject, amount in sums.items()),
            cleared=frozenset(self.cleared),
        )

    def _pack(self, day: date) -> PolicyPack | None:
        return self.pack_on(self.area_path, day)


def _in_order(told: Iterable[Fact], decided: Iterable[Decision]) -> Iterator[tuple[datetime, Fact | Decision]]:
    """Of one instant, what was told comes before what was decided."""
    happened: list[tuple[datetime, int, Fact | Decision]] = [
        *((fact.received_at, 0, fact) for fact in told),
        *((decision.decided_at, 1, decision) for decision in decided),
    ]
    for at, _, happening in sorted(happened, key=lambda one: one[:2]):
        yield at, happening
