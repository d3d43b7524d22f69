"""Copies of areas and households: from events, from snapshots, in any order; and the walls around them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy import text

from chassis.errors import DependencyDown
from chassis.identity import SYSTEM_ACTOR, Actor
from chassis.subscription import ReceivedEvent
from contracts.common.v1.envelope_pb2 import Envelope
from contracts.households.v1 import events_pb2
from contracts.households.v1.events_pb2 import AreaChanged, HouseholdChanged
from contracts.households.v1.households_service_pb2 import (
    SNAPSHOT_PART_AREAS,
    SNAPSHOT_PART_HOUSEHOLDS,
    SNAPSHOT_PART_OFFICERS,
    SNAPSHOT_PART_POINTS,
    SnapshotBegun,
    StreamSnapshotsRequest,
    StreamSnapshotsResponse,
)
from employment_service.copies.domain import CareKind
from employment_service.copies.snapshots import Rebuilt, SnapshotLoader
from employment_service.copies.subscribers import HOUSEHOLDS, UnreadableFact, area_of, take_area, take_household
from tests.employment_service.factories import (
    COUNTY,
    FAR_VILLAGE,
    NEXT_VILLAGE,
    VILLAGE,
    employer,
    id_of,
    vacancy,
    worker,
)
from tests.employment_service.town import ADMIN, MONITOR, SPECIALIST, STAFF, STRANGE_STAFF, SUPERVISOR, Town


def household_message(
    number: int = 1, *, area_path: str = VILLAGE, members: tuple[int, ...] = (1,), care: bool = True
) -> HouseholdChanged:
    """As the households service sends it: with far more than is kept here."""
    return HouseholdChanged(
        household_id=str(id_of(500 + number)),
        code=f"H-{number}",
        area_path=area_path,
        monitoring_category=events_pb2.MONITORING_CATEGORY_NEAR_POOR_AT_RISK,
        members=[
            events_pb2.MemberState(
                member_id=str(id_of(400 + member)),
                date_of_birth="1987-07-01",
                head=True,
                labour_capacity=events_pb2.LABOUR_CAPACITY_NONE,
                disabled=True,
                care_duties=[
                    events_pb2.CareDuty(
                        care_duty_id=str(id_of(600 + member)),
                        member_id=str(id_of(400 + member)),
                        kind=events_pb2.CARE_KIND_ELDER,
                        area_path=NEXT_VILLAGE,
                        valid_from="2020-09-20",
                    )
                ]
                if care
                else [],
            )
            for member in members
        ],
    )


def received(message: AreaChanged | HouseholdChanged, *, sequence: int = 1) -> ReceivedEvent:
    return ReceivedEvent(envelope=Envelope(subject_sequence=sequence), message=message)


async def take(town: Town, message: HouseholdChanged, *, sequence: int = 1) -> None:
    async with town.begin() as uow:
        await take_household(uow, received(message, sequence=sequence))


async def test_a_household_is_copied_with_its_care_duties_and_no_more(town: Town) -> None:
    await take(town, household_message())

    async with town.begin() as uow:
        member = (await uow.households.members([id_of(401)]))[id_of(401)]
        columns = (
            (
                await uow.connection.execute(
                    text(
                        "select column_name from information_schema.columns where table_name = 'copied_members' order by 1"
                    )
                )
            )
            .scalars()
            .all()
        )
    assert (member.household_id, member.area_path, member.date_of_birth) == (id_of(501), VILLAGE, date(1987, 7, 1))
    assert [(duty.kind, duty.area_path, duty.valid_from, duty.valid_to) for duty in member.care_duties] == [
        (CareKind.ELDER, NEXT_VILLAGE, date(2020, 9, 20), None)
    ]
    assert columns == ["area_path", "date_of_birth", "household_id", "id", "in_school"]


async def test_the_same_or_an_older_event_changes_nothing(town: Town) -> None:
    await take(town, household_message(care=False), sequence=5)
    await take(town, household_message(care=True), sequence=5)
    await take(town, household_message(care=True), sequence=4)

    assert await town.count("copied_care_duties") == 0


async def test_a_removed_household_leaves_no_members(town: Town) -> None:
    await take(town, household_message())
    gone = household_message()
    gone.removed = True
    await take(town, gone, sequence=2)

    assert await town.count("copied_members") == 0
    assert await town.count("copied_care_duties") == 0


async def test_a_worker_moves_with_their_registered_household(town: Town) -> None:
    await town.add(worker(1))
    await take(town, household_message(2, area_path=FAR_VILLAGE), sequence=1)

    async with town.begin() as uow:
        moved = await uow.workers.get(id_of(301))
    assert moved is not None
    assert (moved.household_id, moved.area_path) == (id_of(502), FAR_VILLAGE)
    assert await town.count("copied_members") == 1


async def test_the_registry_never_makes_a_worker(town: Town) -> None:
    await take(town, household_message(members=(1, 2, 3)))

    assert await town.count("workers") == 0


async def test_an_area_is_copied_and_recoded(town: Town) -> None:
    area = AreaChanged(
        area_id=str(id_of(2)), path=VILLAGE, code="990101001201", level=events_pb2.AREA_LEVEL_VILLAGE,
        name="First Village", time_zone="Asia/Shanghai", lat=39.5, lon=76.0, valid_from="2000-01-01",
    )  # fmt: skip
    async with town.begin() as uow:
        await take_area(uow, received(area))
        area.code = "990101001299"
        await take_area(uow, received(area, sequence=2))
        known = await uow.areas.by_path([VILLAGE])

    assert (known[VILLAGE].code, known[VILLAGE].level, known[VILLAGE].centre.lat) == ("990101001299", "VILLAGE", 39.5)


@pytest.mark.parametrize(
    ("field", "value"), [("household_id", "x"), ("members.member_id", "x"), ("members.date_of_birth", "1.1.87")]
)
async def test_an_unreadable_fact_is_refused_by_field_and_changes_nothing(town: Town, field: str, value: str) -> None:
    message = household_message()
    if field == "household_id":
        message.household_id = value
    else:
        setattr(message.members[0], field.partition(".")[2], value)

    with pytest.raises(UnreadableFact) as refused:
        await take(town, message)

    assert refused.value.field == field.rpartition(".")[2]
    assert await town.count("copied_households") == 0


def test_these_events_are_listened_to() -> None:
    assert HOUSEHOLDS.source == "households"
    assert set(HOUSEHOLDS.handlers) == {AreaChanged, HouseholdChanged}


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

    async def StreamSnapshots(  # noqa: N802
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
        async def StreamSnapshots(  # noqa: N802
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


@pytest.mark.parametrize(
    ("actor", "expected"),
    [(STAFF, 2), (SPECIALIST, 1), (ADMIN, 2), (SUPERVISOR, 2), (MONITOR, 2), (STRANGE_STAFF, 0), (SYSTEM_ACTOR, 3)],
    ids=lambda value: value.subject if isinstance(value, Actor) else None,
)
async def test_row_level_security_hides_what_lies_outside_the_area(town: Town, actor: Actor, expected: int) -> None:
    await town.add(
        employer(), vacancy(), worker(1), worker(2, area_path=FAR_VILLAGE), worker(3, area_path="99/01/03/001/201/")
    )
    async with town.begin(actor) as uow:
        for table in ("workers", "copied_members", "copied_households"):
            assert await uow.connection.scalar(text(f"select count(*) from {table}")) == expected
        assert await uow.connection.scalar(text("select count(*) from vacancies")) == 1


async def test_no_row_is_written_outside_the_area(town: Town) -> None:
    await town.add(employer())
    with pytest.raises(Exception, match="row-level security"):
        async with town.begin(STRANGE_STAFF) as uow:
            await uow.vacancies.add(vacancy(area_path=COUNTY))
    async with town.begin(STRANGE_STAFF) as uow:
        changed = await uow.connection.execute(text("update employers set name = 'x'"))
        assert changed.rowcount == 0
