"""What another policy would have cost and caught, beside the one in force. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from risk_service.policy.domain import PolicyPack, PolicySaysNothing, Workload
from risk_service.policy.factors import AlertLevel, RiskFactor
from risk_service.signals.replay.history import ConfirmedCase, History, PackOn, Replayed, Step, Warned
from risk_service.signals.replay.replaying import replay


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorCount:
    """Alerts raised yellow and red, and yellow ones that became red."""

    factor: RiskFactor
    yellow: int
    red: int
    escalated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialCount:
    alerts: int
    households: int
    by_factor: tuple[FactorCount, ...]
    visits: int
    officer_hours: Decimal
    confirmed_warned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnedLater:
    """A confirmed case that both policies would have warned of, but the tried one later."""

    household_id: UUID
    factor: RiskFactor
    before_on: date
    after_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`missed`: confirmed cases of households that the tried policy would not have warned of by then.

    `gained`: those of them that the policy in force did not warn of and the tried one would have.
    """

    tried: str
    confirmed: int
    before: TrialCount
    after: TrialCount
    missed: tuple[ConfirmedCase, ...]
    gained: tuple[ConfirmedCase, ...]
    later: tuple[WarnedLater, ...]


def try_pack(history: History, *, in_force: PackOn, tried: PolicyPack) -> Trial:
    """The tried pack counts for its whole area and for every day of the history, whatever its own dates.

    Raises PolicySaysNothing when it says nothing of the hours of a visit.
    """
    if tried.workload is None:
        raise PolicySaysNothing(f"{tried.label} does not say how long a visit takes.", field="workload")
    within = History(
        facts=tuple(one for one in history.facts if one.area_path.startswith(tried.area_path)),
        decisions=tuple(one for one in history.decisions if one.area_path.startswith(tried.area_path)),
        until=history.until,
        situations=history.situations,
    )
    before, after = replay(within, in_force), replay(within, lambda _, __: tried)
    both = list(zip(before.confirmed, after.confirmed, strict=True))
    return Trial(
        tried=tried.label,
        confirmed=len(both),
        before=_counted(before, tried, tried.workload),
        after=_counted(after, tried, tried.workload),
        missed=tuple(new for _, new in both if not new.warned),
        gained=tuple(new for old, new in both if new.warned and not old.warned),
        later=_later(before, after),
    )


def _counted(replayed: Replayed, tried: PolicyPack, workload: Workload) -> TrialCount:
    visits = _visits(replayed.warned, tried)
    return TrialCount(
        alerts=sum(1 for one in replayed.warned if one.step is Step.RAISED),
        households=len({one.household_id for one in replayed.warned}),
        by_factor=_by_factor(replayed.warned),
        visits=len(visits),
        officer_hours=sum((workload.hours(level) for level in visits), Decimal(0)),
        confirmed_warned=sum(1 for one in replayed.confirmed if one.warned),
    )


def _by_factor(warned: Iterable[Warned]) -> tuple[FactorCount, ...]:
    counts = Counter((one.factor, one.step, one.level) for one in warned)
    return tuple(
        FactorCount(
            factor=factor,
            yellow=counts[factor, Step.RAISED, AlertLevel.YELLOW],
            red=counts[factor, Step.RAISED, AlertLevel.RED],
            escalated=counts[factor, Step.ESCALATED, AlertLevel.RED],
        )
        for factor in RiskFactor
    )


def _visits(warned: Iterable[Warned], pack: PolicyPack) -> list[AlertLevel]:
    """One for each alert; another when it escalates after its visit was due. Both policies by the same clocks, so
    that only what they warn of differs.
    """
    levels: list[AlertLevel] = []
    last: dict[tuple[UUID, RiskFactor], tuple[int, date]] = {}
    for one in warned:
        key = (one.household_id, one.factor)
        due = pack.calendar.after(one.on, pack.clocks.working_days(one.level))
        if one.step is Step.ESCALATED and one.on <= last[key][1]:
            place = last[key][0]
            levels[place] = one.level
            last[key] = (place, due)
            continue
        levels.append(one.level)
        last[key] = (len(levels) - 1, due)
    return levels


def _later(before: Replayed, after: Replayed) -> tuple[WarnedLater, ...]:
    old, new = _first_days(before), _first_days(after)
    keys = dict.fromkeys((case.household_id, case.factor) for case in before.confirmed)
    return tuple(
        WarnedLater(household_id=key[0], factor=key[1], before_on=old[key], after_on=new[key])
        for key in keys
        if key in old and key in new and old[key] < new[key]
    )


def _first_days(replayed: Replayed) -> dict[tuple[UUID, RiskFactor], date]:
    found: dict[tuple[UUID, RiskFactor], date] = {}
    for one in replayed.warned:
        found.setdefault((one.household_id, one.factor), one.on)
    return found
