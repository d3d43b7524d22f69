"""Copies built anew from snapshots."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from chassis.errors import DependencyDown
from contracts.households.v1 import events_pb2
from contracts.households.v1.events_pb2 import AreaChanged
from contracts.households.v1.households_service_pb2 import (
    SNAPSHOT_PART_AREAS,
    SNAPSHOT_PART_HOUSEHOLDS,
    SNAPSHOT_PART_OFFICERS,
    SNAPSHOT_PART_POINTS,
    SnapshotBegun,
    StreamSnapshotsRequest,
    StreamSnapshotsResponse,
)
from employment_service.copies.snapshots import Rebuilt, SnapshotLoader
from employment_service.copies.subscribers import area_of
from tests.employment_service.factories import (
    FAR_VILLAGE,
    VILLAGE,
    id_of,
    worker,
)
from tests.employment_service.integration.copies.messages import household_message, take
from tests.employment_service.town import Town

AREA = AreaChanged(
    area_id=str(id_of(2)), path=VILLAGE, code="990101001201", level=events_pb2.AREA_LEVEL_VILLAGE,
    name="First Village", time_zone="Asia/Shanghai", lat=39.5, lon=76.0, valid_from="2000-01-01",
)  # fmt: skip


class Snapshots:
    """Stands for the households service; breaks off after `until` households the first time."""

    def __init__(self, until: int, *, code: str = "990101001201") -> None:
        self.until = until
        self.area = AreaChanged()
        self.area.CopyFrom(AREA)
        self.area.code = code
        self.asked: list[StreamSnapshotsRequest] = []

    async def StreamSnapshots(  # noqa: N802 - gRPC names it
        self, request: StreamSnapshotsRequest, *, timeout: float
    ) -> AsyncIterator[StreamSnapshotsResponse]:
        assert timeout > 0
        self.asked.append(request)
        yield StreamSnapshotsResponse(begun=SnapshotBegun(outbox_position=900))
        yield StreamSnapshotsResponse(area=self.area, subject_sequence=3)
        officer = events_pb2.OfficerChanged(officer_id=str(id_of(701)), subject="officer-1")
        yield StreamSnapshotsResponse(officer=officer, subject_sequence=4)
        for number in range(1, 46):
            if len(self.asked) == 1 and number > self.until:
                raise DependencyDown
            household = household_message(number, members=(number,))
            household.removed = number == 45
            yield StreamSnapshotsResponse(household=household, subject_sequence=7)


async def test_a_copy_is_dropped_and_built_anew_from_snapshots(town: Town) -> None:
    await take(town, household_message(99, members=(99, 98)))
    async with town.begin() as uow:
        await uow.areas.put([area_of(AREA)])

    rebuilt = await SnapshotLoader(town.begin, Snapshots(until=99, code="990101001299")).load()

    assert rebuilt == Rebuilt(areas=1, households=44, outbox_position=900)
    assert await town.count("copied_households") == 45
    assert await town.count("copied_households", "removed") == 1
    assert await town.count("copied_members") == 44
    assert await town.count("copied_areas", "code = '990101001299'") == 1
    assert await town.count("chassis.positions", "last_sequence = 7") == 45
    # Nothing is kept of an officer but the place of the next event.
    assert await town.count("chassis.positions", f"subject_id = '{id_of(701)}' and last_sequence = 4") == 1
    await take(town, household_message(1, care=False), sequence=7)
    assert await town.count("copied_care_duties") == 44


async def test_a_worker_is_moved_by_a_rebuild_too(town: Town) -> None:
    await town.add(worker(1, area_path=FAR_VILLAGE))

    await SnapshotLoader(town.begin, Snapshots(until=99)).load()

    async with town.begin() as uow:
        moved = await uow.workers.get(id_of(301))
    assert moved is not None
    assert (moved.household_id, moved.area_path) == (id_of(501), VILLAGE)


async def test_a_stream_that_breaks_changes_nothing(town: Town) -> None:
    await take(town, household_message(99))

    with pytest.raises(DependencyDown):
        await SnapshotLoader(town.begin, Snapshots(until=25)).load()

    assert await town.count("copied_households") == 1
    assert await town.count("chassis.positions") == 0


async def test_no_income_and_no_bill_is_asked_for(town: Town) -> None:
    snapshots = Snapshots(until=99)
    await SnapshotLoader(town.begin, snapshots).load()

    assert [list(request.parts) for request in snapshots.asked] == [
        [SNAPSHOT_PART_AREAS, SNAPSHOT_PART_OFFICERS, SNAPSHOT_PART_HOUSEHOLDS, SNAPSHOT_PART_POINTS]
    ]


async def test_building_waits_for_the_other_service_and_happens_once(town: Town) -> None:
    snapshots = Snapshots(until=25)
    loader = SnapshotLoader(town.begin, snapshots, pause_seconds=0.01)

    await loader.run(asyncio.Event())
    await loader.run(asyncio.Event())

    assert len(snapshots.asked) == 2
    assert await town.count("copied_households") == 45


async def test_building_ends_when_the_process_stops(town: Town) -> None:
    started, stop = asyncio.Event(), asyncio.Event()

    class Endless(Snapshots):
        async def StreamSnapshots(  # noqa: N802 - gRPC names it
            self, request: StreamSnapshotsRequest, *, timeout: float
        ) -> AsyncIterator[StreamSnapshotsResponse]:
            yield StreamSnapshotsResponse(area=AREA, subject_sequence=1)
            started.set()
            await asyncio.Event().wait()

    running = asyncio.create_task(SnapshotLoader(town.begin, Endless(until=1)).run(stop))
    await asyncio.wait_for(started.wait(), 10)
    stop.set()
    await asyncio.wait_for(running, 10)

    assert await town.count("copied_areas") == 0
