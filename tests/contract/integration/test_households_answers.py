"""The households service answers the example requests of its callers with the example responses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from chassis.database import Database
from contracts.households.v1 import events_pb2
from contracts.households.v1 import households_service_pb2 as v1
from contracts.households.v1.households_service_pb2_grpc import (
    HouseholdsServiceStub,
    add_HouseholdsServiceServicer_to_server,
)
from households_service.areas.domain import AreaChanged
from households_service.benefits.domain import is_recurring_aid
from households_service.members.attempts import FailedAttempts
from households_service.officers.domain import OfficerChanged
from households_service.registry.assembly import announce_households
from households_service.registry.rpc import HouseholdsRpc, aid_message
from tests.contract import book, record_facts, registry_facts
from tests.contract.wire import served
from tests.households_service.county import County

if TYPE_CHECKING:
    from contracts.households.v1.households_service_pb2_grpc import HouseholdsServiceAsyncStub


@pytest.fixture(scope="module")
async def county(households_database_url: str) -> AsyncIterator[County]:
    """Holds the family of the facts, where it lives, its ledger, its bill, its records and what a decision froze."""
    database = Database.connect(households_database_url)
    opened = County(database)
    async with opened.begin() as uow:
        await uow.areas.add(registry_facts.VILLAGE_AREA)
        uow.emit(AreaChanged(area=registry_facts.VILLAGE_AREA, code="990101001201"))
    async with opened.begin() as uow:
        await uow.households.add(registry_facts.HOUSEHOLD)
        await uow.members.add(*registry_facts.MEMBERS)
        await uow.care.add(*registry_facts.CARE_DUTIES)
        await uow.officers.add(registry_facts.OFFICER)
        uow.emit(OfficerChanged(officer=registry_facts.OFFICER))
        await uow.officers.pair(registry_facts.PAIRING)
        await uow.ledger.add(*registry_facts.LEDGER)
        await uow.expenses.add(registry_facts.BILL)
        await uow.batches.put(record_facts.BATCH)
        await uow.records.add([record_facts.BILL_RECORD, record_facts.PAID_BACK])
        await uow.statements.freeze(registry_facts.FROZEN)
        await announce_households(uow, registry_facts.HOUSEHOLD)
    yield opened
    await database.close()


@pytest.fixture(scope="module", params=["risk", "employment"])
async def stub(
    request: pytest.FixtureRequest, county: County, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[HouseholdsServiceAsyncStub]:
    """Once as each of the services that call it."""
    async with served(
        "contracts.households.v1.HouseholdsService",
        lambda server: add_HouseholdsServiceServicer_to_server(
            HouseholdsRpc(county.begin, FailedAttempts(limit=100)), server
        ),
        service="households",
        caller=str(request.param),
        keys=tmp_path_factory.mktemp("keys"),
    ) as channel:
        yield HouseholdsServiceStub(channel)


async def test_what_was_published_is_what_the_examples_say(county: County) -> None:
    """The database's state, assembled by the service, tells the same facts as registry_facts.py."""
    assert await county.events(registry_facts.HOUSEHOLD.id) == [
        book.example(events_pb2.HouseholdChanged),
        book.example(events_pb2.IncomeStatementChanged),
    ]


async def test_stream_snapshots(stub: HouseholdsServiceAsyncStub) -> None:
    """To each of both requests in this order; nobody but who asks for them gets statements and records."""
    answers = [answer async for answer in stub.StreamSnapshots(book.example(v1.StreamSnapshotsRequest))]

    assert len(answers) == len(("begun", "area", "officer", ""))
    for case, answer in zip(("begun", "area", "officer", ""), answers, strict=True):
        book.require_same(answer, case)
    bare = [answer async for answer in stub.StreamSnapshots(book.example(v1.StreamSnapshotsRequest, "employment"))]
    assert bare[:-1] == answers[:-1]
    book.require_same(bare[-1], "employment")


async def test_stream_snapshots_without_parts(stub: HouseholdsServiceAsyncStub) -> None:
    """A caller of before there were parts gets what it got: households with their statements."""
    asked = v1.StreamSnapshotsRequest(area_path="99/01/01/", after_household_id="00000000-0000-0000-0000-000000000000")
    book.require_same(asked, "without-parts")

    (answer,) = [answer async for answer in stub.StreamSnapshots(asked)]

    whole = book.example(v1.StreamSnapshotsResponse)
    whole.ClearField("records")
    assert answer == whole


async def test_verify_member(stub: HouseholdsServiceAsyncStub) -> None:
    book.require_same(await stub.VerifyMember(book.example(v1.VerifyMemberRequest)))
    book.require_same(await stub.VerifyMember(book.example(v1.VerifyMemberRequest, "unverified")), "unverified")


async def test_freeze_statement(stub: HouseholdsServiceAsyncStub) -> None:
    book.require_same(await stub.FreezeStatement(book.example(v1.FreezeStatementRequest)))


async def test_aid_of_household(stub: HouseholdsServiceAsyncStub) -> None:
    book.require_same(await stub.AidOfHousehold(book.example(v1.AidOfHouseholdRequest)))


def test_aid_that_ends_says_until_when() -> None:
    (allowance,) = [one.fact for one in registry_facts.LEDGER if is_recurring_aid(one.fact)]

    book.require_same(aid_message([replace(allowance, period_to=date(2020, 12, 31))]), "ending")
