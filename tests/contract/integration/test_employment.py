"""The employment service on a real database: takes over the examples it hears, answers with its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from google.protobuf.message import Message

from chassis.database import Database
from contracts.common.v1.envelope_pb2 import Envelope
from contracts.employment.v1.employment_service_pb2 import StreamWorkStatesRequest
from contracts.employment.v1.employment_service_pb2_grpc import (
    EmploymentServiceStub,
    add_EmploymentServiceServicer_to_server,
)
from contracts.households.v1.events_pb2 import AreaChanged, HouseholdChanged
from contracts.households.v1.households_service_pb2 import StreamSnapshotsRequest, StreamSnapshotsResponse
from employment_service.copies.domain import MemberCopy
from employment_service.copies.snapshots import Rebuilt, SnapshotLoader
from employment_service.copies.subscribers import HOUSEHOLDS
from employment_service.placements.domain import PlacementState as P
from employment_service.placements.rpc import EmploymentRpc
from tests.contract import book, employment_facts, registry_facts
from tests.contract.employment_copies import AREA, MEMBERS
from tests.contract.wire import served
from tests.employment_service.factories import employer, id_of, placement, vacancy, worker
from tests.employment_service.town import Town
from tests.households_service.factories import VILLAGE

FAMILY: Mapping[UUID, MemberCopy] = {member.id: member for member in MEMBERS}


@pytest.fixture
async def town(employment_database_url: str) -> AsyncIterator[Town]:
    database = Database.connect(employment_database_url)
    yield Town(database)
    await database.close()


async def hear(town: Town, message: Message, *, subject_id: str, sequence: int) -> None:
    envelope = Envelope(
        event_type=message.DESCRIPTOR.full_name,
        subject_id=subject_id,
        subject_sequence=sequence,
        area_path=VILLAGE,
        payload=message.SerializeToString(),
        source="households",
    )
    async with town.begin() as uow:
        await HOUSEHOLDS.deliver(uow, envelope)


@dataclass(slots=True)
class Snapshots:
    """The households service with one area, one officer and one household."""

    asked: list[StreamSnapshotsRequest] = field(default_factory=list)

    async def StreamSnapshots(  # noqa: N802 - gRPC names it
        self, request: StreamSnapshotsRequest, *, timeout: float
    ) -> AsyncIterator[StreamSnapshotsResponse]:
        assert timeout > 0
        self.asked.append(request)
        book.require_same(request, "employment")
        for case in ("begun", "area", "officer", "employment", "point"):
            yield book.example(StreamSnapshotsResponse, case)


async def test_copies_are_taken_from_snapshots_and_events(town: Town) -> None:
    households = Snapshots()

    assert await SnapshotLoader(town.begin, households).load() == Rebuilt(areas=1, households=1, outbox_position=4)

    assert len(households.asked) == 1
    async with town.begin() as uow:
        assert await uow.households.members(FAMILY) == FAMILY
        assert await uow.areas.by_path([VILLAGE]) == {VILLAGE: AREA}

    await hear(town, book.example(AreaChanged), subject_id=str(AREA.id), sequence=2)
    await hear(town, book.example(HouseholdChanged), subject_id=str(registry_facts.HOUSEHOLD.id), sequence=3)
    async with town.begin() as uow:
        assert await uow.areas.by_path([VILLAGE]) == {VILLAGE: AREA}
        assert await uow.households.members(FAMILY) == FAMILY

    await hear(town, book.example(HouseholdChanged, "removed"), subject_id=str(registry_facts.HOUSEHOLD.id), sequence=4)
    async with town.begin() as uow:
        assert await uow.households.members(FAMILY) == {}


async def test_stream_work_states(town: Town, tmp_path: Path) -> None:
    """No service asks yet; the request is the one that a copy of work states will begin with."""
    await town.add(employer(), vacancy(), worker(1, shares_work_state=True))
    at_work = placement(
        (P.CONTRACTED, date(2020, 9, 2)), (P.ARRIVED, date(2020, 9, 10)), (P.STARTED, date(2020, 9, 12)),
        id=id_of(801), offer_id=id_of(701), worker_id=id_of(301),
    )  # fmt: skip
    async with town.begin() as uow:
        await uow.placements.add(at_work)
        uow.emit(employment_facts.WORK_STATE)
    book.require_same(StreamWorkStatesRequest(area_path="99/01/01/", after_member_id=str(id_of(400))))
    asked = book.example(StreamWorkStatesRequest)

    async with served(
        "contracts.employment.v1.EmploymentService",
        lambda server: add_EmploymentServiceServicer_to_server(EmploymentRpc(town.begin), server),
        service="employment",
        caller="risk",
        keys=tmp_path,
    ) as channel:
        answers = [answer async for answer in EmploymentServiceStub(channel).StreamWorkStates(asked)]

    assert len(answers) == 1
    book.require_same(answers[0])
    assert answers[0].work_state == book.example(type(answers[0].work_state))
