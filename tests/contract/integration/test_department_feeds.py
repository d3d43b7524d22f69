"""Departments stream their records with their own token; each example is taken and answered as committed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import grpc
import pytest

from chassis.database import Database
from chassis.identity import Actor, Keyring, Role, TokenIssuer, TokenVerifier, ensure_keys, load_private_key
from chassis.metrics import Metrics
from chassis.rpc.server import RpcServer
from contracts.common.v1.money_pb2 import Money
from contracts.households.v1 import department_feeds_pb2 as v1
from contracts.households.v1 import department_record_pb2 as records
from contracts.households.v1 import events_pb2
from contracts.households.v1.department_feeds_pb2_grpc import (
    DepartmentFeedsServiceStub,
    add_DepartmentFeedsServiceServicer_to_server,
)
from households_service.feeds.catalogue.known import FEEDS, feed_of
from households_service.feeds.departments import Department
from households_service.feeds.events import message_name
from households_service.feeds.rpc import FeedsRpc
from households_service.points.service import register_supply_point
from tests.contract import book
from tests.households_service.county import ADMIN, County
from tests.households_service.factories import COUNTY, VILLAGE, id_number

if TYPE_CHECKING:
    from contracts.households.v1.department_feeds_pb2_grpc import DepartmentFeedsServiceAsyncStub

NUMBER = id_number()
CNY = "CNY"

EXTRAS: dict[Department, tuple[str, dict[str, object]]] = {
    Department.HEALTH_INSURANCE: (
        "SETTLEMENT",
        {
            "health_insurance": records.HealthInsuranceRecord(
                oop_amount=Money(cents=1_031_818, currency=CNY),
                settlement_date="2020-09-17",
                care_kind=events_pb2.CARE_SETTING_INPATIENT,
            )
        },
    ),
    Department.DISABILITY_FEDERATION: (
        "CERTIFICATE",
        {"disability": records.DisabilityRecord(level=2, issued_on="2020-09-01", change="WORSE")},
    ),
    Department.EDUCATION: (
        "SCHOOL_COST",
        {
            "education": records.EducationRecord(
                enrolled=True, stage="HIGHER", cost_after_aid=Money(cents=600_000, currency=CNY)
            )
        },
    ),
    Department.HOUSING: ("INSPECTION", {"housing": records.HousingRecord(grade="D", inspected_on="2020-09-02")}),
    Department.WATER: (
        "OUTAGE",
        {"water": records.WaterRecord(supply_point_id="WP-201-1", outage_days=7, quality_ok=False)},
    ),
    Department.CIVIL_AFFAIRS: (
        "BENEFIT",
        {
            "civil_affairs": records.CivilAffairsRecord(
                benefit_code="SUBSISTENCE_ALLOWANCE",
                from_month="2020-01",
                to_month="2020-12",
                monthly_amount=Money(cents=50_000, currency=CNY),
                change_reason_code="C-3",
            )
        },
    ),
    Department.HUMAN_RESOURCES: (
        "EMPLOYMENT_CHANGE",
        {
            "employment": records.EmploymentRecord(
                employment_started=False, employment_ended=True, month="2020-08", wage_arrears_months=2
            )
        },
    ),
    Department.EMERGENCY_MANAGEMENT: (
        "DISASTER_LOSS",
        {
            "emergency": records.EmergencyRecord(
                disaster_id="FLOOD-2020-07", loss_amount=Money(cents=540_000, currency=CNY), home_usable=False
            )
        },
    ),
    Department.AGRICULTURE: (
        "PRICE_REPORT",
        {
            "agriculture": records.AgricultureRecord(
                commodity_code="COTTON", area_code="990101001201", price_index="79.5"
            )
        },
    ),
    Department.FIRE: (
        "FIRE_DAMAGE",
        {
            "accident": records.AccidentRecord(
                uncompensated_loss=Money(cents=250_000, currency=CNY), severe_injury_or_death=True
            )
        },
    ),
}


def sent(department: Department, *, record_id: str = "R-1", batch_id: str = "B-1") -> v1.SubmitRequest:
    event, extra = EXTRAS[department]
    about_person = feed_of(department).subject == "PERSON"
    record = records.DepartmentRecord(
        department=department,
        batch_id=batch_id,
        record_id=record_id,
        event_type=event,
        event_date="2020-09-17",
        purpose_code=feed_of(department).purposes[-1].name,
        **extra,  # type: ignore[arg-type]  # one kind of record a department
    )
    record.sent_at.FromDatetime(datetime(2020, 9, 18, 1, tzinfo=UTC))
    if about_person:
        record.person.CopyFrom(records.PersonReference(id_number=NUMBER))
    return v1.SubmitRequest(record=record, area_path=COUNTY)


@dataclass(slots=True, kw_only=True)
class Port:
    stub: DepartmentFeedsServiceAsyncStub
    issuer: TokenIssuer

    async def submit(
        self, actor: Actor, requests: Iterable[v1.SubmitRequest], *, token: str | None = None
    ) -> v1.SubmitResponse:
        async def stream() -> AsyncIterator[v1.SubmitRequest]:
            for request in requests:
                yield request

        given = token if token is not None else self.issuer.issue(actor)
        answer: v1.SubmitResponse = await self.stub.Submit(
            stream(), timeout=20, metadata=(("authorization", f"Bearer {given}"),)
        )
        return answer


def department(code: Department) -> Actor:
    return Actor(subject=f"feed-{code}", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department=code)


@pytest.fixture(scope="module")
async def county(households_database_url: str) -> AsyncIterator[County]:
    database = Database.connect(households_database_url)
    opened = County(database)
    await opened.add_places()
    await opened.register()
    async with opened.begin(ADMIN) as uow:
        await register_supply_point(uow, ADMIN, number="WP-201-1", name="Well", area_path=VILLAGE, registered_on=None)
    yield opened
    await database.close()


@pytest.fixture(scope="module")
async def port(county: County, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Port]:
    keys: Path = tmp_path_factory.mktemp("keys")
    ensure_keys(keys)
    name = "contracts.households.v1.DepartmentFeedsService"
    server = RpcServer({}, Metrics(), tokens={name: TokenVerifier(keyring=lambda: Keyring.load(keys))})
    add_DepartmentFeedsServiceServicer_to_server(FeedsRpc(county.begin), server.server)
    bound = await server.start("127.0.0.1", 0)
    async with grpc.aio.insecure_channel(f"127.0.0.1:{bound}") as channel:
        yield Port(stub=DepartmentFeedsServiceStub(channel), issuer=TokenIssuer(key=load_private_key(keys, "issuer")))
    await server.stop(0)


@pytest.mark.parametrize("code", list(EXTRAS))
async def test_every_feed_is_taken_as_the_example_sends_it(port: Port, code: Department) -> None:
    request = sent(code)
    book.require_same(request, "" if code is Department.HEALTH_INSURANCE else feed_of(code).part)

    answer = await port.submit(department(code), [request])

    (told,) = answer.batches
    assert (told.batch_id, told.read, told.linked, told.rejected, told.refusal_code) == ("B-1", 1, 1, 0, "")
    assert UUID(told.batch_key).version == 7


async def test_the_answer_accounts_for_every_batch_of_a_stream(port: Port) -> None:
    code = Department.HEALTH_INSURANCE
    stranger = sent(code, record_id="R-3", batch_id="B-2")
    stranger.record.person.CopyFrom(
        records.PersonReference(
            name="Some Body", date_of_birth="1990-01-01", village_code="990101001201", household_code="99-0009"
        )
    )
    book.require_same(stranger, "unknown-person")
    negative = sent(code, record_id="R-4", batch_id="B-2")
    negative.record.health_insurance.oop_amount.cents = -100
    back = sent(code, record_id="R-5", batch_id="B-2")
    back.record.event_type, back.record.corrects = "REIMBURSEMENT", "R-1"
    back.record.health_insurance.CopyFrom(records.HealthInsuranceRecord(oop_amount=Money(cents=-100_000, currency=CNY)))
    book.require_same(back, "reimbursement")
    changed = v1.SubmitRequest()
    changed.CopyFrom(stranger)
    changed.record.event_date = "2020-09-16"
    stream = [sent(code), sent(code, batch_id="B-2"), stranger, negative, back, changed]

    answer = await port.submit(department(code), stream)
    again = await port.submit(department(code), stream)

    assert answer == again
    assert [
        (one.batch_id, one.read, one.linked, one.review, one.rejected, one.unchanged) for one in answer.batches
    ] == [
        ("B-1", 1, 1, 0, 0, 0),
        ("B-2", 5, 1, 2, 1, 1),
    ]
    assert [list(one.issues) for one in answer.batches] == [
        [],
        [
            v1.RecordIssue(
                row=3,
                field="oopAmount",
                code="NEGATIVE_AMOUNT",
                message="A negative amount needs eventType REIMBURSEMENT and the record it corrects.",
            ),
            v1.RecordIssue(
                row=5,
                field="recordId",
                code="RECORD_REPEATED",
                message="Row 2 has the same recordId with other content: this row counts in its place.",
                warning=True,
            ),
        ],
    ]
    example = v1.SubmitResponse(batches=[v1.SubmittedBatch(), v1.SubmittedBatch()])
    for shown, told in zip(example.batches, answer.batches, strict=True):
        shown.CopyFrom(told)
        shown.batch_key = "01749f00-0000-7000-8000-000000000071"
    book.require_same(example)


async def test_another_purpose_is_rejected_with_those_that_the_feed_serves(port: Port) -> None:
    request = sent(Department.WATER, record_id="R-11", batch_id="B-11")
    request.record.purpose_code = "VICTIM_RELIEF"
    (told,) = (await port.submit(department(Department.WATER), [request])).batches
    assert (told.read, told.rejected, told.refusal_code) == (1, 1, "")
    assert [(one.row, one.field, one.code, one.message, one.warning) for one in told.issues] == [
        (
            1,
            "purposeCode",
            "PURPOSE_NOT_ALLOWED",
            "Records of the feed WATER are used for RETURN_TO_POVERTY_MONITORING or WATER_SAFETY only.",
            False,
        )
    ]


async def test_a_refused_batch_ends_the_stream_and_is_named(port: Port) -> None:
    code = Department.HEALTH_INSURANCE
    other = sent(code, record_id="R-8", batch_id="B-8")
    other.record.housing.CopyFrom(records.HousingRecord(grade="D"))
    answer = await port.submit(department(code), [sent(code), other, sent(code, record_id="R-9", batch_id="B-9")])
    assert [(one.batch_id, one.refusal_code) for one in answer.batches] == [("B-1", ""), ("B-8", "UNKNOWN_FIELD")]
    answer.batches[0].batch_key = "01749f00-0000-7000-8000-000000000071"
    book.require_same(answer, "refused")


async def test_a_field_that_the_contract_does_not_know_refuses_the_batch(port: Port, county: County) -> None:
    code = Department.HEALTH_INSURANCE
    request = sent(code, record_id="R-7", batch_id="B-7")
    inner = request.record.SerializeToString() + b"\xd2\x0f\x05valid"
    # Field 250 with five bytes: what a sender with a contract of its own would put in.
    strange = v1.SubmitRequest.FromString(b"\x0a" + _length(len(inner)) + inner)
    answer = await port.submit(department(code), [strange])
    assert [(one.batch_id, one.read, one.refusal_code) for one in answer.batches] == [("B-7", 0, "UNKNOWN_FIELD")]
    assert answer.batches[0].refusal_message == (
        "Record 1 holds fields that the contract does not know, by number: 250."
    )
    async with county.begin() as uow:
        assert await uow.batches.by_number(code, "B-7") is None


async def test_only_a_departments_own_token_opens_the_port(port: Port) -> None:
    code = Department.HEALTH_INSURANCE
    for token in ("", "nonsense", port.issuer.issue(department(code), seconds=60, at=0)):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await port.submit(department(code), [sent(code)], token=token)
        assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await port.submit(Actor(subject="x", roles=frozenset({Role.SYSTEM})), [sent(code)])
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    answer = await port.submit(department(Department.WATER), [sent(code)])
    assert [one.refusal_code for one in answer.batches] == ["FORBIDDEN"]


def test_each_declared_field_has_its_place_in_the_contracts_and_nothing_else_has() -> None:
    for feed in FEEDS:
        declared = {message_name(own) for own in feed.fields}
        event = events_pb2.DepartmentRecordLinked.DESCRIPTOR.fields_by_name.get(
            feed.part
        ) or events_pb2.AreaConditionReported.DESCRIPTOR.fields_by_name.get(feed.part)
        assert event is not None
        assert event.message_type is not None
        assert set(event.message_type.fields_by_name) == declared, feed.name
        inbound = records.DepartmentRecord.DESCRIPTOR.fields_by_name[feed.part].message_type
        assert inbound is not None
        aliases = {"care_kind": "care_setting"}
        assert {aliases.get(name, name) for name in inbound.fields_by_name} == declared, feed.name


def _length(size: int) -> bytes:
    """A protobuf varint."""
    found = b""
    while size > 127:
        found += bytes([size & 127 | 128])
        size >>= 7
    return found + bytes([size])
