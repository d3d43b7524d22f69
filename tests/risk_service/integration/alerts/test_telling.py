"""Who is told of an alert, and who visits."""

from __future__ import annotations

from dataclasses import replace

from risk_service.alerts.domain import AlertStatus
from risk_service.notifications.domain import NotificationKind, RecipientKind
from risk_service.verification.domain import TaskStatus
from tests.risk_service.desk import SPECIALIST_ID, SUPPORT, SUPPORT_OFFICER_ID, Desk
from tests.risk_service.integration.alerts.told import told_of


async def test_a01_the_specialist_the_support_officer_and_the_household_are_told(desk: Desk) -> None:
    family = await desk.family()
    await desk.bill(family, "10318.18", record_id="A01-2")

    (alert,) = await desk.open_alerts(family)
    told = await told_of(desk, alert)
    assert told == [
        (str(SPECIALIST_ID), "TASK_ASSIGNED"),
        (str(SUPPORT_OFFICER_ID), "ALERT_RAISED"),
        (str(family.id), "ALERT_RAISED"),
    ]
    assert {RecipientKind.OFFICER, RecipientKind.HOUSEHOLD} == set(RecipientKind)
    assert NotificationKind(told[0][1]) is NotificationKind.TASK_ASSIGNED


async def test_a01_an_officer_paired_after_the_warning_is_told_once(desk: Desk) -> None:
    """Pairing and bill travel apart: whichever arrives first, the officer hears of the open alert."""
    family = await desk.family(officers=())
    await desk.bill(family, "10318.18", record_id="A01-3")
    (alert,) = await desk.open_alerts(family)
    assert (str(SUPPORT_OFFICER_ID), "ALERT_RAISED") not in await told_of(desk, alert)

    async def newest() -> object:
        seen = await desk.ask(SUPPORT, "{ notifications(first: 1) { edges { node { kind alert { id level } } } } }")
        return seen["notifications"]["edges"][0]["node"]

    await desk.family(known=family, officers=(SUPPORT_OFFICER_ID,))
    assert await newest() == {"kind": "ALERT_RAISED", "alert": {"id": str(alert.id), "level": "RED"}}
    await desk.family(known=family, officers=())
    assert await newest() == {"kind": "ALERT_RAISED", "alert": None}
    await desk.family(known=family, officers=(SUPPORT_OFFICER_ID,))

    assert (await told_of(desk, alert)).count((str(SUPPORT_OFFICER_ID), "ALERT_RAISED")) == 1


async def test_an_officer_paired_after_the_clearing_is_told_nothing(desk: Desk) -> None:
    family = await desk.family(officers=())
    await desk.bill(family, "2500.00", record_id="A01-4")
    (alert,) = await desk.open_alerts(family)
    async with desk.begin() as uow:
        done = replace(alert, status=AlertStatus.CLEARED, cleared_at=uow.now, version=alert.version + 1)
        await uow.alerts.put(done)
    await desk.family(known=family, officers=(SUPPORT_OFFICER_ID,))

    assert (str(SUPPORT_OFFICER_ID), "ALERT_RAISED") not in await told_of(desk, alert)


async def test_the_specialist_who_has_the_visit_is_told_that_it_became_urgent(desk: Desk) -> None:
    family = await desk.family()
    await desk.bill(family, "2500.00", record_id="E3")
    await desk.bill(family, "2500.00", record_id="E4")

    (alert,) = await desk.open_alerts(family)
    assert [kind for recipient, kind in await told_of(desk, alert) if recipient == str(SPECIALIST_ID)] == [
        "TASK_ASSIGNED",
        "ALERT_ESCALATED",
    ]


async def test_without_a_specialist_the_task_is_listed_until_one_comes(desk: Desk) -> None:
    from uuid import UUID

    from chassis.identity import Role

    village = "99/01/01/002/201/"
    family = await desk.family(area_path=village)
    await desk.bill(family, "2500.00", record_id="U1")
    (alert,) = await desk.open_alerts(family)
    async with desk.begin() as uow:
        waiting = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    assert (waiting.status, waiting.assignee_id) == (TaskStatus.UNASSIGNED, None)

    newcomer = UUID("01890000-0000-7000-8000-0000000000d9")
    await desk.officer(newcomer, "specialist-township", Role.VILLAGE_SPECIALIST, seat="99/01/01/002/")
    async with desk.begin() as uow:
        given = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    assert (given.status, given.assignee_id) == (TaskStatus.ASSIGNED, newcomer)

    await desk.officer(newcomer, "specialist-township", Role.VILLAGE_SPECIALIST, seat="99/01/01/002/", active=False)
    async with desk.begin() as uow:
        left = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    assert (left.status, left.assignee_id) == (TaskStatus.UNASSIGNED, None)
