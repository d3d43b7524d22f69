"""What follows from alerts that were raised, grew or changed: kept, people told, a visit asked for; many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from chassis.clock import civil_date
from risk_service.alerts.domain import Alert, AlertEscalated, AlertRaised, change_of, prioritised
from risk_service.alerts.weighing import Settled
from risk_service.copies.reach import zones_of
from risk_service.notifications.domain import NotificationKind
from risk_service.notifications.service import tell_of_alerts
from risk_service.policy.domain import pack_in_force
from risk_service.policy.service import packs_for
from risk_service.uow import RiskUnitOfWork
from risk_service.verification.asking import VisitAsked, ask_for_visits


async def settle_alerts(uow: RiskUnitOfWork, settled: Sequence[Settled]) -> None:
    """In their order; an alert may have taken several steps. In a fixed number of queries but for alerts that were
    there before, one each.
    """
    if not settled:
        return
    last = {alert.id: alert for alert, _ in settled}
    stored = {alert.id: alert.version - 1 for alert, _ in reversed(settled)}
    warned = [(alert, event) for alert, event in settled if isinstance(event, AlertRaised | AlertEscalated)]
    last = await _prioritised(uow, last, {alert.household_id for alert, _ in warned})
    await uow.alerts.add([alert for alert in last.values() if stored[alert.id] == 0])
    for alert in last.values():
        if stored[alert.id] > 0:
            await uow.alerts.replace(alert, stored_version=stored[alert.id])
    changes = [(alert, change_of(event, number=alert.version, at=uow.now)) for alert, event in settled]
    await uow.alerts.add_changes([(change, alert.area_path) for alert, change in changes])
    uow.emit(*(event for _, event in settled))
    if warned:
        await _warn(uow, [(last[alert.id], alert, event) for alert, event in warned])
    await uow.feed.add_all([(alert, change.kind) for alert, change in changes], at=uow.now)
    uow.arrivals.likelihood(*(alert.household_id for alert in last.values()))


async def _warn(uow: RiskUnitOfWork, warned: Sequence[tuple[Alert, Alert, AlertRaised | AlertEscalated]]) -> None:
    zones = await zones_of(uow, {alert.area_path for _, alert, _ in warned})
    days = {path: civil_date(uow.now, zone) for path, zone in zones.items()}
    packs = await packs_for(uow, days.items())
    asked = [
        VisitAsked(
            alert=alert,
            pack=pack_in_force(packs, area_path=alert.area_path, day=days[alert.area_path]),
            zone=zones[alert.area_path],
            is_new=isinstance(event, AlertRaised),
        )
        for _, alert, event in warned
    ]
    await ask_for_visits(uow, asked)
    kinds = {AlertRaised: NotificationKind.ALERT_RAISED, AlertEscalated: NotificationKind.ALERT_ESCALATED}
    await tell_of_alerts(uow, [(alert, kinds[type(event)]) for _, alert, event in warned])


async def _prioritised(uow: RiskUnitOfWork, last: Mapping[UUID, Alert], household_ids: set[UUID]) -> dict[UUID, Alert]:
    """Priorities follow from all open alerts of a household; those of others are put right at once."""
    known = await uow.alerts.open_by_household(sorted(household_ids)) if household_ids else {}
    result = dict(last)
    for household_id in household_ids:
        others = [alert for alert in known.get(household_id, ()) if alert.id not in last]
        mine = [alert for alert in last.values() if alert.household_id == household_id and alert.is_open]
        for after in prioritised([*mine, *others]):
            if after.id in last:
                result[after.id] = replace(last[after.id], priority=after.priority)
        for before, after in zip(others, prioritised([*mine, *others])[len(mine) :], strict=True):
            if before.priority is not after.priority:
                await uow.alerts.put_priority(after)
    return result
