"""A01-A05 on a real database, from the department's record to the alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from chassis.identity import SYSTEM_ACTOR
from chassis.ids import new_id
from contracts.households.v1 import events_pb2 as households
from contracts.risk.v1 import events_pb2 as risk
from risk_service.alerts.domain import AlertStatus, ChangeKind, Priority
from risk_service.policy.domain import AlertLevel
from risk_service.policy.service import apply_pack
from risk_service.signals.service import receive_signals
from risk_service.verification.domain import TaskStatus
from tests.risk_service.desk import SPECIALIST_ID, Desk
from tests.risk_service.factories import cost, default_source
from tests.risk_service.integration.alerts.told import told_of


async def test_a01_a_large_bill_raises_one_red_alert_and_a_visit_due_on_wednesday(desk: Desk) -> None:
    family = await desk.family()
    await desk.bill(family, "10318.18", record_id="A01-1")

    (alert,) = await desk.open_alerts(family)
    assert (alert.level, alert.status, alert.amount) == (AlertLevel.RED, AlertStatus.OPEN, Decimal("10318.18"))
    assert (alert.priority, alert.raised_on, alert.policy_version) == (
        Priority.HIGH,
        date(2020, 9, 18),
        "county-990101@2020.3",
    )
    async with desk.begin() as uow:
        task = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    assert (task.status, task.assignee_id, task.due_on) == (TaskStatus.ASSIGNED, SPECIALIST_ID, date(2020, 9, 23))
    assert task.due_at == datetime(2020, 9, 23, 16, 0, tzinfo=UTC)

    raised = (await desk.published(about=alert.id))[0]
    assert isinstance(raised, risk.AlertRaised)
    assert (raised.level, raised.factor, raised.amount.cents, raised.household_id) == (
        risk.ALERT_LEVEL_RED,
        risk.RISK_FACTOR_ILLNESS,
        1_031_818,
        str(family.id),
    )
    (assigned,) = await desk.published(about=task.id)
    assert isinstance(assigned, risk.VerificationTaskAssigned)
    assert (assigned.due_on, assigned.assignee_officer_id) == ("2020-09-23", str(SPECIALIST_ID))


@pytest.mark.parametrize(
    ("amount", "level"),
    [("2000.00", None), ("2000.01", AlertLevel.YELLOW), ("3000.00", AlertLevel.YELLOW), ("3000.01", AlertLevel.RED)],
)
async def test_a02_a_line_must_be_exceeded(desk: Desk, amount: str, level: AlertLevel | None) -> None:
    family = await desk.family()
    await desk.bill(family, amount, record_id=f"A02-{amount}")

    assert [alert.level for alert in await desk.open_alerts(family)] == ([] if level is None else [level])


async def test_a03_three_bills_escalate_one_alert_with_two_history_rows(desk: Desk) -> None:
    family = await desk.family()
    await desk.bill(family, "1500.00", record_id="A03-1", on="2020-03-10")
    assert await desk.open_alerts(family) == []
    await desk.bill(family, "700.00", record_id="A03-2", on="2020-05-10")
    (yellow,) = await desk.open_alerts(family)
    await desk.bill(family, "900.00", record_id="A03-3", on="2020-06-10")
    (red,) = await desk.open_alerts(family)

    assert (yellow.level, yellow.amount) == (AlertLevel.YELLOW, Decimal("2200.00"))
    assert (red.id, red.level, red.amount) == (yellow.id, AlertLevel.RED, Decimal("3100.00"))
    async with desk.begin() as uow:
        history = (await uow.alerts.changes([red.id]))[red.id]
    assert [(row.number, row.kind, row.level, row.amount) for row in history] == [
        (1, ChangeKind.RAISED, AlertLevel.YELLOW, Decimal("2200.00")),
        (2, ChangeKind.ESCALATED, AlertLevel.RED, Decimal("3100.00")),
    ]


async def test_a04_a_replay_adds_nothing_and_a_reimbursement_lowers_the_amount_only(desk: Desk) -> None:
    family = await desk.family()
    for number, (amount, day) in enumerate(
        [("1500.00", "2020-03-10"), ("700.00", "2020-05-10"), ("900.00", "2020-06-10")]
    ):
        await desk.bill(family, amount, record_id=f"A04-{number}", on=day)
    (before,) = await desk.open_alerts(family)
    events = len(await desk.published())

    await desk.bill(family, "900.00", record_id="A04-2", on="2020-06-10")
    assert await desk.open_alerts(family) == [before]
    assert len(await desk.published()) == events

    await desk.bill(family, "-1000.00", record_id="A04-9", on="2020-07-01", corrects="A04-2")
    (after,) = await desk.open_alerts(family)
    assert (after.id, after.level, after.status, after.amount) == (
        before.id,
        AlertLevel.RED,
        AlertStatus.OPEN,
        Decimal("2100.00"),
    )
    changed = (await desk.published())[-1]
    assert isinstance(changed, risk.AlertAmountChanged)
    assert changed.amount.cents == 210_000


async def test_a05_two_members_count_apart_by_person(desk: Desk) -> None:
    family = await desk.family()
    await desk.bill(family, "1600.00", record_id="A05-1", member=0)
    await desk.bill(family, "1600.00", record_id="A05-2", member=1)

    assert await desk.open_alerts(family) == []


async def test_a05_two_members_count_together_by_household(desk: Desk) -> None:
    village = "99/01/03/001/201/"
    source = (
        default_source()
        .replace('area = ""', 'area = "99/01/03/"')
        .replace('name = "everywhere"', 'name = "by-household"')
        .replace('scope = "PERSON"', 'scope = "HOUSEHOLD"')
    )
    async with desk.begin() as uow:
        await apply_pack(uow, SYSTEM_ACTOR, source=source)
    family = await desk.family(area_path=village)
    await desk.bill(family, "1600.00", record_id="A05-3", member=0)
    await desk.bill(family, "1600.00", record_id="A05-4", member=1)

    (alert,) = await desk.open_alerts(family)
    assert (alert.level, alert.amount, alert.subject.member_id) == (AlertLevel.RED, Decimal("3200.00"), None)


async def test_a_corrected_record_counts_once_in_its_newest_version(desk: Desk) -> None:
    family = await desk.family()
    await desk.bill(family, "5000.00", record_id="C1")
    await desk.bill(family, "2500.00", record_id="C1", version=2)
    await desk.bill(family, "5000.00", record_id="C1", version=1)

    (alert,) = await desk.open_alerts(family)
    assert (alert.level, alert.amount) == (AlertLevel.RED, Decimal("2500.00"))


async def test_an_older_version_that_comes_late_does_not_count(desk: Desk) -> None:
    family = await desk.family()
    await desk.bill(family, "1000.00", record_id="C2", version=2)
    await desk.bill(family, "5000.00", record_id="C2", version=1)

    assert await desk.open_alerts(family) == []


async def test_a_record_that_moves_to_another_household_lightens_the_first(desk: Desk) -> None:
    first, second = await desk.family(), await desk.family()
    await desk.bill(first, "2600.00", record_id="C3")
    await desk.bill(second, "2600.00", record_id="C3", version=2)

    (old,), (new,) = await desk.open_alerts(first), await desk.open_alerts(second)
    assert (old.amount, old.level, old.counted) == (Decimal("0.00"), AlertLevel.YELLOW, ())
    assert new.amount == Decimal("2600.00")


async def test_costs_of_two_policy_years_are_not_added_up(desk: Desk) -> None:
    family = await desk.family()
    await desk.bill(family, "1900.00", record_id="Y1", on="2020-01-05")
    await desk.bill(family, "1900.00", record_id="Y2", on="2021-01-05")

    assert await desk.open_alerts(family) == []


async def test_a_yellow_alert_that_escalates_is_due_earlier(desk: Desk) -> None:
    from datetime import timedelta

    family = await desk.family()
    await desk.bill(family, "2500.00", record_id="E1")
    desk.clock.advance(timedelta(days=3))
    await desk.bill(family, "2500.00", record_id="E2", on="2020-09-21")
    (alert,) = await desk.open_alerts(family)
    async with desk.begin() as uow:
        tasks = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    assert (tasks.level, tasks.due_on, tasks.version) == (AlertLevel.RED, date(2020, 9, 24), 3)


async def test_a_second_member_s_bill_joins_the_open_alert_and_is_seen_before_anybody_decides(desk: Desk) -> None:
    family = await desk.family()
    await desk.bill(family, "5000.00", record_id="B1", member=0)
    (before,) = await desk.open_alerts(family)
    await desk.bill(family, "4000.00", record_id="B2", member=1)
    (after,) = await desk.open_alerts(family)

    assert (after.id, after.amount, after.version) == (before.id, Decimal("5000.00"), before.version + 1)
    assert [(cost.record_id, cost.in_amount) for cost in after.counted] == [("B1", True), ("B2", False)]
    await desk.bill(family, "2000.00", record_id="B3", member=1)
    (turned,) = await desk.open_alerts(family)
    assert (turned.amount, turned.subject.member_id) == (Decimal("6000.00"), family.members[1])


async def test_a03_a04_hold_where_all_records_come_in_one_transaction(desk: Desk) -> None:
    """As when the consumer takes a batch in at once: each record still has its own row of history."""
    family = await desk.family()
    bills = [
        ("A03B-1", "1500.00", "2020-03-10", ""),
        ("A03B-2", "700.00", "2020-05-10", ""),
        ("A03B-3", "900.00", "2020-06-10", ""),
        ("A03B-3", "900.00", "2020-06-10", ""),
        ("A03B-4", "-1000.00", "2020-07-01", "A03B-3"),
    ]
    async with desk.begin() as uow:
        await receive_signals(
            uow,
            [
                replace(
                    cost(record_id, amount, on=date.fromisoformat(on), corrects=corrects or None),
                    id=new_id(),
                    household_id=family.id,
                    member_id=family.members[0],
                )
                for record_id, amount, on, corrects in bills
            ],
        )

    (alert,) = await desk.open_alerts(family)
    assert (alert.level, alert.amount, alert.version) == (AlertLevel.RED, Decimal("2100.00"), 3)
    async with desk.begin() as uow:
        history = (await uow.alerts.changes([alert.id]))[alert.id]
        task = (await uow.verification.newest_by_alert([alert.id]))[alert.id]
    assert [(row.number, row.kind, row.level, row.amount) for row in history] == [
        (1, ChangeKind.RAISED, AlertLevel.YELLOW, Decimal("2200.00")),
        (2, ChangeKind.ESCALATED, AlertLevel.RED, Decimal("3100.00")),
        (3, ChangeKind.AMOUNT_CHANGED, AlertLevel.RED, Decimal("2100.00")),
    ]
    assert (task.level, task.due_on) == (AlertLevel.RED, date(2020, 9, 23))


async def test_an_undone_record_leaves_the_sum_but_the_alert_stays_for_a_person(desk: Desk) -> None:
    family = await desk.family()
    await desk.bill(family, "3500.00", record_id="UL-1")
    await desk.bill(family, "400.00", record_id="UL-2")
    (alert,) = await desk.open_alerts(family)
    assert alert.amount == Decimal("3900.00")
    undone = households.DepartmentRecordUnlinked(
        department="HEALTH_INSURANCE",
        record_id="UL-1",
        version=2,
        event_type="SETTLEMENT",
        household_id=str(family.id),
        member_id=str(family.members[0]),
        area_path=family.area_path,
    )
    for _ in range(2):
        await desk.hear(undone, subject=family.id, area_path=family.area_path)

    (after,) = await desk.open_alerts(family)
    assert (after.id, after.level, after.amount) == (alert.id, AlertLevel.RED, Decimal("400.00"))
    told = [kind for _, kind in await told_of(desk, alert) if kind == "RECORD_UNLINKED"]
    assert len(told) == 2
    # Linked anew, to somebody else, it counts there.
    other = await desk.family()
    await desk.bill(other, "3500.00", record_id="UL-1", version=3)
    (moved,) = await desk.open_alerts(other)
    assert moved.amount == Decimal("3500.00")
