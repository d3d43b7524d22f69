"""What is known of several households on the scales at once: read together, weighed one telling after the other.

Pure. What follows from each telling is the same as if it had come alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from chassis.ids import new_id
from risk_service.alerts.amountless import Step, raise_found, weigh_found
from risk_service.alerts.domain import Alert
from risk_service.alerts.judged import ground_of
from risk_service.policy.domain import PolicyPack
from risk_service.policy.factors import RiskFactor
from risk_service.signals.domain import ClearedSum
from risk_service.signals.factors.facts import Fact, Income, RecordVersion, Situation, Window
from risk_service.signals.factors.judging import judge_conditions

Telling: TypeAlias = tuple[Fact, ...]
"""Facts that were told in one breath, such as the bases of an income statement."""
NOT_JUDGED = frozenset({RiskFactor.ILLNESS, RiskFactor.WATER_SAFETY})
"""Costs alone, and supply points, are weighed as they come by rooms of their own."""
BY_SITUATION = (RiskFactor.DISABILITY, RiskFactor.EDUCATION, RiskFactor.UNEMPLOYMENT, RiskFactor.ACCIDENT)
"""Factors whose level may change with who lives in the household."""
BY_PLACE = tuple(factor for factor in RiskFactor if factor not in NOT_JUDGED)
"""Factors whose level may change with the policy of another place."""


@dataclass(slots=True, kw_only=True)
class Known:
    """One household. `pack` None: no policy is in force there, nothing is weighed. `ahead`: when another begins."""

    household_id: UUID
    area_path: str
    today: date
    pack: PolicyPack | None
    ahead: date | None = None
    situation: Situation = field(default_factory=Situation)
    facts: dict[tuple[str, str], Fact] = field(default_factory=dict)
    cleared: frozenset[RecordVersion] = frozenset()
    cleared_sums: Mapping[RiskFactor, tuple[ClearedSum, ...]] = field(default_factory=dict)
    alerts: dict[RiskFactor, Alert] = field(default_factory=dict)

    def window(self, factor: RiskFactor) -> Window:
        mine = [one for one in self.facts.values() if one.factor is factor or isinstance(one.detail, Income)]
        return Window(
            facts=tuple(mine),
            cleared_sums=self.cleared_sums.get(factor, ()),
            cleared=self.cleared,
        )


@dataclass(slots=True, kw_only=True)
class Book:
    """`again`: of each factor that was weighed, the day on which to weigh it again, if any."""

    at: datetime
    households: dict[UUID, Known]
    settled: list[Step] = field(default_factory=list)
    again: dict[tuple[UUID, RiskFactor], date | None] = field(default_factory=dict)

    def exchange(self, before: Fact | None, fact: Fact) -> None:
        """A new version takes the place of the one before, which may have been another household's."""
        if before is not None and before.household_id in self.households:
            self.households[before.household_id].facts.pop(fact.record, None)
        if fact.household_id in self.households:
            self.households[fact.household_id].facts[fact.record] = fact

    def weigh(self, household_id: UUID, factor: RiskFactor) -> None:
        known = self.households.get(household_id)
        if known is None or known.pack is None or factor in NOT_JUDGED:
            return
        alert, window = known.alerts.get(factor), known.window(factor)
        if alert is None and not any(one.factor is factor for one in window.facts):
            return
        found = judge_conditions(factor, window, pack=known.pack, situation=known.situation, day=known.today)
        days = [day for day in (found.again_on, known.ahead) if day is not None and day > known.today]
        self.again[household_id, factor] = min(days, default=None)
        ground = ground_of(found, known.pack, {one.key: one for one in window.facts})
        step: Step | None
        if alert is None:
            step = raise_found(
                ground, id=new_id(), household_id=household_id, area_path=known.area_path, at=self.at, on=known.today
            )
        else:
            step = weigh_found(alert, ground)
        if step is not None:
            known.alerts[factor] = step[0]
            self.settled.append(step)
