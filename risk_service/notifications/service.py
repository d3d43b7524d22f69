"""Telling people: one row each, and an event for whoever delivers it (message, call, letter)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

from chassis.graph import Page, PageRequest
from chassis.identity import Actor, Role
from chassis.ids import new_id
from risk_service.access import READ_NOTIFICATIONS, policy
from risk_service.alerts.domain import Alert
from risk_service.notifications.domain import About, Notification, NotificationAsked, NotificationKind, RecipientKind
from risk_service.uow import RiskUnitOfWork

# Of which alert, as what, which officer.
Told: TypeAlias = tuple[Alert, NotificationKind, UUID]


async def tell_household(uow: RiskUnitOfWork, alert: Alert, kind: NotificationKind) -> None:
    await _tell(uow, alert, kind, RecipientKind.HOUSEHOLD, alert.household_id)


async def tell_support_officers(uow: RiskUnitOfWork, alert: Alert, kind: NotificationKind) -> None:
    """The officers paired with the household now."""
    household = await uow.copies.household(alert.household_id)
    for officer_id in household.support_officer_ids if household else ():
        await _tell(uow, alert, kind, RecipientKind.OFFICER, officer_id)


async def tell_of_alerts(uow: RiskUnitOfWork, told: Sequence[tuple[Alert, NotificationKind]]) -> None:
    """The officers paired with each household now, and the household itself, in three queries for any number."""
    households = await uow.copies.households(sorted({alert.household_id for alert, _ in told}))
    new: list[Notification] = []
    for alert, kind in told:
        household = households.get(alert.household_id)
        officers = household.support_officer_ids if household else ()
        new += [_notification(uow, alert, kind, RecipientKind.OFFICER, officer_id) for officer_id in officers]
        new.append(_notification(uow, alert, kind, RecipientKind.HOUSEHOLD, alert.household_id))
    await _send(uow, new)


async def tell_officers(uow: RiskUnitOfWork, told: Sequence[Told]) -> None:
    await _send(
        uow, [_notification(uow, alert, kind, RecipientKind.OFFICER, officer_id) for alert, kind, officer_id in told]
    )


async def tell_about(
    uow: RiskUnitOfWork, kind: NotificationKind, told: Sequence[tuple[About, RecipientKind, UUID]]
) -> None:
    """What is no alert: each to one recipient."""
    await _send(uow, [_notification(uow, about, kind, recipient, key) for about, recipient, key in told])


async def tell_newly_paired(uow: RiskUnitOfWork, paired: Mapping[UUID, Collection[UUID]]) -> None:
    """The officers now paired with a household, by household, of its open alerts; nobody is told twice.

    Pairing and bill travel apart, and an officer may be paired while an alert waits.
    """
    open_alerts = await uow.alerts.open_by_household(list(paired)) if paired else {}
    if not open_alerts:
        return
    told = await uow.notifications.told_of_alerts([alert.id for found in open_alerts.values() for alert in found])
    for household_id, found in open_alerts.items():
        for alert in found:
            for officer_id in paired[household_id]:
                if (officer_id, alert.id) not in told:
                    await tell_officer(uow, alert, NotificationKind.ALERT_RAISED, officer_id)


async def tell_officer(uow: RiskUnitOfWork, alert: Alert, kind: NotificationKind, officer_id: UUID) -> None:
    await _tell(uow, alert, kind, RecipientKind.OFFICER, officer_id)


async def _tell(
    uow: RiskUnitOfWork, alert: Alert, kind: NotificationKind, recipient_kind: RecipientKind, recipient_id: UUID
) -> None:
    await _send(uow, [_notification(uow, alert, kind, recipient_kind, recipient_id)])


async def _send(uow: RiskUnitOfWork, new: Sequence[Notification]) -> None:
    await uow.notifications.add(new)
    uow.emit(*(NotificationAsked(notification=notification) for notification in new))


def _notification(
    uow: RiskUnitOfWork, about: Alert | About, kind: NotificationKind, recipient_kind: RecipientKind, recipient_id: UUID
) -> Notification:
    return Notification(
        id=new_id(),
        recipient_kind=recipient_kind,
        recipient_id=recipient_id,
        kind=kind,
        about_id=about.id,
        household_id=about.household_id,
        area_path=about.area_path,
        created_at=uow.now,
        read_at=None,
    )


async def recipients_of(uow: RiskUnitOfWork, actor: Actor) -> list[UUID]:
    """Who the caller is to a notification: their officers, and the household they live in."""
    policy.require(actor, READ_NOTIFICATIONS)
    found = [officer.id for officer in await uow.copies.officers_of_subject(actor.subject)]
    if actor.has(Role.HOUSEHOLD) and actor.member_id is not None:
        household_id = await uow.copies.household_of_member(actor.member_id)
        if household_id is not None:
            found.append(household_id)
    return found


async def read_notifications(
    uow: RiskUnitOfWork, actor: Actor, *, unread_only: bool, request: PageRequest
) -> Page[Notification]:
    return await uow.notifications.page(await recipients_of(uow, actor), unread_only=unread_only, request=request)


async def count_notifications(uow: RiskUnitOfWork, actor: Actor, *, unread_only: bool) -> int:
    return await uow.notifications.count(await recipients_of(uow, actor), unread_only=unread_only)


async def mark_read(uow: RiskUnitOfWork, actor: Actor, *, ids: Sequence[UUID]) -> int:
    return await uow.notifications.mark_read(ids, await recipients_of(uow, actor), at=uow.now)
