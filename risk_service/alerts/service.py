"""Weighing a household's costs against the policy, and what follows: an alert, a visit, people told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from chassis.clock import civil_date
from chassis.graph import Page, PageRequest
from chassis.identity import Actor
from chassis.ids import new_id
from risk_service.access import READ_ALERTS, Visibility, policy, require_area, visibility
from risk_service.alerts.domain import (
    Alert,
    AlertEscalated,
    AlertEvent,
    AlertRaised,
    PolicyUsed,
    change_of,
    prioritised,
    raise_alert,
    weigh,
)
from risk_service.alerts.repository import AlertFilter, AlertOrder
from risk_service.copies.domain import Reach
from risk_service.copies.reach import zone_of
from risk_service.notifications.domain import NotificationKind
from risk_service.notifications.service import tell_household, tell_support_officers
from risk_service.policy.domain import PolicyPack, RiskFactor
from risk_service.policy.service import in_force
from risk_service.signals.domain import ClearedSum, Signal, Standing, lowered, standings, weightiest_first
from risk_service.verification.service import ask_for_visit

if TYPE_CHECKING:
    from risk_service.uow import RiskUnitOfWork


async def weigh_costs(
    uow: RiskUnitOfWork, *, household_id: UUID, area_path: str, factor: RiskFactor, occurred_on: date
) -> None:
    """After a cost came, was corrected or reimbursed. The pack in force on the day of the cost gives the lines,
    the one in force today the time for the visit.
    """
    pack = await in_force(uow, area_path=area_path, day=occurred_on)
    rule = pack.rule_of(factor)
    if rule is None:
        return
    used = PolicyUsed(rule=rule, version=pack.label, content_hash=pack.content_hash, currency=pack.currency)
    found = await _standings(uow, household_id, area_path, pack, factor)
    known = await uow.alerts.open_of(household_id, factor)
    periods = {pack.policy_year.start_of(occurred_on)} | ({known.subject.period_from} if known else set())
    weighed = weightiest_first(found, periods=frozenset(periods))
    if known is None:
        if weighed:
            await _raise(uow, household_id=household_id, area_path=area_path, weighed=weighed, used=used)
        return
    # Every record of the alert may have turned out to be another household's.
    nothing = Standing(subject=known.subject, cumulative=Decimal(0), cleared=Decimal(0), signals=())
    best, *beside = weighed or [nothing]
    moved, events = weigh(known, best, used, beside=beside)
    for event in events:
        await _settle(uow, moved, event)


async def _raise(
    uow: RiskUnitOfWork, *, household_id: UUID, area_path: str, weighed: Sequence[Standing], used: PolicyUsed
) -> None:
    raised = raise_alert(
        id=new_id(),
        household_id=household_id,
        area_path=area_path,
        standing=weighed[0],
        beside=weighed[1:],
        policy=used,
        at=uow.now,
        on=civil_date(uow.now, await zone_of(uow, area_path)),
    )
    if raised is not None:
        await _settle(uow, *raised)


async def _standings(
    uow: RiskUnitOfWork, household_id: UUID, area_path: str, pack: PolicyPack, factor: RiskFactor
) -> tuple[Standing, ...]:
    """Cleared sums that have become smaller than what was cleared are lowered on the way."""
    rule = pack.rule_of(factor)
    if rule is None:
        return ()
    signals: list[Signal] = await uow.signals.current(household_id, factor)
    cleared: list[ClearedSum] = await uow.signals.cleared(household_id, factor)
    found = standings(signals, cleared, rule=rule, year=pack.policy_year)
    smaller = lowered(cleared, found)
    if not smaller:
        return found
    await uow.signals.put_cleared(household_id, factor, area_path, smaller)
    changed = {entry.subject: entry.amount for entry in smaller}
    return tuple(replace(one, cleared=changed.get(one.subject, one.cleared)) for one in found)


async def _settle(uow: RiskUnitOfWork, alert: Alert, event: AlertEvent) -> None:
    """Stores the alert with its history, and does what a warning may do: ask for a visit and tell people."""
    await uow.alerts.put(alert)
    change = change_of(event, number=alert.version, at=uow.now)
    await uow.alerts.add_change(change, area_path=alert.area_path)
    uow.emit(event)
    if not isinstance(event, AlertRaised | AlertEscalated):
        return
    await renew_priorities(uow, alert.household_id)
    zone = await zone_of(uow, alert.area_path)
    pack = await in_force(uow, area_path=alert.area_path, day=civil_date(uow.now, zone))
    await ask_for_visit(uow, alert, pack=pack, zone=zone)
    kind = NotificationKind.ALERT_RAISED if isinstance(event, AlertRaised) else NotificationKind.ALERT_ESCALATED
    await tell_support_officers(uow, alert, kind)
    await tell_household(uow, alert, kind)
    await uow.feed.add(alert, change.kind, at=uow.now)


async def renew_priorities(uow: RiskUnitOfWork, household_id: UUID) -> None:
    known = await uow.alerts.open_of_household(household_id)
    for before, after in zip(known, prioritised(known), strict=True):
        if before.priority is not after.priority:
            await uow.alerts.put_priority(after)


async def list_alerts(
    uow: RiskUnitOfWork, actor: Actor, *, wanted: AlertFilter, order: AlertOrder, request: PageRequest
) -> Page[Alert]:
    return await uow.alerts.page(_seen(actor, wanted), wanted, order, request)


async def count_alerts(uow: RiskUnitOfWork, actor: Actor, *, wanted: AlertFilter) -> int:
    return await uow.alerts.count(_seen(actor, wanted), wanted)


def _seen(actor: Actor, wanted: AlertFilter) -> Visibility:
    """Raises Forbidden for a role that reads no alerts, and for an area that is not the caller's."""
    scope = policy.require(actor, READ_ALERTS)
    require_area(actor, scope, wanted.area_path)
    return visibility(actor, scope)


def reach_without_copy(alert: Alert) -> Reach:
    """Of a household that left the registry: its alerts stay visible by area."""
    return Reach(
        household_id=alert.household_id,
        area_path=alert.area_path,
        paired_subjects=frozenset(),
        member_ids=frozenset(),
    )
