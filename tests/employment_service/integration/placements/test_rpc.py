"""What other services may stream, with real signatures and deadlines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chassis.errors import Refusal
from chassis.identity import Keyring, RequestSigner, RequestVerifier, ensure_keys, load_private_key
from chassis.metrics import Metrics
from chassis.rpc import RpcClient, RpcServer
from contracts.employment.v1 import events_pb2
from contracts.employment.v1.employment_service_pb2 import StreamWorkStatesRequest, StreamWorkStatesResponse
from contracts.employment.v1.employment_service_pb2_grpc import (
    EmploymentServiceStub,
    add_EmploymentServiceServicer_to_server,
)
from employment_service.placements import rpc
from employment_service.placements.domain import PlacementState as P
from employment_service.placements.leaving import resign
from tests.employment_service.factories import FAR_VILLAGE, TOWNSHIP, employer, id_of, placement, vacancy, worker
from tests.employment_service.town import Town, as_worker

if TYPE_CHECKING:
    from contracts.employment.v1.employment_service_pb2_grpc import EmploymentServiceAsyncStub

NAME = "contracts.employment.v1.EmploymentService"
AT_WORK = (
    (P.CONTRACTED, date(2020, 9, 2)),
    (P.ARRIVED, date(2020, 9, 10)),
    (P.STARTED, date(2020, 9, 12)),
)


@pytest.fixture
async def stub(town: Town, tmp_path: Path) -> AsyncIterator[EmploymentServiceAsyncStub]:
    """The service's own gRPC face, called as the risk service."""
    ensure_keys(tmp_path)
    verifier = RequestVerifier(keyring=Keyring.load(tmp_path), audience="employment", signers=("risk",))
    server = RpcServer({NAME: verifier}, Metrics())
    add_EmploymentServiceServicer_to_server(rpc.EmploymentRpc(town.begin), server.server)
    port = await server.start("127.0.0.1", 0)
    signer = RequestSigner(load_private_key(tmp_path, "risk"))
    client = RpcClient(target=f"127.0.0.1:{port}", audience="employment", signer=signer)
    yield EmploymentServiceStub(client.channel)
    await client.close()
    await server.stop(0)


async def working(town: Town, number: int, *, shares: bool = True, **changes: object) -> None:
    await town.add(worker(number, shares_work_state=shares, **changes))
    async with town.begin() as uow:
        await uow.placements.add(
            placement(*AT_WORK, id=id_of(800 + number), offer_id=id_of(700 + number), worker_id=id_of(300 + number))
        )


async def streamed(stub: EmploymentServiceAsyncStub, **request: str) -> list[StreamWorkStatesResponse]:
    return [answer async for answer in stub.StreamWorkStates(StreamWorkStatesRequest(**request))]


async def test_only_those_at_work_who_let_it_be_shown_are_streamed(
    town: Town, stub: EmploymentServiceAsyncStub
) -> None:
    await town.add(employer(), vacancy())
    await working(town, 1)
    await working(town, 2, shares=False)
    await working(town, 3, area_path=FAR_VILLAGE)
    await working(town, 4)
    async with town.begin(as_worker(4)) as uow:
        await resign(uow, placement_id=id_of(804), return_trip=False)

    everywhere, township = await streamed(stub), await streamed(stub, area_path=TOWNSHIP)

    assert [answer.work_state.member_id for answer in everywhere] == [str(id_of(401)), str(id_of(403))]
    assert [answer.work_state.member_id for answer in township] == [str(id_of(401))]
    assert (everywhere[0].work_state.state, everywhere[0].work_state.since) == (
        events_pb2.WORK_STATE_STARTED,
        "2020-09-12",
    )
    assert {field.name for field in StreamWorkStatesResponse.DESCRIPTOR.fields} == {"work_state", "subject_sequence"}
    assert {field.name for field in events_pb2.WorkStateChanged.DESCRIPTOR.fields} == {
        "member_id", "household_id", "area_path", "state", "since",
    }  # fmt: skip


async def test_a_stream_goes_on_behind_a_member(town: Town, stub: EmploymentServiceAsyncStub) -> None:
    await town.add(employer(), vacancy())
    for number in (1, 2, 3):
        await working(town, number)

    rest = await streamed(stub, after_member_id=str(id_of(401)))

    assert [answer.work_state.member_id for answer in rest] == [str(id_of(402)), str(id_of(403))]


async def test_a_cursor_that_is_no_id_is_refused(stub: EmploymentServiceAsyncStub) -> None:
    with pytest.raises(Refusal) as refused:
        await streamed(stub, after_member_id="x")

    assert refused.value.code == "INVALID_INPUT"
