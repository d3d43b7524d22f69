from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.errors import DependencyDown
from chassis.tables import positions
from risk_service.copies.domain import HouseholdCopy
from risk_service.copies.rebuild import rebuild
from risk_service.copies.service import keep_household
from risk_service.copies.streams import Snapshot
from tests.risk_service.desk import Desk
from tests.risk_service.factories import VILLAGE


@dataclass(slots=True)
class FakeSnapshots:
    """What the households service would stream; with `break_after`, it goes away in the middle."""

    found: list[Snapshot]
    break_after: int | None = None

    async def snapshots(self, *, area_path: str, after: UUID | None) -> AsyncIterator[Snapshot]:
        for number, snapshot in enumerate(self.found):
            if number == self.break_after:
                raise DependencyDown("households did not answer: UNAVAILABLE.")
            if snapshot.household.area_path.startswith(area_path):
                yield snapshot


async def stored(desk: Desk, household_id: UUID) -> HouseholdCopy:
    async with desk.begin() as uow:
        found = await uow.copies.household(household_id)
    assert found is not None
    return found


async def test_a_copy_is_rebuilt_and_older_events_are_skipped_afterwards(desk: Desk) -> None:
    family, gone = await desk.family(), await desk.family()
    before = await stored(desk, family.id)
    newer = replace(before, code="RENAMED", safe_water=False)
    count = await rebuild(desk.begin, FakeSnapshots([Snapshot(household=newer, bases=(), sequence=7)]))

    assert count == 1
    assert await stored(desk, family.id) == newer
    async with desk.begin() as uow:
        assert await uow.copies.household(gone.id) is None
        query = select(positions.c.last_sequence).where(positions.c.subject_id == str(family.id))
        assert await uow.connection.scalar(query) == 7


async def test_a_rebuild_of_one_area_leaves_the_others_alone(desk: Desk) -> None:
    here, there = await desk.family(), await desk.family(area_path="99/01/02/001/201/")
    snapshot = Snapshot(household=await stored(desk, here.id), bases=(), sequence=1)
    await rebuild(desk.begin, FakeSnapshots([snapshot]), area_path=VILLAGE)

    assert (await stored(desk, there.id)).area_path == "99/01/02/001/201/"


async def test_a_stream_that_breaks_drops_nothing(desk: Desk) -> None:
    first, second = await desk.family(), await desk.family()
    snapshots = [Snapshot(household=await stored(desk, family.id), bases=(), sequence=1) for family in (first, second)]
    with pytest.raises(DependencyDown):
        await rebuild(desk.begin, FakeSnapshots(snapshots, break_after=1))
    assert (await stored(desk, second.id)).id == second.id


async def test_a_member_who_moved_lives_in_the_newest_household(desk: Desk) -> None:
    first, second = await desk.family(), await desk.family()
    mover = (await stored(desk, first.id)).members[0]
    target = await stored(desk, second.id)
    joined = replace(target, members=tuple(sorted((*target.members, mover), key=lambda one: one.id)))
    async with desk.begin() as uow:
        await keep_household(uow, joined)
    async with desk.begin() as uow:
        assert await uow.copies.household_of_member(mover.id) == second.id
    assert mover not in (await stored(desk, first.id)).members
