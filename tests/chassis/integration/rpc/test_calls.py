from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis import telemetry
from chassis.errors import Breakdown, DependencyDown, InvalidInput
from chassis.identity import Keyring, RequestSigner, RequestVerifier, ensure_keys, load_private_key
from chassis.metrics import Metrics
from chassis.rpc import RpcClient, RpcServer
from contracts.households.v1.households_service_pb2 import StreamSnapshotsRequest, VerifyMemberRequest
from contracts.households.v1.households_service_pb2_grpc import (
    HouseholdsServiceStub,
    add_HouseholdsServiceServicer_to_server,
)
from tests.chassis.rig import RigRpc

NAME = "contracts.households.v1.HouseholdsService"


@dataclass(frozen=True, slots=True)
class Line:
    target: str
    keys: Path
    metrics: Metrics

    def client(self, *, signer: str = "employment", audience: str = "households", target: str = "") -> RpcClient:
        return RpcClient(
            target=target or self.target,
            audience=audience,
            signer=RequestSigner(load_private_key(self.keys, signer)),
        )


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    ensure_keys(tmp_path)
    metrics = Metrics()
    verifier = RequestVerifier(keyring=Keyring.load(tmp_path), audience="households", signers=("employment", "risk"))
    server = RpcServer({NAME: verifier}, metrics)
    add_HouseholdsServiceServicer_to_server(RigRpc(), server.server)
    port = await server.start("127.0.0.1", 0)
    yield Line(f"127.0.0.1:{port}", tmp_path, metrics)
    await server.stop(0)


async def test_a_call_is_answered_and_knows_its_caller(line: Line) -> None:
    client = line.client()
    answer = await HouseholdsServiceStub(client.channel).VerifyMember(VerifyMemberRequest(name="fine"))
    assert answer.verified is True
    assert answer.member_id == "employment"
    await client.close()


async def test_a_refusal_keeps_its_code_message_and_field(line: Line) -> None:
    client = line.client()
    with pytest.raises(InvalidInput) as caught:
        await HouseholdsServiceStub(client.channel).VerifyMember(VerifyMemberRequest(name="refuse"))
    assert (caught.value.code, caught.value.message, caught.value.field) == (
        "WORD_REFUSED",
        "This name is not accepted.",
        "name",
    )
    await client.close()


async def test_a_defect_of_the_other_side_is_masked(line: Line) -> None:
    client = line.client()
    with pytest.raises(Breakdown) as caught:
        await HouseholdsServiceStub(client.channel).VerifyMember(VerifyMemberRequest(name="break"))
    assert not isinstance(caught.value, DependencyDown)
    assert str(caught.value) == "households failed: INTERNAL."
    await client.close()


@pytest.mark.parametrize("name", ["down", "wait"])
async def test_an_absent_or_late_answer_may_be_tried_again(line: Line, name: str) -> None:
    client = line.client()
    with pytest.raises(DependencyDown):
        await HouseholdsServiceStub(client.channel).VerifyMember(VerifyMemberRequest(name=name), timeout=0.3)
    await client.close()


async def test_nobody_there_is_an_absent_dependency(line: Line) -> None:
    client = line.client(target="127.0.0.1:1")
    with pytest.raises(DependencyDown):
        await HouseholdsServiceStub(client.channel).VerifyMember(VerifyMemberRequest(name="fine"), timeout=2)
    await client.close()


async def test_a_stream_arrives_and_its_refusal_too(line: Line) -> None:
    client = line.client()
    stub = HouseholdsServiceStub(client.channel)
    found = [part.subject_sequence async for part in stub.StreamSnapshots(StreamSnapshotsRequest())]
    assert found == [1, 2, 3]
    found = []

    async def collect() -> None:
        async for part in stub.StreamSnapshots(StreamSnapshotsRequest(area_path="refuse")):
            found.append(part.subject_sequence)

    with pytest.raises(InvalidInput) as caught:
        await collect()
    assert (found, caught.value.code) == ([1, 2, 3], "WORD_REFUSED")
    await client.close()


@pytest.mark.parametrize(
    ("signer", "audience"), [("gateway", "households"), ("employment", "risk")], ids=["wrong-signer", "wrong-audience"]
)
async def test_only_services_that_may_call_are_answered(line: Line, signer: str, audience: str) -> None:
    client = line.client(signer=signer, audience=audience)
    with pytest.raises(Exception) as caught:
        await HouseholdsServiceStub(client.channel).VerifyMember(VerifyMemberRequest(name="fine"))
    assert getattr(caught.value, "code", None) == "UNAUTHENTICATED"
    await client.close()


async def _status(channel: grpc.aio.Channel, timeout: float | None) -> grpc.StatusCode:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await HouseholdsServiceStub(channel).VerifyMember(VerifyMemberRequest(name="fine"), timeout=timeout)
    return caught.value.code()


async def test_an_unsigned_call_is_refused(line: Line) -> None:
    async with grpc.aio.insecure_channel(line.target) as channel:
        assert await _status(channel, 2) is grpc.StatusCode.UNAUTHENTICATED


async def test_a_signature_is_for_one_message_of_one_method(line: Line) -> None:
    signer = RequestSigner(load_private_key(line.keys, "employment"))
    client = line.client()
    other = VerifyMemberRequest(name="another")
    header = signer.header(
        client._actor,  # noqa: SLF001 - as the client itself calls
        audience="households",
        body=f"/{NAME}/VerifyMember\n".encode() + other.SerializeToString(),
    )
    async with grpc.aio.insecure_channel(line.target) as channel:
        stub = HouseholdsServiceStub(channel)
        assert (await stub.VerifyMember(other, timeout=2, metadata=[("authorization", header)])).verified
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.VerifyMember(VerifyMemberRequest(name="fine"), timeout=2, metadata=[("authorization", header)])
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    await client.close()


async def test_a_call_without_a_deadline_is_refused(line: Line) -> None:
    signer = RequestSigner(load_private_key(line.keys, "employment"))
    client = line.client()
    request = VerifyMemberRequest(name="fine")
    header = signer.header(
        client._actor,  # noqa: SLF001 - as the client itself calls
        audience="households",
        body=f"/{NAME}/VerifyMember\n".encode() + request.SerializeToString(),
    )
    async with grpc.aio.insecure_channel(line.target) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await HouseholdsServiceStub(channel).VerifyMember(request, metadata=[("authorization", header)])
    trailing = {str(name): value for name, value in caught.value.trailing_metadata() or ()}
    assert trailing["holdfast-code"] == "DEADLINE_REQUIRED"
    await client.close()


async def test_health_is_open_to_probes(line: Line) -> None:
    async with grpc.aio.insecure_channel(line.target) as channel:
        answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=NAME))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_the_trace_goes_through_the_call(line: Line) -> None:
    spans = InMemorySpanExporter()
    telemetry.export_to(spans)
    client = line.client()
    with telemetry.span("the request"):
        asked = trace.get_current_span().get_span_context()
        await HouseholdsServiceStub(client.channel).VerifyMember(VerifyMemberRequest(name="fine"))
    for _ in range(200):
        served = [span for span in spans.get_finished_spans() if span.name == f"{NAME}/VerifyMember"]
        if served:
            break
        await asyncio.sleep(0.01)
    assert [span.context.trace_id for span in served if span.context] == [asked.trace_id]
    await client.close()


async def test_calls_are_measured_by_method_and_outcome(line: Line) -> None:
    client = line.client()
    stub = HouseholdsServiceStub(client.channel)
    await stub.VerifyMember(VerifyMemberRequest(name="fine"))
    with pytest.raises(InvalidInput):
        await stub.VerifyMember(VerifyMemberRequest(name="refuse"))
    page = line.metrics.text().decode()
    method = f"/{NAME}/VerifyMember"
    assert f'holdfast_requests_total{{face="grpc",operation="{method}",outcome="OK"}} 1.0' in page
    assert f'holdfast_requests_total{{face="grpc",operation="{method}",outcome="INVALID_ARGUMENT"}} 1.0' in page
    await client.close()
