"""Costs of several households on the scales at once: read together, weighed one record after the other.

What follows from each record is the same as if it had come alone; only the reading and writing is done together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.clock import civil_date
from chassis.ids import new_id
from risk_service.alerts.domain import Alert, AlertEvent, PolicyUsed, raise_alert, weigh
from risk_service.copies.reach import zones_of
from risk_service.policy.domain import PolicyPack, RiskFactor
from risk_service.signals.domain import ClearedSum, Signal, Standing, lowered, standings, weightiest_first
from risk_service.uow import RiskUnitOfWork

Settled: TypeAlias = tuple[Alert, AlertEvent]
Key: TypeAlias = tuple[UUID, RiskFactor]


@dataclass(slots=True, kw_only=True)
class Scale:
    """One household's costs of one factor: by record, what was cleared of them, and the open alert."""

    signals: dict[tuple[str, str], Signal] = field(default_factory=dict)
    cleared: list[ClearedSum] = field(default_factory=list)
    alert: Alert | None = None


@dataclass(slots=True, kw_only=True)
class Scales:
    at: datetime
    zones: dict[str, ZoneInfo]
    by_household: dict[Key, Scale]
    settled: list[Settled] = field(default_factory=list)
    # Cleared sums that became smaller, with the area they lie in.
    smaller: dict[Key, tuple[str, list[ClearedSum]]] = field(default_factory=dict)

    def exchange(self, before: Signal | None, signal: Signal) -> None:
        """A new version takes the place of the one before, which may have been another household's."""
        name = (signal.department, signal.record_id)
        if before is not None:
            self.by_household[before.household_id, before.factor].signals.pop(name, None)
        self.by_household[signal.household_id, signal.factor].signals[name] = signal

    def weigh(self, signal: Signal, pack: PolicyPack) -> None:
        """After a cost came, was corrected or reimbursed. `pack`: in force on the day of the cost."""
        rule = pack.rule_of(signal.factor, signal.occurred_on)
        if rule is None:
            return
        key = (signal.household_id, signal.factor)
        scale = self.by_household[key]
        used = PolicyUsed(rule=rule, version=pack.label, content_hash=pack.content_hash, currency=pack.currency)
        found = self._standings(key, signal.area_path, pack, used)
        known = scale.alert
        periods = {pack.year_of(rule.window).start_of(signal.occurred_on)} | (
            {known.subject.period_from} if known else set()
        )
        weighed = weightiest_first(found, periods=frozenset(periods))
        if known is None:
            if weighed:
                self._raise(key, signal.area_path, weighed, used)
            return
        # Every record of the alert may have turned out to be another household's.
        nothing = Standing(subject=known.subject, cumulative=Decimal(0), cleared=Decimal(0), signals=())
        best, *beside = weighed or [nothing]
        moved, events = weigh(known, best, used, beside=beside)
        scale.alert = moved
        self.settled += ((moved, event) for event in events)

    def _raise(self, key: Key, area_path: str, weighed: Sequence[Standing], used: PolicyUsed) -> None:
        raised = raise_alert(
            id=new_id(),
            household_id=key[0],
            area_path=area_path,
            standing=weighed[0],
            beside=weighed[1:],
            policy=used,
            at=self.at,
            on=civil_date(self.at, self.zones[area_path]),
        )
        if raised is not None:
            self.by_household[key].alert = raised[0]
            self.settled.append(raised)

    def _standings(self, key: Key, area_path: str, pack: PolicyPack, used: PolicyUsed) -> tuple[Standing, ...]:
        """Cleared sums that have become smaller than what was cleared are lowered on the way."""
        scale = self.by_household[key]
        found = standings(scale.signals.values(), scale.cleared, rule=used.rule, year=pack.year_of(used.rule.window))
        smaller = lowered(scale.cleared, found)
        if not smaller:
            return found
        changed = {entry.subject: entry for entry in smaller}
        scale.cleared = [changed.get(entry.subject, entry) for entry in scale.cleared]
        self.smaller.setdefault(key, (area_path, []))[1].extend(smaller)
        return tuple(
            replace(one, cleared=changed[one.subject].amount) if one.subject in changed else one for one in found
        )


async def scales_of(uow: RiskUnitOfWork, keys: Iterable[Key], *, area_paths: Iterable[str]) -> Scales:
    """The households' open alerts are locked until the end of the transaction."""
    wanted = sorted(set(keys))
    scales = Scales(
        at=uow.now, zones=await zones_of(uow, set(area_paths)), by_household={key: Scale() for key in wanted}
    )
    for factor in sorted({factor for _, factor in wanted}):
        ids = [household_id for household_id, own in wanted if own is factor]
        for signal in await uow.signals.current_of(ids, factor):
            scales.by_household[signal.household_id, factor].signals[signal.department, signal.record_id] = signal
        for household_id, entry in await uow.signals.cleared_of(ids, factor):
            scales.by_household[household_id, factor].cleared.append(entry)
        for alert in await uow.alerts.open_of_many(ids, factor):
            scales.by_household[alert.household_id, factor].alert = alert
    return scales
