"""Copies dropped and built anew: the same as the events gave, and nothing lost that came meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select, text

from chassis.copies import hold_events
from chassis.errors import DependencyDown
from chassis.identity import Role
from chassis.ids import new_id
from chassis.intake import Intake
from chassis.parked import Reason, discard, park
from chassis.tables import parked, positions
from contracts.common.v1.envelope_pb2 import Envelope
from contracts.households.v1 import events_pb2 as households
from risk_service.copies.domain import HouseholdCopy, OfficerCopy
from risk_service.copies.rebuild import Rebuilt, rebuild
from risk_service.copies.service import keep_household
from risk_service.copies.streams import AreaSnapshot, Begun, HouseholdSnapshot, OfficerSnapshot, Snapshot
from risk_service.main import SUBSCRIPTIONS
from risk_service.policy.domain import RiskFactor
from risk_service.signals.domain import Signal
from risk_service.verification.domain import TaskStatus
from tests.risk_service.desk import SPECIALIST_ID, Desk, Family
from tests.risk_service.factories import NOW, VILLAGE


@dataclass(slots=True)
class FakeSnapshots:
    """What the households service would stream; with `break_after`, it goes away in the middle."""

    found: list[Snapshot] = field(default_factory=list)
    break_after: int | None = None

    async def snapshots(self, *, area_path: str) -> AsyncIterator[Snapshot]:
        yield Begun(outbox_position=41)
        for number, snapshot in enumerate(self.found):
            if number == self.break_after:
                raise DependencyDown("households did not answer: UNAVAILABLE.")
            if _place(snapshot).startswith(area_path):
                yield snapshot


def _place(snapshot: Snapshot) -> str:
    match snapshot:
        case AreaSnapshot():
            return snapshot.area.path
        case OfficerSnapshot():
            return snapshot.officer.seat
        case HouseholdSnapshot():
            return snapshot.household.area_path
    return ""


SPECIALIST = OfficerSnapshot(
    officer=OfficerCopy(
        id=SPECIALIST_ID, subject="specialist-1", roles=frozenset({"VILLAGE_SPECIALIST"}), seat=VILLAGE, active=True
    ),
    sequence=1,
)


async def stored(desk: Desk, family: Family) -> HouseholdCopy:
    async with desk.begin() as uow:
        found = await uow.copies.household(family.id)
    assert found is not None
    return found


async def position(desk: Desk, family: Family) -> int:
    async with desk.begin() as uow:
        query = select(positions.c.last_sequence).where(positions.c.subject_id == str(family.id))
        return int(await uow.connection.scalar(query) or 0)


def bill(family: Family, *, record_id: str = "R-1", currency: str = "CNY") -> Signal:
    return Signal(
        id=new_id(),
        department="HEALTH_INSURANCE",
        record_id=record_id,
        version=1,
        household_id=family.id,
        member_id=family.members[0],
        area_path=family.area_path,
        factor=RiskFactor.ILLNESS,
        kind="SETTLEMENT",
        occurred_on=NOW.date(),
        amount=Decimal("10318.18"),
        currency=currency,
        corrects=None,
    )


async def test_a_copy_is_dropped_and_built_anew_and_older_events_are_passed_over(desk: Desk) -> None:
    family, gone = await desk.family(), await desk.family()
    newer = replace(await stored(desk, family), code="RENAMED", safe_water=False)
    async with desk.begin() as uow:
        stray = {"id": new_id(), "household_id": new_id(), "area": VILLAGE}
        await uow.connection.execute(
            text(
                "insert into members (id, household_id, area_path, head, labour_capacity, in_school, disabled, counted,"
                " care_duties) values (:id, :household_id, :area, false, 'FULL', false, false, true, 0)"
            ),
            stray,
        )

    rebuilt = await rebuild(desk.begin, FakeSnapshots([SPECIALIST, HouseholdSnapshot(household=newer, sequence=7)]))

    assert rebuilt == Rebuilt(areas=0, officers=1, households=1, signals=0, refused=0, outbox_position=41)
    assert await stored(desk, family) == newer
    assert await position(desk, family) == 7
    async with desk.begin() as uow:
        assert await uow.copies.household(gone.id) is None
        for table, rows in (("households", 1), ("members", 4), ("pairings", 1), ("officers", 1), ("areas", 0)):
            assert await uow.connection.scalar(text(f"select count(*) from {table}")) == rows


async def test_a_household_that_left_the_registry_is_not_copied(desk: Desk) -> None:
    family = await desk.family()
    left = HouseholdSnapshot(household=await stored(desk, family), removed=True, sequence=3)

    assert (await rebuild(desk.begin, FakeSnapshots([left]))).households == 0

    async with desk.begin() as uow:
        assert await uow.copies.household(family.id) is None
    assert await position(desk, family) == 3


async def test_a_rebuild_of_one_area_leaves_the_others_alone(desk: Desk) -> None:
    here, there = await desk.family(), await desk.family(area_path="99/01/02/001/201/")
    elsewhere = await stored(desk, there)
    snapshot = HouseholdSnapshot(household=await stored(desk, here), sequence=1)

    await rebuild(desk.begin, FakeSnapshots([snapshot]), area_path=VILLAGE)

    assert await stored(desk, there) == elsewhere


async def test_a_household_that_came_into_the_area_is_taken_over_whole(desk: Desk) -> None:
    family = await desk.family(area_path="99/01/02/001/201/")
    here = replace(await stored(desk, family), area_path=VILLAGE, members=(await stored(desk, family)).members[:1])

    await rebuild(desk.begin, FakeSnapshots([HouseholdSnapshot(household=here, sequence=2)]), area_path=VILLAGE)

    assert await stored(desk, family) == here


async def test_a_stream_that_breaks_changes_nothing(desk: Desk) -> None:
    first, second = await desk.family(), await desk.family()
    before = [await stored(desk, family) for family in (first, second)]
    renamed = HouseholdSnapshot(household=replace(before[0], code="RENAMED"), sequence=9)

    with pytest.raises(DependencyDown):
        await rebuild(desk.begin, FakeSnapshots([renamed, renamed], break_after=1))

    assert [await stored(desk, family) for family in (first, second)] == before
    assert await position(desk, first) == 0


async def test_a_bill_that_waited_behind_a_parked_event_raises_its_alert(desk: Desk) -> None:
    """Its event is passed over afterwards, so the rebuild takes the record from the snapshot, once."""
    await desk.officer(SPECIALIST_ID, "specialist-1", Role.VILLAGE_SPECIALIST)
    family = await desk.family()
    copy = await stored(desk, family)
    waiting = Envelope(
        event_id=str(new_id()), event_type="x", source="households", subject_id=str(family.id), subject_sequence=3
    )
    async with desk.begin() as uow:
        await park(uow.connection, waiting, Reason(code="BEHIND", text="Waits."))
        given_up = Envelope()
        given_up.CopyFrom(waiting)
        given_up.event_id, given_up.subject_sequence = str(new_id()), 2
        await park(uow.connection, given_up, Reason(code="INTERNAL", text="A defect of ours."))
        assert await discard(uow.connection, UUID(given_up.event_id), by="operator", reason="Of no use.")
    snapshots = FakeSnapshots([SPECIALIST, HouseholdSnapshot(household=copy, signals=(bill(family),), sequence=3)])

    first, second = await rebuild(desk.begin, snapshots), await rebuild(desk.begin, snapshots)

    assert (first.signals, second.signals) == (1, 0)
    (alert,) = await desk.open_alerts(family)
    assert alert.amount == Decimal("10318.18")
    async with desk.begin() as uow:
        (task,) = await uow.verification.open_of_household(family.id)
        assert (task.status, task.assignee_id) == (TaskStatus.ASSIGNED, SPECIALIST_ID)
        left = (await uow.connection.execute(select(parked.c.event_id))).scalars().all()
    assert left == [UUID(given_up.event_id)]


async def test_a_record_that_is_refused_is_counted_and_tried_again_by_the_next_rebuild(desk: Desk) -> None:
    family = await desk.family()
    copy = await stored(desk, family)
    strange = bill(family, record_id="R-2", currency="XTS")
    snapshots = FakeSnapshots([HouseholdSnapshot(household=copy, signals=(strange,), sequence=3)])

    assert (await rebuild(desk.begin, snapshots)).refused == 1
    assert (await rebuild(desk.begin, snapshots)).refused == 1

    assert await desk.open_alerts(family) == []
    assert await stored(desk, family) == copy


async def test_an_officer_who_stays_keeps_the_task_and_one_who_went_leaves_it(desk: Desk) -> None:
    await desk.officer(SPECIALIST_ID, "specialist-1", Role.VILLAGE_SPECIALIST)
    family = await desk.family(officers=())
    await desk.bill(family, "10318.18", record_id="R-3")
    household = HouseholdSnapshot(household=await stored(desk, family), sequence=3)

    await rebuild(desk.begin, FakeSnapshots([SPECIALIST, household]))
    async with desk.begin() as uow:
        (kept,) = await uow.verification.open_of_household(family.id)
    await rebuild(desk.begin, FakeSnapshots([household]))
    async with desk.begin() as uow:
        (left,) = await uow.verification.open_of_household(family.id)

    assert (kept.status, kept.assignee_id, kept.version) == (TaskStatus.ASSIGNED, SPECIALIST_ID, 2)
    assert (left.status, left.assignee_id) == (TaskStatus.UNASSIGNED, None)


async def test_events_stand_still_until_the_rebuild_is_done(desk: Desk) -> None:
    """What the snapshot includes is passed over, what comes behind it is taken in: never the older over the newer."""
    family = await desk.family()
    copy = await stored(desk, family)
    intake = Intake(subscription=SUBSCRIPTIONS[0], begin=desk.begin)
    taking: asyncio.Task[object] | None = None

    class Slow:
        async def snapshots(self, *, area_path: str) -> AsyncIterator[Snapshot]:
            nonlocal taking
            taking = asyncio.create_task(intake.absorb([renaming(family, "TOO-OLD", 5), renaming(family, "NEWEST", 6)]))
            yield Begun(outbox_position=1)
            # Long enough for the events, had they not to wait.
            done, _ = await asyncio.wait({taking}, timeout=0.5)
            assert done == set()
            yield HouseholdSnapshot(household=replace(copy, code="SNAPSHOT"), sequence=5)

    await rebuild(desk.begin, Slow())
    assert (await stored(desk, family)).code == "SNAPSHOT"
    assert taking is not None
    await asyncio.wait_for(taking, 10)

    assert (await stored(desk, family)).code == "NEWEST"
    assert await position(desk, family) == 6


async def test_all_are_assessed_anew(desk: Desk) -> None:
    family = await desk.family()
    household = HouseholdSnapshot(household=await stored(desk, family), sequence=1)
    async with desk.begin() as uow:
        await uow.connection.execute(text("delete from assessments_due"))

    await rebuild(desk.begin, FakeSnapshots([household]))

    async with desk.begin() as uow:
        due = (await uow.connection.execute(text("select household_id from assessments_due"))).scalars().all()
    assert list(due) == [family.id]


async def test_two_rebuilds_take_turns(desk: Desk) -> None:
    family = await desk.family()
    household = HouseholdSnapshot(household=await stored(desk, family), sequence=1)
    async with desk.begin() as uow:
        await hold_events(uow.connection)
        second = asyncio.create_task(rebuild(desk.begin, FakeSnapshots([household])))
        done, _ = await asyncio.wait({second}, timeout=0.3)
        assert done == set()
    assert (await asyncio.wait_for(second, 10)).households == 1


async def test_a_member_who_moved_lives_in_the_newest_household(desk: Desk) -> None:
    first, second = await desk.family(), await desk.family()
    mover = (await stored(desk, first)).members[0]
    target = await stored(desk, second)
    joined = replace(target, members=tuple(sorted((*target.members, mover), key=lambda one: one.id)))
    async with desk.begin() as uow:
        await keep_household(uow, joined)
    async with desk.begin() as uow:
        assert await uow.copies.household_of_member(mover.id) == second.id
    assert mover not in (await stored(desk, first)).members


def renaming(family: Family, code: str, number: int) -> Envelope:
    message = households.HouseholdChanged(household_id=str(family.id), code=code, area_path=family.area_path)
    envelope = Envelope(
        event_id=str(new_id()),
        event_type=message.DESCRIPTOR.full_name,
        subject_id=str(family.id),
        subject_sequence=number,
        area_path=family.area_path,
        payload=message.SerializeToString(),
        source="households",
    )
    envelope.occurred_at.FromDatetime(NOW)
    return envelope
